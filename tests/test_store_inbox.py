"""Files that are brought to a library: names checked, kept whole beside or in the place of others, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import LibraryBusy, LibraryError, UsageError
from qa.library.library import Library
from qa.store import inbox, own_files
from qa.store.inbox import incoming, safe_name
from tests.parts.library import held_elsewhere, open_library, story

SUFFIXES = (".txt", ".jsonl", ".jsonl.gz")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("一版.txt", "一版.txt"),
        ("../../etc/一版.txt", "一版.txt"),
        ("C:\\pages\\一版.TXT", "一版.TXT"),
        ("..txt.txt", "txt.txt"),
        ("a\x00b\n.jsonl.gz", "ab.jsonl.gz"),
        ("<script>.txt", "script.txt"),
        ("版" * 300 + ".txt", "版" * 60 + ".txt"),
    ],
)
def test_a_name_names_a_file_of_the_folder_and_nothing_else(told: str, kept: str) -> None:
    assert safe_name(told, SUFFIXES).numbered(1) == kept


@pytest.mark.parametrize("told", ["", ".txt", "x", "x.exe", "x.txt.exe", "/", "..", "txt", "  .txt"])
def test_what_cannot_be_read_is_not_taken(told: str) -> None:
    with pytest.raises(UsageError, match="能读"):
        safe_name(told, SUFFIXES)


def test_a_name_that_would_be_cut_takes_no_others_place() -> None:
    assert safe_name("版" * 60 + ".txt", SUFFIXES).whole == "版" * 60 + ".txt"
    with pytest.raises(UsageError, match="180"):
        _ = safe_name("版" * 61 + ".txt", SUFFIXES).whole


@given(st.text(max_size=40))
def test_no_name_leads_out_of_its_folder(told: str) -> None:
    for name in (safe_name(f"{told}x.txt", SUFFIXES).numbered(2), safe_name(f"{told}x.txt", SUFFIXES).whole):
        path = Path("/inbox") / name
        assert path.parent == Path("/inbox")
        assert path.resolve().parent == Path("/inbox")
        assert not name.startswith(".")
        assert len(name.encode()) < 255


def _kept(folder: Path, name: str, *chunks: bytes) -> Path:
    with incoming(folder, name, SUFFIXES) as file:
        for chunk in chunks:
            file.write(chunk)
        return file.keep()


def test_the_same_file_again_is_the_same_and_another_gets_a_number(tmp_path: Path) -> None:
    first = _kept(tmp_path / "inbox", "a.jsonl.gz", b"one", b" two")
    assert first.read_bytes() == b"one two"
    assert _kept(tmp_path / "inbox", "a.jsonl.gz", b"one two") == first
    assert _kept(tmp_path / "inbox", "a.jsonl.gz", b"three").name == "a (2).jsonl.gz"
    assert sorted(path.name for path in (tmp_path / "inbox").iterdir()) == ["a (2).jsonl.gz", "a.jsonl.gz"]


def test_too_much_or_nothing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MAX_BYTES", 8)
    for chunks in ([b"12345", b"6789"], [], [b""]):
        with pytest.raises(UsageError):
            _kept(tmp_path, "a.txt", *chunks)
    assert list(tmp_path.iterdir()) == []


def test_what_is_on_its_way_is_swept_away_by_nobody(tmp_path: Path) -> None:
    with incoming(tmp_path, "a.txt", SUFFIXES) as file:
        file.write(b"one")
        own_files.sweep(tmp_path.glob(f".*{own_files.PARTIAL}"))
        assert file.keep().read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("is_held", [True, False])
@pytest.mark.parametrize("former", [b"one", None])
def test_a_place_is_taken_for_good_or_given_back(tmp_path: Path, former: bytes | None, is_held: bool) -> None:
    place = tmp_path / "a.txt"
    if former:
        place.write_bytes(former)
    before = place.stat().st_mtime_ns if former else None
    with incoming(tmp_path, "a.txt", SUFFIXES) as file:
        file.write(b"two")
        with file.in_place(lambda _: is_held) as path:
            own_files.sweep(tmp_path.glob(f".*{own_files.PARTIAL}"))
            assert path.read_bytes() == b"two"
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert left == ({"a.txt": b"two"} if is_held else {"a.txt": former} if former else {})
    assert is_held or before is None or place.stat().st_mtime_ns == before


def _received(library: Library, name: str, body: bytes) -> None:
    with library.incoming(name) as file:
        file.write(body)
        library.receive(file)


@pytest.mark.folder("it has one writer at a time")
def test_what_a_library_does_not_add_leaves_its_inbox_as_it_was(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", create=True) as library:
        _received(library, "a.txt", story(1).encode())
        with held_elsewhere(tmp_path / "library"):
            for name in ("a.txt", "b.txt"):
                with pytest.raises(LibraryBusy):
                    _received(library, name, story(2).encode())
        _received(library, "a.txt", b"\0\1\2" * 100)  # no text: it is told in the report
        assert [(path.name, path.read_text("utf-8")) for path in library.inbox.iterdir()] == [("a.txt", story(1))]
        assert library.add(library.inbox).unchanged == ("a.txt",)
        _received(library, "a.txt", story(2).encode())
        assert [path.read_text("utf-8") for path in library.inbox.iterdir()] == [story(2)]


def test_a_library_that_is_gone_gets_no_folder_anew(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", create=True) as library:
        (tmp_path / "library").rename(tmp_path / "elsewhere")
        with pytest.raises(LibraryError), library.incoming("a.txt"):
            pass
        assert not (tmp_path / "library").exists()
