"""Files that an earlier version read are read anew: edits stay, and old ids lead to the articles of today."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from qa.cli import main
from qa.cli.library_commands import of_today
from qa.errors import NotFound
from qa.library.check import check_library
from qa.library.library import Library
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.successors import successors
from qa.store.turns import read, write
from qa.types import Answer, Article, Citation, Edit, Filters, Query, Span
from tests.parts.browser import Browser, watched
from tests.parts.command import qa
from tests.parts.library import open_library, to_format
from tests.parts.server import running
from ui.chat import finder
from ui.reading import opened

TEXT = (
    "渡口夜航满一年\n镇上的渡口去年五月起加开夜航，至今运送乘客三万一千人次，船队近日公布了账目。\n"
    "船队表示，明年的油钱仍然没有着落，是否照开要看乘客多少。\n"
)
REST = "对岸的工人说，夜里的船比桥快，孩子也不怕黑，只盼望末班再晚半个钟头。\n"


def read_by_an_older_version(library_path: Path) -> None:
    with closing(Database.at(Folder.at(library_path))) as database, database.writing() as connection:
        connection.execute("UPDATE files SET reading = 0, sha256 = '-', size = -1")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, "utf-8")
    return folder


@pytest.mark.folder("SQLite alone has formats so old")
def test_check_says_when_it_is_due(tmp_path: Path, papers: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.add(papers, vectors=False)
    assert not [one for one in check_library(tmp_path / "library") if "--reread" in one.fix]
    to_format(tmp_path / "library", 6)
    with Library.open(tmp_path / "library") as library:
        assert library.add(papers, vectors=False).unchanged == ("a.txt",)
        (due,) = [one for one in check_library(tmp_path / "library") if "--reread" in one.fix]
        assert "1 个文件" in due.what
        assert library.add([], reread=True, vectors=False).changed == ("a.txt",)
        assert library.add([], reread=True, vectors=False).unchanged == ("a.txt",)
    assert not [one for one in check_library(tmp_path / "library") if "--reread" in one.fix]


def test_an_old_id_leads_to_the_article_in_its_place_and_edits_stay(tmp_path: Path, papers: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.add(papers, vectors=False)
        (old,) = library.articles()
        library.edit(old.id, Edit(old.id, title="夜航一年", byline=("周小河",)))
        (papers / "a.txt").write_text(TEXT + REST, "utf-8")
        library.add(papers, vectors=False)
        (new,) = library.articles()
        assert new.id != old.id
        assert library.article(old.id) == new
        assert library.article(old.id[:6]) == new
        assert (new.title, new.byline) == ("夜航一年", ("周小河",))
        (papers / "a.txt").write_text(TEXT + REST + REST.replace("工人", "船工"), "utf-8")
        library.add(papers, vectors=False)
        (newest,) = library.articles()
        assert library.article(old.id) == library.article(new.id) == newest
        assert newest.title == "夜航一年"
        library.remove("a.txt")
        with pytest.raises(NotFound):
            library.article(old.id)


def reread(library: Library, papers: Path) -> tuple[Article, Article]:
    """An article of old, and the one that took its place."""
    library.add(papers)
    (old,) = library.articles()
    (papers / "a.txt").write_text(TEXT + REST, "utf-8")
    library.add(papers)
    (new,) = library.articles()
    assert new.id != old.id
    return old, new


def test_commands_take_an_old_id(tmp_path: Path, papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_library(tmp_path / "library", create=True) as library:
        old, new = reread(library, papers)
    command = ["--library", str(tmp_path / "library"), "--json"]
    assert main([*command, "show", old.id]) == 0
    assert json.loads(capsys.readouterr().out)["article"] == new.id
    with open_library(tmp_path / "library") as library:
        (edited,) = library.edit(old.id, Edit("", title="夜航一年"))
        assert edited.title == "夜航一年"
        found = library.search(Query("渡口夜航", filters=Filters(article=old.id)))
        assert [hit.article.id for hit in found] == [new.id]


def test_a_kept_answer_quotes_the_article_in_the_place_of_the_one_it_quoted(tmp_path: Path, papers: Path) -> None:
    with open_library(tmp_path / "library", create=True) as library:
        library.add(papers)
        (was,) = library.articles()
        quote = "船队表示，明年的油钱仍然没有着落，是否照开要看乘客多少。"
        start = was.text.index(quote)
        cited = Citation(1, was, start, start + len(quote), quote, Span(0, 2), 0.9)
        kept = write(Answer("油钱有着落吗？", "quote", f"{quote}[1]", 0.9, (cited,)))
        old, new = reread(library, papers)
        assert old.id == was.id
        (found,) = read(kept, finder(library)).citations
        assert found.article == new
        assert new.text[found.start : found.end] == quote
        shown = opened(library, old.id, "0-4")
        assert (shown.article, shown.marks) == (new, ()), "marks count in the text of old"
        assert opened(library, new.id, "0-4").marks


def test_a_rated_answer_is_a_question_about_the_article_of_today(tmp_path: Path, papers: Path) -> None:
    with open_library(tmp_path / "library", create=True) as library:
        old, new = reread(library, papers)
    about = {"question": "油钱有着落吗？", "history": [], "answered": True, "answer": "没有。"}
    quoted = {"article": old.id, "quote": "明年的油钱仍然没有着落"}
    with open_library(tmp_path / "library") as library:
        told = of_today(library, {**about, "citations": [quoted, {**quoted, "article": "f" * 16}]})
    assert [one["article"] for one in told["citations"]] == [new.id]


def test_successors_have_most_of_the_text() -> None:
    gone = {"a": TEXT, "b": "天气预报说明天有雨，出门请带伞，江面有大雾，渡轮或有延误。"}
    fresh = {"x": TEXT[len("渡口夜航满一年") :] + REST, "y": REST}
    assert successors(gone, fresh) == {"a": "x"}


def test_a_long_one_that_became_many_is_followed_by_the_longest_part() -> None:
    parts = {str(at): "".join(chr(0x4E00 + 97 * at + step) for step in range(40 + at)) for at in range(5)}
    assert successors({"a": "".join(parts.values())}, parts) == {"a": "4"}


def test_the_command_wants_paths_or_reread(tmp_path: Path, papers: Path) -> None:
    done = qa("--library", tmp_path / "library", "add")
    assert done.returncode == 2
    assert "路径" in done.stderr.decode()
    assert qa("--library", tmp_path / "library", "add", papers).returncode == 0
    read_by_an_older_version(tmp_path / "library")
    done = qa("--library", tmp_path / "library", "--json", "add", "--reread")
    assert done.returncode == 0
    assert b"a.txt" in done.stdout


def test_an_old_link_on_the_screen_opens_the_article_in_its_place(
    browser: Browser, tmp_path: Path, papers: Path
) -> None:
    with Library.open(tmp_path / "library") as library:
        old, new = reread(library, papers)
    with running(tmp_path / "library") as (url, _), watched(browser) as page:
        page.goto(f"{url}#article/{old.id}?at=0-4")
        page.wait_for_selector(f"dialog.reader[open] [data-shown='{new.id}']")
        page.wait_for_url(f"{url}#article/{new.id}")
        assert page.locator("dialog.reader .story mark").count() == 0
