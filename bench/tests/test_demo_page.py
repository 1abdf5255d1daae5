"""The demo's scanned page is read as it was set."""

from __future__ import annotations

from bench.material import demo_page
from qa import formats
from qa.articles.cutting import cut


def test_the_stories_of_the_demo_come_back() -> None:
    (page,) = formats.read(demo_page.PAGE, demo_page.PAGE.name, max_bytes=1 << 30)
    found = {article.title: "".join(article.text.split()) for article in cut(page)}
    assert list(found) == [text.title for text in demo_page.texts()]
    for text in demo_page.texts():
        sentences = "".join(text.paragraphs).replace(" ", "").replace("\u3000", "").split("。")
        assert all(sentence in found[text.title] for sentence in sentences)
