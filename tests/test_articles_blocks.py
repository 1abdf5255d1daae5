"""Where a format tells its paragraphs, none is joined to another; printed lines are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.articles.edits import apply_edits
from qa.formats import read
from qa.types import Article, Edit
from tests.parts import format_files as made

TITLE = "渡口夜航满一年"
PARAGRAPHS = (
    "镇上的渡口去年五月起加开夜航，至今运送乘客三万一千人次，船队近日公布了账目。",
    "起于一次座谈",
    "几位住在对岸的工人在座谈时提出，末班船应当等一等下夜班的人，船队随后改了时刻表。",
    "乘客周小河说：",
    "夜里的船比桥快，孩子也不怕黑。",
    "来源：某某晚报",
    "摄影：林小山",
    "责任编辑：沈舟",
    "船队表示，明年的油钱仍然没有着落，是否照开要看乘客多少。",
)


def markup(lines: tuple[str, ...]) -> str:
    return f"<h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in lines)


WRITERS: dict[str, Callable[[], bytes]] = {
    ".html": lambda: f"<html><body>{markup(PARAGRAPHS)}</body></html>".encode(),
    ".docx": lambda: made.docx(TITLE, PARAGRAPHS),
    ".epub": lambda: made.epub({"a.xhtml": markup(PARAGRAPHS)}),
    ".md": lambda: "\n\n".join((f"# {TITLE}", *PARAGRAPHS)).encode(),
    ".jsonl": lambda: json.dumps({"title": TITLE, "text": "\n".join(PARAGRAPHS)}).encode(),
    ".json": lambda: json.dumps([{"title": TITLE, "text": "\n".join(PARAGRAPHS)}]).encode(),
    ".csv": lambda: '标题,正文\n{},"{}"\n'.format(TITLE, "\n".join(PARAGRAPHS)).encode(),
}


def story(path: Path, data: bytes) -> Article:
    path.write_bytes(data)
    (page,) = read(path, path.name, max_bytes=1 << 20)
    (article,) = cut(page)
    return article


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_paragraph_of_the_format_is_a_line_of_the_article(tmp_path: Path, suffix: str) -> None:
    article = story(tmp_path / f"a{suffix}", WRITERS[suffix]())
    assert article.title == TITLE
    lines = article.text.splitlines()
    assert lines[len(lines) - len(PARAGRAPHS) :] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "body",
    [
        "<ul>" + "".join(f"<li>{each}</li>" for each in PARAGRAPHS) + "</ul>",
        "".join(f"<div>{each}</div>" for each in PARAGRAPHS),
        "<br>".join(PARAGRAPHS),
        "<br>　　".join(PARAGRAPHS),
        "<p>" + "<br><br>".join(PARAGRAPHS) + "</p>",
        "".join(f"<blockquote>{each}</blockquote>" for each in PARAGRAPHS),
        "".join(f"<dl><dt>{each}</dt></dl>" for each in PARAGRAPHS),
        "".join(f"<figure><figcaption>{each}</figcaption></figure>" for each in PARAGRAPHS),
        "<table>" + "".join(f"<tr><td>{each}</td></tr>" for each in PARAGRAPHS) + "</table>",
        "<table><tr>" + "".join(f"<td>{each * 8}</td>" for each in PARAGRAPHS) + "</tr></table>",
    ],
)
def test_blocks_of_a_web_page_are_not_joined(tmp_path: Path, body: str) -> None:
    article = story(tmp_path / "a.html", f"<html><body><h1>{TITLE}</h1><div>{body}</div></body></html>".encode())
    whole = [each * 8 for each in PARAGRAPHS] if "<td>" + PARAGRAPHS[0] * 8 in body else PARAGRAPHS
    assert article.text.replace("　", "").splitlines() == [TITLE, *whole]


def test_line_breaks_of_printed_columns_are_joined(tmp_path: Path) -> None:
    text = "".join(PARAGRAPHS[at] for at in (0, 2, 4, 8))
    lines = [text[at : at + 17] for at in range(0, len(text), 17)]
    html = f"<html><body><h1>{TITLE}</h1><p>{'<br>'.join(lines)}</p></body></html>"
    assert text[:60] in story(tmp_path / "a.html", html.encode()).text
    record = json.dumps({"title": TITLE, "text": "\n".join(lines)})
    assert text[:60] in story(tmp_path / "a.jsonl", record.encode()).text
    markdown = "\n".join((f"# {TITLE}\n", *lines))
    assert text[:60] in story(tmp_path / "a.md", markdown.encode()).text


def test_a_credit_by_itself_is_no_end_of_the_line_above(tmp_path: Path) -> None:
    text = "\n".join((TITLE, *PARAGRAPHS))
    assert "摄影：林小山" in story(tmp_path / "a.txt", text.encode()).text.splitlines()


def test_an_edit_by_hand_joins_no_paragraphs(tmp_path: Path) -> None:
    article = story(tmp_path / "a.html", WRITERS[".html"]())
    at = article.text.index(PARAGRAPHS[2])
    first, second = (one.article for one in apply_edits([article], [Edit(article.id, split_at=at)]))
    assert second.text.splitlines() == list(PARAGRAPHS[2:])
    joined = apply_edits([first, second], [Edit(first.id, joins=second.id)])
    assert joined[0].article.text.splitlines()[3:] == list(PARAGRAPHS[2:])
