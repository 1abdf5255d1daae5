"""Finding files and reading plain text, through the public names."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.formats import FORMATS, distinct, find, read
from qa.formats.discovery import FoundFile
from qa.types import Page

MAX = 1 << 20


def write(path: Path, text: str = "一篇文章。") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def sources(*paths: Path) -> list[str]:
    return [found.source for found in find(paths)[0]]


def pages(path: Path, max_bytes: int = MAX) -> list[Page]:
    return list(read(path, path.name, max_bytes=max_bytes))


def test_a_folder_is_walked_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/10.md", "a.jsonl", "c.TXT", "b/deep/er/x.jsonl.gz", "A.markdown"):
        write(tmp_path / name)
    found, skipped = find([tmp_path])
    assert [each.source for each in found] == [
        "A.markdown",
        "a.jsonl",
        "c.TXT",
        "b/10.md",
        "b/2.txt",
        "b/deep/er/x.jsonl.gz",
    ]
    assert found[0] == FoundFile((tmp_path / "A.markdown").resolve(), "A.markdown")
    assert not skipped


def test_files_keep_the_order_they_are_named_in_and_come_once(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1.txt"), write(tmp_path / "sub" / "2.txt")
    assert sources(two, one, tmp_path) == ["2.txt", "1.txt"]
    assert sources(tmp_path / "sub" / ".." / "1.txt") == ["1.txt"]


def test_hidden_files_are_left_out_silently_unless_named(tmp_path: Path) -> None:
    write(tmp_path / "1.txt")
    hidden, inside = write(tmp_path / ".2.txt"), write(tmp_path / ".git" / "3.txt")
    assert find([tmp_path]) == ([FoundFile((tmp_path / "1.txt").resolve(), "1.txt")], [])
    assert sources(hidden) == [".2.txt"]
    assert sources(inside.parent) == ["3.txt"]


def test_an_unknown_type_fails_only_where_named(tmp_path: Path) -> None:
    write(tmp_path / "1.txt")
    image = write(tmp_path / "photo.gif")
    (inside,) = find([tmp_path])[1]
    (named,) = find([image])[1]
    assert (inside.failed, named.failed) == (False, True)
    assert inside.path == str(image.resolve())
    assert all(suffix in named.reason for suffix in FORMATS)


def test_what_is_not_there_fails(tmp_path: Path) -> None:
    found, (skip, other) = find([tmp_path / "no.txt", Path("a\0b")])
    assert not found
    assert skip.failed
    assert skip.path == str(tmp_path / "no.txt")
    assert "没有这个文件" in skip.reason
    assert other.failed


def test_the_library_among_the_papers_is_not_read(tmp_path: Path) -> None:
    for name in ("a.txt", "library/terms/meta.json", "library/b.txt", "other/library/c.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("市图书馆昨天开馆。", encoding="utf-8")
    found, skipped = find([tmp_path], tmp_path / "library")
    assert [one.source for one in found] == ["a.txt", "other/library/c.txt"]
    assert skipped == []


def test_a_folder_without_readable_files_fails(tmp_path: Path) -> None:
    (skip,) = find([tmp_path])[1]
    assert skip.failed
    assert "没有可读的文件" in skip.reason
    write(tmp_path / "a.gif")
    assert [skip.failed for skip in find([tmp_path])[1]] == [False, True]
    write(tmp_path / "b.txt")
    assert [skip.failed for skip in find([tmp_path, tmp_path])[1]] == [False, False]


def test_a_folder_that_has_the_name_of_a_file_is_walked(tmp_path: Path) -> None:
    write(tmp_path / "x.txt" / "1.txt")
    assert sources(tmp_path) == ["x.txt/1.txt"]
    with pytest.raises(ReadError, match="文件夹"):
        pages(tmp_path / "x.txt")


def test_links_are_followed_where_named_and_nowhere_else(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "o.txt")
    root = tmp_path / "root"
    inside = write(root / "in.txt")
    (root / "a-same.txt").symlink_to(inside)
    (root / "b-out.txt").symlink_to(outside)
    (root / "c-out").symlink_to(outside.parent)
    (root / "d-cycle").symlink_to(root)
    (root / "e-broken.txt").symlink_to(root / "gone")
    (root / "f-self.txt").symlink_to(root / "f-self.txt")
    found, skipped = find([root])
    assert [each.source for each in found] == ["in.txt"]
    assert [Path(skip.path).name[0] for skip in skipped] == ["b", "c", "e", "f"]
    assert not any(skip.failed for skip in skipped)
    assert sources(root / "b-out.txt") == ["b-out.txt"]
    assert sources(root / "c-out") == ["o.txt"]
    assert find([root / "f-self.txt"])[1][0].failed


def test_pipes_and_sockets_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.txt"))
    found, skipped = find([tmp_path, tmp_path / "pipe.txt"])
    assert not found
    assert [skip.failed for skip in skipped] == [True, True, True]
    assert all("不是普通文件" in skip.reason for skip in skipped)
    with pytest.raises(ReadError, match="不是普通文件"):
        pages(tmp_path / "pipe.txt")


def test_a_name_in_a_foreign_encoding_is_reported(tmp_path: Path) -> None:
    write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd6\xd0.txt")))
    (skip,) = find([tmp_path])[1]
    assert skip.failed
    assert skip.path.endswith("\\xd6\\xd0.txt")


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's rights, for root may read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_file_without_permission_is_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "1.txt")
    assert pages(path)
    path.chmod(0)
    with nobody(), pytest.raises(ReadError, match="权限"):
        pages(path)


def test_a_page_is_the_text_with_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_bytes(b"\xef\xbb\xbf" + "标题\r\n\r\n正文。\n".encode())
    assert pages(path) == [Page(source="1.txt", text="标题\r\n\r\n正文。\n", encoding="utf-8")]


def test_a_file_over_the_limit_names_the_flag(tmp_path: Path) -> None:
    path = write(tmp_path / "1.txt", "啊" * (1 << 20))
    assert len(pages(path, 3 << 20)[0].text) == 1 << 20
    with pytest.raises(ReadError, match=r"3\.0 MB，超过上限 2 MB；要读就加 --max-mb 3"):
        pages(path, 2 << 20)


@pytest.mark.parametrize("name", ["1.txt", "1.md", "1.jsonl"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError):
        pages(write(tmp_path / name, ""))


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"能读：\.txt"):
        pages(write(tmp_path / "1.doc"))


def test_reading_is_lazy(tmp_path: Path) -> None:
    lazy = read(tmp_path / "no.txt", "no.txt", max_bytes=MAX)
    with pytest.raises(ReadError, match="没有这个文件"):
        next(lazy)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [((), "x.txt"), (("x.txt",), "c/x.txt"), (("x.txt", "c/x.txt", "b/c/x.txt"), "a/b/c/x.txt")],
)
def test_a_colliding_name_gets_its_parents_in_front(taken: tuple[str, ...], expected: str) -> None:
    assert distinct("x.txt", Path("/a/b/c/x.txt"), taken) == expected


def test_a_name_inside_a_folder_keeps_its_folders() -> None:
    path = Path("/a/b/c/x.txt")
    assert distinct("c/x.txt", path, ()) == "c/x.txt"
    assert distinct("c/x.txt", path, {"c/x.txt"}) == "b/c/x.txt"
    assert distinct("x.txt", Path("/x.txt"), {"x.txt"}) == "/x.txt"


def test_every_reader_can_be_loaded(tmp_path: Path) -> None:
    for suffix in FORMATS:
        with pytest.raises(ReadError):
            pages(tmp_path / f"missing{suffix}")


def test_a_limit_beyond_all_memory_is_only_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("市图书馆昨日开放。\n" * 200_000, encoding="utf-8")
    (page,) = pages(path, sys.maxsize - 1)
    assert len(page.text) == 2_000_000
