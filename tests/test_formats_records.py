"""JSON lines: what a record gives, what is left out, what a damaged file does."""

from __future__ import annotations

import gzip
import json
import lzma
import time
import tracemalloc
from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.formats import read
from qa.types import Metadata, Page, Skipped

MAX = 1 << 20


def run(path: Path, max_bytes: int = MAX) -> tuple[list[Page], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(read(path, path.name, max_bytes=max_bytes, on_skip=skipped.append)), skipped


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_record_is_a_page(tmp_path: Path) -> None:
    record = {"_id": "d7", "title": "标题", "text": " 正文。\r\n第二段 ", "date": "2025-12-11", "byline": ["甲", "乙"]}
    (page,), skipped = run(save(tmp_path / "a.jsonl", lines({**record, "paper": "日报", "edition": 3})))
    assert page == Page(
        source="a.jsonl",
        text=" 正文。\r\n第二段 ",
        record="d7",
        encoding="utf-8",
        metadata=Metadata("标题", ("甲", "乙"), "日报", "3", "2025-12-11"),
    )
    assert not skipped


def test_what_is_missing_at_the_top_is_in_metadata(tmp_path: Path) -> None:
    inner = {"title": "里", "date": "2024年1月", "byline": "甲，乙", "id": "x", "text": "里文"}
    given = lines({"_id": "1", "title": "", "text": "外文", "metadata": inner}, {"title": "外", "metadata": inner})
    (one, two), _ = run(save(tmp_path / "a.jsonl", given))
    assert (one.record, one.text, one.metadata) == ("1", "外文", Metadata("里", ("甲", "乙"), date="2024-01"))
    assert (two.record, two.text, two.metadata.title) == ("x", "里文", "外")


def test_ids(tmp_path: Path) -> None:
    given = [{"id": 0}, {"id": "a", "_id": "b"}, {"_id": 2.5}, {}, {"id": ""}, {"id": None}]
    found, skipped = run(save(tmp_path / "a.jsonl", lines(*({**each, "text": "文"} for each in given))))
    assert [page.record for page in found] == ["0", "a", "2.5", "4", "5", "6"]
    assert not skipped


def test_broken_lines_are_reported_by_number_and_the_rest_goes_in(tmp_path: Path) -> None:
    data = b"".join(
        [
            lines({"id": 1, "text": "好"}),
            b'{"id": 2, "text": "cut\n',
            b"\n  \n",
            lines([1], {"id": 6}, {"id": 7, "text": " \n"}, {"id": 8, "text": 5}, {"id": [9], "text": "文"}),
            lines({"id": 1, "text": "又"}),
            b'{"id": 11, "text": "\\ud800"}\n',
            b'{"id": 12, "text": "\xff\xfe"}\n',
            b"[" * 100_000 + b"\n",
            lines({"id": 14, "text": "末"}).strip(),
        ]
    )
    path = save(tmp_path / "a.jsonl", data)
    found, skipped = run(path)
    assert [page.record for page in found] == ["1", "14"]
    assert [skip.path for skip in skipped] == [f"{path}:{number}" for number in (2, 5, 6, 7, 8, 9, 10, 11, 12, 13)]
    assert [skip.path[-2:] for skip in skipped if not skip.failed] == [":6", ":7"]
    reasons = {skip.path.rpartition(":")[2]: skip.reason for skip in skipped}
    for number, word in {
        "2": "JSON",
        "6": "没有正文",
        "8": "不是文字",
        "9": "编号",
        "10": "前面已有",
        "11": "代理",
    }.items():
        assert word in reasons[number]


def test_without_a_listener_broken_lines_are_passed_over(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jsonl", b"no\n" + lines({"text": "文"}))
    assert [page.record for page in read(path, "a", max_bytes=MAX)] == ["2"]


@pytest.mark.parametrize("data", [b"\n\n", b"no json\n", lines({"words": "文"}), lines([{"text": "文"}])])
def test_a_file_without_a_record_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReadError, match="没有读到一条记录。每行要是一个 JSON 对象，正文在 text 里"):
        run(save(tmp_path / "a.jsonl", data))


def test_another_kind_of_file_is_given_up_early(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jsonl", b"x\n" * 5000 + lines({"text": "文"}))
    skipped: list[Skipped] = []
    with pytest.raises(ReadError, match="前 100 行"):
        list(read(path, "a", max_bytes=MAX, on_skip=skipped.append))
    assert len(skipped) == 100


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.xz", "a.JSONL.GZ"])
def test_compressed(tmp_path: Path, name: str) -> None:
    pack = gzip.compress if name.lower().endswith("gz") else lzma.compress
    data = pack(lines({"text": "一"})) + pack(lines({"text": "二"}))
    assert [page.text for page in run(save(tmp_path / name, data))[0]] == ["一", "二"]


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, "gz"), (lzma.compress, "xz")])
def test_a_damaged_file_is_refused_as_a_whole(tmp_path: Path, pack, suffix: str) -> None:  # type: ignore[no-untyped-def]
    data = pack(lines(*({"text": f"第{number}条：{number * 7919 % 1009}"} for number in range(3000))))
    path = tmp_path / f"a.jsonl.{suffix}"
    for cut in (len(data) // 2, len(data) - 3):
        with pytest.raises(ReadError, match="不完整"):
            run(save(path, data[:cut]))
    for damaged in (data[:-9] + b"x" + data[-8:], b"not packed\n" * 9):
        with pytest.raises(ReadError, match=r"损坏|不完整"):
            run(save(path, damaged))


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, "gz"), (lzma.compress, "xz")])
def test_a_bomb_is_refused_in_little_memory(tmp_path: Path, pack, suffix: str) -> None:  # type: ignore[no-untyped-def]
    many = pack(lines({"text": "文" * 1000}) * 10_000)  # 30 MB out of a few KB
    single = pack(b'{"text": "' + b"a" * 30_000_000 + b'"}')
    for data in (many, single):
        path = save(tmp_path / f"a.jsonl.{suffix}", data)
        tracemalloc.start()
        with pytest.raises(ReadError, match="解压后太大"):
            for _ in read(path, "a", max_bytes=MAX):
                pass
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
        tracemalloc.stop()


def test_repetitive_records_are_no_bomb(tmp_path: Path) -> None:
    data = gzip.compress(lines(*({"id": number, "text": "一样的文字。" * 20} for number in range(2000))))
    assert len(run(save(tmp_path / "a.jsonl.gz", data))[0]) == 2000


def test_the_limit_is_on_the_file(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jsonl", lines({"text": "文" * 1000}))
    with pytest.raises(ReadError, match="--max-mb"):
        run(path, 2000)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    texts = ["今天天氣很好，我們都到公園去。", "plain", "明天再說"]
    data = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\r\n" for text in texts).encode(encoding)
    found, skipped = run(save(tmp_path / "a.jsonl", data))
    assert [page.text for page in found] == texts
    assert not skipped
    assert found[0].encoding == {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "gb18030": "gbk"}.get(encoding, encoding)


def test_a_separator_of_unicode_is_no_line_end(tmp_path: Path) -> None:
    text = "一\u2028二\x85三\x0c四"
    data = b'{"text": "' + text.encode().replace(b"\x0c", b"\\f") + b'"}\n'
    assert run(save(tmp_path / "a.jsonl", data))[0][0].text == text


def test_a_cut_utf16_file_is_refused(tmp_path: Path) -> None:
    data = '{"text": "文章"}\n'.encode("utf-16")
    with pytest.raises(ReadError, match="没有下载完"):
        run(save(tmp_path / "a.jsonl", data[:-1]))


def test_many_records_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for number in range(20_000):
            stream.write(lines({"id": number, "text": f"第{number}条新闻。" * 20}))
    started = time.perf_counter()
    pages = read(path, "a", max_bytes=50 << 20)
    next(pages)
    assert time.perf_counter() - started < 1
    assert sum(1 for _ in pages) == 19_999
    assert time.perf_counter() - started < 30


def test_the_posts_of_a_network_are_records(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"mid": "a1", "用户昵称": "周小河", "created_at": "2024-03-05 18:20", "微博正文": "渡口夜航恢复。"}\n', "utf-8"
    )
    (page,) = read(path, "a.jsonl", max_bytes=1 << 20)
    assert (page.text, page.metadata.byline, page.metadata.date) == ("渡口夜航恢复。", ("周小河",), "2024-03-05")
