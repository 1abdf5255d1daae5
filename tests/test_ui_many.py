"""Several people at once, while a file is being added: everybody gets the answer to their own question."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qa.library.library import Library
from tests.parts.server import running
from tests.parts.visitor import Told, Visitor

SHOWS = {"桂花": "三百一十", "梅花": "四百二十", "兰花": "五百三十", "菊花": "六百四十", "牡丹": "七百五十"}
ROUNDS = 3


def _page(flower: str, count: str) -> str:
    return f"{flower}展开幕\n\n本报讯(记者 甲乙)第一届{flower}展九月三日在公园开幕，展出{flower}{count}盆。\n"


def _asked(url: str, flower: str, start: threading.Barrier) -> list[Told]:
    with Visitor(url) as visitor:
        start.wait()
        return [visitor.ask(f"{flower}展展出{flower}多少盆？") for _ in range(ROUNDS)]


def test_nobody_gets_another_s_answer_while_a_file_is_added(tmp_path: Path) -> None:
    shows, more = tmp_path / "shows", tmp_path / "more"
    shows.mkdir()
    more.mkdir()
    for number, (flower, count) in enumerate(SHOWS.items()):
        (shows / f"{number}.txt").write_text(_page(flower, count), "utf-8")
    for number in range(12):
        (more / f"{number}.txt").write_text(f"第{number}号消息\n\n本报讯(记者 丙丁)道路{number}号今日通车。\n", "utf-8")
    library_path = tmp_path / "library"
    with Library.open(library_path, create=True) as library:
        library.add([shows])
        start = threading.Barrier(len(SHOWS) + 1)
        with running(library_path) as (url, _), ThreadPoolExecutor(len(SHOWS)) as pool:
            asking = {flower: pool.submit(_asked, url, flower, start) for flower in SHOWS}
            start.wait()
            library.add([more])
            told = {flower: future.result() for flower, future in asking.items()}
    for flower, answers in told.items():
        assert [one.question for one in answers] == [f"{flower}展展出{flower}多少盆？"] * ROUNDS
        assert all(SHOWS[flower] in one.html for one in answers)
        assert len({one.talk for one in answers}) == 1
    assert len({answers[0].talk for answers in told.values()}) == len(SHOWS)


def test_nothing_outside_the_library_is_read_through_any_address(tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True).close()
    (tmp_path / "secret.txt").write_text("秘密", "utf-8")
    secret = tmp_path / "secret.txt"
    with running(tmp_path / "library") as (url, _), Visitor(url) as visitor:
        for path in (
            f"/gradio_api/file={secret}",
            f"/file={secret}",
            f"/gradio_api/file{secret}",
            f"/assets/..{secret}",
            f"/static/%2e%2e{secret}",
            f"/conversations/..%2f..{secret}.md",
            "/conversations/library.db",
            "/conversations/none.md",
        ):
            assert visitor.status(path) == 404, path
