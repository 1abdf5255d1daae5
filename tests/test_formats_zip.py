"""ZIP: its files as records, cut as they would be outside; and archives made to do harm."""

from __future__ import annotations

import io
import os
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import read
from qa.types import Page, Skipped
from tests.parts import format_files as made

MAX = 10 << 20
TWO = (
    "春灌工程全线完工\n本报讯（记者 张三）春灌工程昨日完工，灌区放水。\n"
    "花海迎来首批游客\n本报讯（记者 李四）花海昨日开门，游客如织。\n"
)


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def run(path: Path, max_bytes: int = MAX) -> tuple[list[Page], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(read(path, path.name, max_bytes=max_bytes, on_skip=skipped.append)), skipped


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(unpacked))


def test_files_are_records_and_pages_are_cut_as_outside(tmp_path: Path) -> None:
    files = {"版/一.txt": TWO, "b.jsonl": '{"id": "x", "text": "文"}', "c.html": made.html(), "d.bin": b"\0"}
    pages, (skip,) = run(save(tmp_path / "a.zip", made.zipped(files)))
    assert [(page.record, page.source) for page in pages] == [
        ("b.jsonl#x", "a.zip"),
        ("c.html", "a.zip"),
        ("版/一.txt", "a.zip"),
    ]
    outside = list(read(save(tmp_path / "一.txt", TWO.encode()), "一.txt", max_bytes=MAX))
    assert [article.text for article in cut(pages[2])] == [article.text for article in cut(outside[0])]
    assert len(cut(pages[2])) == 2
    assert len(cut(pages[1])) == 1
    assert (skip.path, skip.failed) == (f"{tmp_path / 'a.zip'}:d.bin", False)
    assert not os.listdir(tmp_path / "unpacked")


def test_an_issue_of_mets_and_alto_in_an_archive(tmp_path: Path) -> None:
    made.issue(tmp_path / "issue")
    files = {str(path.relative_to(tmp_path)): path.read_bytes() for path in (tmp_path / "issue").rglob("*.xml")}
    pages, skipped = run(save(tmp_path / "a.zip", made.zipped(files)))
    assert [page.record for page in pages][:3] == [f"issue/issue-mets.xml#ART{at}" for at in (1, 2, 3)]
    assert not any(skip.failed for skip in skipped)


def test_names_written_by_windows_are_read(tmp_path: Path) -> None:
    data = made.zipped({"XXXX.txt": TWO}).replace(b"XXXX", "版面".encode("gbk"))
    assert [page.record for page in run(save(tmp_path / "a.zip", data))[0]] == ["版面.txt"]


@pytest.mark.parametrize("name", ["../x.txt", "/etc/x.txt", "a/../../x.txt", "C:\\x.txt", "..\\x.txt"])
def test_names_that_point_outside_are_refused_and_the_rest_goes_in(tmp_path: Path, name: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, TWO)
        archive.writestr("good.txt", TWO)
    (page,), (skip,) = run(save(tmp_path / "a.zip", stream.getvalue()))
    assert page.record == "good.txt"
    assert (skip.failed, skip.reason) == (True, "文件名指向压缩包之外，没有读入")
    assert sorted(os.listdir(tmp_path)) == ["a.zip", "unpacked"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.txt", TWO)
    (page,), (skip,) = run(save(tmp_path / "a.zip", stream.getvalue()))
    assert page.record == "good.txt"
    assert "是链接" in skip.reason


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(ReadError, match="解压后太大"):
        run(save(tmp_path / "a.zip", made.zipped({"a.txt": b"0" * (9 << 20)})))
    bomb = made.zipped({f"{at}.txt": b"0" * (9 << 20) for at in range(9)})
    with pytest.raises(ReadError, match="解压后太大"):
        run(save(tmp_path / "b.zip", made.zipped({"in.zip": bomb})))
    assert time.monotonic() - start < 60
    assert not os.listdir(tmp_path / "unpacked")


def test_archives_nested_too_deep_are_named(tmp_path: Path) -> None:
    data = made.zipped({"a.txt": TWO})
    for _ in range(2):
        data = made.zipped({"in.zip": data})
    (page,), _ = run(save(tmp_path / "a.zip", data))
    assert page.record == "in.zip#in.zip#a.txt"
    for _ in range(2):
        data = made.zipped({"in.zip": data})
    skipped: list[Skipped] = []
    with pytest.raises(ReadError, match="没有读到文字"):
        list(read(save(tmp_path / "b.zip", data), "b.zip", max_bytes=MAX, on_skip=skipped.append))
    assert any("超过 3 层" in skip.reason for skip in skipped)


def test_locked_and_damaged_files_are_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    data = bytearray(made.zipped({"bad.txt": "坏" * 400, "good.txt": TWO}, compression=zipfile.ZIP_STORED))
    data[60:80] = b"\0" * 20
    (page,), (skip,) = run(save(tmp_path / "a.zip", bytes(data)))
    assert (page.record, skip.path) == ("good.txt", f"{tmp_path / 'a.zip'}:bad.txt")
    locked = bytearray(made.zipped({"locked.txt": TWO}))
    locked[6] |= 1
    locked[locked.rindex(b"PK\1\2") + 8] |= 1
    skipped: list[Skipped] = []
    with pytest.raises(ReadError, match="都读不了"):
        list(read(save(tmp_path / "b.zip", bytes(locked)), "b.zip", max_bytes=MAX, on_skip=skipped.append))
    assert "加了密码" in skipped[0].reason


def test_two_files_of_one_name_are_both_told(tmp_path: Path) -> None:
    data = made.zipped({"a.txt": TWO, "b.txt": TWO.replace("春灌", "秋收")}).replace(b"b.txt", b"a.txt")
    (page,), (skip,) = run(save(tmp_path / "a.zip", data))
    assert page.text == TWO
    assert (skip.path, skip.failed) == (f"{tmp_path / 'a.zip'}:a.txt", True)


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_off_archive_is_refused(tmp_path: Path, keep: float) -> None:
    for suffix in (".zip", ".docx", ".epub"):
        data = made.every()[suffix]
        with pytest.raises(ReadError, match=r"损坏|没有下载完|空文件"):
            run(save(tmp_path / f"a{suffix}", data[: int(keep * len(data))]))


def test_a_docx_and_an_epub_that_are_bombs_are_refused(tmp_path: Path) -> None:
    for name in ("word/document.xml", "META-INF/container.xml"):
        data = made.zipped({name: b"<a>" + b" " * (9 << 20), "[Content_Types].xml": "<a/>"})
        with pytest.raises(ReadError, match="解压后太大"):
            run(save(tmp_path / "a.zip", data))


def test_old_office_documents_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"另存为 \.docx"):
        run(save(tmp_path / "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))
