"""A selection in the reader is cited as a quote is: which characters it is, and what there is to copy."""

from __future__ import annotations

from qa.citing.cite import cite
from qa.library.library import Library
from qa.types import Article, Citation, Row, Span
from tests.parts.browser import Browser, expect, watched
from ui.printed import BLANK, inked, printed
from ui.reading import selection
from ui.words import CHINESE

_TABLE = Article(
    "t",
    "## 值班 表\n  第一行，\u3000有空格。\n姓名\t村\n张三\t\n\u0000李四\t𠮷村\n末行。",
    "值班 表",
    rows=(Row(20, 24, ("姓名", "村")), Row(25, 28, ("姓名", "村")), Row(29, 35, ("姓名", "村"))),
)


def _shown(article: Article, part: Span) -> str:
    """The characters that the reader shows, white space apart."""
    text = "".join(line.said.unescape() for line in printed(article, part, ()))
    return "".join(char for char in text if char not in BLANK)


def test_every_selection_is_those_characters_of_the_article(seeds_library: Library) -> None:
    for article in (_TABLE, *seeds_library.articles(limit=12)):
        for part in (Span(0, len(article.text)), Span(5, len(article.text) - 3)):
            shown = _shown(article, part)
            for first in range(0, len(shown), 7):
                last = min(first + 20, len(shown) - 1)
                span = inked(article, part, first, last)
                assert span is not None
                held = "".join(char for char in article.text[slice(*span)] if char not in BLANK)
                assert held.replace("##", "") == shown[first : last + 1]
                assert article.text[span.start] not in BLANK
                assert article.text[span.end - 1] not in BLANK


def test_what_is_no_selection_has_nothing_to_copy(seeds_library: Library) -> None:
    (article,) = seeds_library.articles(limit=1)
    for edges in ((0, -1), (5, 4), (0, 10**9), (10**9, 10**9 + 1), (-3, 2)):
        assert selection(seeds_library, article.id, "", edges, CHINESE) == ""


def test_what_is_selected_by_hand_is_copied_in_every_form(browser: Browser, url: str, seeds_library: Library) -> None:
    article = seeds_library.articles(limit=1)[0]
    lines = article.text.split("\n")
    start = article.text.index(lines[2]) + 3
    end = article.text.index(lines[3]) + 5
    quote = article.text[start:end]
    citation = Citation(1, article, start, end, quote, Span(0, len(quote)), 1.0)
    with watched(browser) as page:
        page.goto(f"{url}#article/{article.id}?at={start + 2}-{start + 6}")
        text = page.locator("dialog.reader[open] .story .text")
        text.wait_for()
        bar = page.locator("dialog.reader .selected")
        expect(bar).to_be_hidden()
        page.evaluate(
            """([first, last]) => {
              const shown = [...document.querySelectorAll(".story .text > p")];
              const line = (said) => shown.find((p) => p.textContent === said);
              const [from, to] = [line(first), line(last)];
              getSelection().setBaseAndExtent(from.firstChild, 3, to.firstChild, 5);
            }""",
            [lines[2].strip(), lines[3].strip()],
        )
        expect(bar).to_be_visible()
        for form, name in (("GB/T 7714—2015", "gbt7714-2015"), ("RIS", "ris"), ("BibTeX", "bibtex")):
            bar.get_by_role("button", name=form).click()
            page.wait_for_function(
                "form => navigator.clipboard.readText().then((told) => told === form)", arg=cite(citation, name)
            )
        bar.get_by_role("button", name="原句和出处").click()
        page.wait_for_function(
            "quote => navigator.clipboard.readText().then((told) => told.startsWith(quote))",
            arg=f"“{quote.strip()}”\n——",
        )
        bar.get_by_role("button", name="复制链接").click()
        page.wait_for_function(
            "end => navigator.clipboard.readText().then((told) => told.endsWith(end))", arg=f"?at={start}-{end}"
        )
        page.evaluate("getSelection().collapse(document.body)")
        page.locator("dialog.reader .story").focus()
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.story .text'))")
        expect(bar).to_be_visible()
        bar.get_by_role("button", name="原句和出处").click()
        page.wait_for_function(
            "quote => navigator.clipboard.readText().then((told) => told.startsWith(quote))",
            arg=f"“{article.text.strip()}”",
        )
        page.evaluate("getSelection().removeAllRanges()")
        page.locator("dialog.reader .story").focus()
        page.evaluate("getSelection().removeAllRanges(); document.dispatchEvent(new Event('selectionchange'))")
        expect(bar).to_be_hidden()
