"""The language model as the library's screen sets it: by whom, with what consent, tried, kept, turned off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.composing.server import ModelServer
from qa.library.library import Library
from qa.store.backup import export_all, import_all
from qa.store.folder import Folder
from qa.types import ANYBODY
from tests.parts.browser import Browser, Page, asked, expect, opened, watched
from tests.parts.elsewhere import copied
from tests.parts.model_server import Script, model_server
from tests.parts.server import running
from tests.parts.ui_values import HOSTILE
from ui import writer
from ui.composing import Compositions
from ui.ingest import Ingest
from ui.views.library import _Screen
from ui.words import CHINESE, ENGLISH

ASKED = "区委召开2026年务虚会用了多长时间？"
GOOD = "市图书馆新馆3月5日向读者开放[1]。"
SERVER = ModelServer("http://127.0.0.1:11434/v1", "qwen")


@pytest.fixture
def held(seeds_path: Path, tmp_path: Path) -> Iterator[Library]:
    with Library.open(copied(seeds_path, tmp_path / "library")) as library:
        yield library


def _told(do: str, url: str, model: str = "m", *, remote: bool = False) -> dict[str, object]:
    return {"do": do, "url": url, "model": model, "remote": remote}


def _fill(page: Page, url: str) -> None:
    page.locator("#writer-url").fill(url)
    page.locator("#writer-model").fill("m")


def test_a_model_is_named_tried_and_turned_off_on_the_screen(browser: Browser, own_library: Path) -> None:
    script = Script([GOOD, "读者都很满意。"])
    with model_server(script) as model, running(own_library) as (url, _), watched(browser) as page:
        page.goto(f"{url}#library")
        part, status = page.locator(".writer"), page.locator(".writer [role=status]")
        expect(part.locator("summary")).to_contain_text("未用")
        part.locator("summary").click()
        _fill(page, model)
        part.get_by_role("button", name="试一试").click()
        expect(status).to_contain_text("试着写了 2 句，核对后留下 1 句")
        part.get_by_role("button", name="用它").click()
        expect(part.locator("summary")).to_contain_text(model)
        expect(asked(opened(page, url), ASKED).locator(".composed")).to_contain_text("以上面的原文为准")
    with running(own_library) as (url, _), watched(browser) as page:
        page.goto(f"{url}#library")
        part = page.locator(".writer")
        expect(part.locator("summary")).to_contain_text(model)
        part.locator("summary").click()
        part.get_by_role("button", name="试一试").click()
        expect(part.locator(".warning")).to_contain_text("没有答完")
        part.get_by_role("button", name="不用了").click()
        expect(part.locator("summary")).to_contain_text("未用")
        _fill(page, "http://models.lan/v1")
        part.get_by_role("button", name="用它").click()
        expect(part.locator(".warning")).to_contain_text("models.lan 不是本机")
        part.get_by_role("checkbox").check()
        part.get_by_role("button", name="用它").click()
        expect(part.locator("p.warning").first).to_contain_text("会发到 models.lan")
        part.get_by_role("button", name="不用了").click()
        expect(part.locator(".warning")).to_have_count(0)


def test_what_is_set_is_kept_with_the_library(held: Library) -> None:
    assert held.writer is None
    held.set_writer(SERVER)
    with Library.open(held.root) as again:
        assert again.writer == SERVER
    held.set_writer(None)
    assert held.writer is None


@pytest.mark.folder("a library on a server is backed up by the server")
def test_another_machine_s_library_brings_no_model(held: Library, tmp_path: Path) -> None:
    held.set_writer(SERVER)
    export_all(Folder(held.root), tmp_path / "whole.zip")
    import_all(Folder(tmp_path / "other"), tmp_path / "whole.zip")
    with Library.open(tmp_path / "other") as other:
        assert other.writer is None


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (_told("use", "http://models.lan/v1"), "models.lan 不是本机"),
        (_told("try", "http://models.lan/v1"), "models.lan 不是本机"),
        (_told("use", "http://127.0.0.1@models.lan/v1"), "models.lan 不是本机"),
        (_told("use", "11434"), "不是模型服务的地址"),
        (_told("use", ""), "不是模型服务的地址"),
        (_told("use", SERVER.url, " "), "名字"),
        (_told("try", "http://127.0.0.1:1/v1"), "没有答完"),
        ({"do": "use", "url": SERVER.url, "model": None}, "名字"),
        ({"do": "use", "url": "http://models.lan/v1", "model": "m", "remote": "yes"}, "不是本机"),
    ],
)
def test_what_is_not_named_whole_or_agreed_to_is_not_used(held: Library, told: dict[str, object], said: str) -> None:
    compositions = Compositions()
    assert said in writer.changed(held, compositions, told, CHINESE).problem
    assert compositions.server is held.writer is None


def test_a_model_that_cannot_do_it_is_said_to(held: Library) -> None:
    with model_server(Script(["图书馆很好。"])) as url:
        form = writer.changed(held, Compositions(), _told("try", url), ENGLISH)
    assert "none holds" in form.problem
    assert held.writer is None, "a trial sets nothing"


@pytest.mark.parametrize(("folders", "is_given"), [(False, False), (True, True)])
def test_it_is_set_by_whoever_runs_the_server_alone(held: Library, folders: bool, is_given: bool) -> None:
    compositions = Compositions(SERVER if is_given else None, is_given=is_given)
    screen = _Screen(held, Ingest(held), compositions, folders)
    for do in ("use", "off", "try"):
        drawn = screen.set_writer(_told(do, "http://127.0.0.1:1/v1"), CHINESE, ANYBODY)["writer"]
        assert "<form" not in drawn
    assert compositions.server == (SERVER if is_given else None)
    assert held.writer is None


def test_what_is_told_stays_words() -> None:
    form = writer.Form(HOSTILE, HOSTILE, problem=HOSTILE)
    html = writer.panel(Compositions(), form, CHINESE, may_change=True, is_open=True)
    assert "<script>" not in html
    assert "<img" not in html
