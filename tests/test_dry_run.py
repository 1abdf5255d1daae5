"""`qa add --dry-run` and what is given with files: shown or refused before anything changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.cli import main
from qa.library.preview import preview
from qa.types import FilePreview, Metadata, Skipped
from tests.parts import format_files as reader_files
from tests.parts.library import open_library

PAGE = """春灌工程全线完工
本报讯(记者 张三)春灌工程昨日完工，沿线村民说水到了地头。工程惠及居民三千户，水费由镇里补贴。
花海迎来首批游客
本报讯(记者 李四)花海昨日迎来首批游客，门票减半。周末加开公交，从地铁站直达花海。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_bytes(PAGE.encode("gb18030"))
    (pages / "b.txt").write_bytes(b"\x00\x01\x02\xff" * 50)
    (pages / "c.gif").write_bytes(b"\xff\xd8\xff")
    (pages / "d.jsonl").write_text('{"id": "1", "title": "题", "text": "正文一句。"}\n不是JSON\n', encoding="utf-8")
    return pages


def _tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_file_is_shown_with_its_encoding_and_stories(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library_path = tmp_path / "library"
    before = _tree(tmp_path)
    assert main(["--library", str(library_path), "--json", "add", "--dry-run", str(folder / "a.txt")]) == 0
    (shown,) = _lines(capsys)
    assert list(shown) == ["source", "encoding", "articles", "state"]
    assert (shown["source"], shown["state"]) == ("a.txt", "new")
    assert str(shown["encoding"]).lower() in {"gb18030", "gbk", "gb2312"}
    first, second = shown["articles"]  # type: ignore[misc]
    assert list(first) == ["title", "title_inferred", "byline", "date", "first", "characters"]
    assert (first["title"], first["title_inferred"], first["byline"]) == ("春灌工程全线完工", False, ["张三"])
    assert first["first"].startswith("本报讯(记者 张三)春灌工程昨日完工")
    assert second["title"] == "花海迎来首批游客"
    assert second["characters"] > len(second["first"])
    assert not library_path.exists()
    assert _tree(tmp_path) == before


def test_what_would_be_passed_over_is_named_with_the_reason(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--library", str(tmp_path / "library"), "--json", "add", "--dry-run", str(folder)]) == 1
    shown = {Path(str(line["source"])).name: line for line in _lines(capsys)}
    assert {name: line["state"] for name, line in shown.items()} == {
        "a.txt": "new", "b.txt": "skipped", "c.gif": "skipped", "d.jsonl": "new", "d.jsonl:2": "skipped",
    }  # fmt: skip
    assert [shown[name]["failed"] for name in ("b.txt", "c.gif")] == [True, False]
    assert all(shown[name]["reason"] for name in ("b.txt", "c.gif", "d.jsonl:2"))


def test_plain_text_shows_the_same(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--library", str(tmp_path / "library"), "add", "--dry-run", str(folder)]) == 1
    printed = capsys.readouterr()
    for words in ("a.txt", "2 篇", "1. 《春灌工程全线完工》  张三", "跳过", "c.gif"):
        assert words in printed.out
    assert "什么也没有改" in printed.err


def test_files_are_compared_with_the_library_and_it_stays_as_it_is(folder: Path, tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    with open_library(library_path, create=True) as library:
        library.add([folder / "a.txt", folder / "d.jsonl"])
    (folder / "d.jsonl").write_text('{"id": "1", "text": "改过的正文。"}\n', encoding="utf-8")
    (folder / "e.txt").write_text(PAGE, encoding="utf-8")
    before = _tree(library_path)

    def states(given: Metadata) -> dict[str, str]:
        shown = preview([folder], library_path, given=given)
        return {one.source: one.state for one in shown if isinstance(one, FilePreview)}

    assert states(Metadata()) == {"a.txt": "unchanged", "d.jsonl": "changed", "e.txt": "new"}
    assert states(Metadata(paper="示例报"))["a.txt"] == "changed"
    assert _tree(library_path) == before


def test_a_file_that_is_read_with_others_changes_when_one_of_them_does(tmp_path: Path) -> None:
    path = reader_files.issue(tmp_path / "issue")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([path.parent])

    def states() -> list[str]:
        return [one.state for one in preview([path.parent], tmp_path / "library") if isinstance(one, FilePreview)]

    assert states() == ["unchanged"]
    page = path.parent / "alto" / "0002.xml"
    page.write_text(page.read_text("utf-8").replace("天气", "天色"), "utf-8")
    assert states() == ["changed"]


def test_a_file_too_large_is_refused(folder: Path, tmp_path: Path) -> None:
    (one,) = preview([folder / "a.txt"], tmp_path / "library", max_mb=0.00001)
    assert isinstance(one, Skipped)
    assert one.failed


@pytest.mark.parametrize("date", ["2025-13", "昨天", "2025-02-30", ""])
def test_a_date_that_is_none_is_refused_with_an_example(
    date: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library_path = tmp_path / "library"
    assert main(["--library", str(library_path), "add", "--date", date, str(folder / "a.txt")]) == 2
    assert "--date 2025-03-05" in capsys.readouterr().err
    assert not library_path.exists()


@pytest.mark.parametrize("date", ["2025-03-05", "2025年3月5日", "二〇二五年三月五日"])
def test_paper_date_and_edition_hold_for_every_story(
    date: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library_path = ["--library", str(tmp_path / "library"), "--json"]
    given = ["--paper", "示例报", "--edition", "03", "--date", date]
    assert main([*library_path, "add", *given, str(folder / "a.txt")]) == 0
    assert main([*library_path, "export"]) == 0
    stories = _lines(capsys)[1:]
    assert len(stories) == 2
    for story in stories:
        assert (story["paper"], story["edition"], story["date"], story["date_from"]) == (
            "示例报", "03", "2025-03-05", "metadata",
        )  # fmt: skip
