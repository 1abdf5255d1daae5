"""An article, a hit and answers made by hand, whose every value is known."""

from __future__ import annotations

from qa.types import Answer, Article, Assumption, Citation, Hit, Location, Passage, Piece, Reason, Span

# On the page the second line stands before the first: "BBB。" at 10, "AAA。" at 20.
FORUM = Article(
    id="a1b2c3d4e5f60718",
    text="论坛开幕\n四百人参加。\n主席致辞。",
    title="论坛开幕",
    kicker="运河",
    subtitle="四方来客",
    byline=("甲", "乙"),
    paper="日报",
    edition="3",
    date="2025-12-11",
    date_from="printed",
    date_evidence="2025年12月11日",
    locations=(
        Location("a.txt", None, 2, (Piece(0, 100, 104), Piece(5, 200, 206), Piece(12, 150, 155))),
        Location("b.jsonl", "r7", None, (Piece(0, 0, 17),)),
    ),
)
BARE = Article(
    "ffffffffffffffff", "路灯亮了。", "路灯亮了", title_inferred=True, locations=(Location("c.txt", None, None, ()),)
)


def hit(article: Article, start: int, end: int, score: float) -> Hit:
    text = article.text[start:end]
    return Hit(Passage(1, article.id, start, end, text, (Span(0, len(text)),)), article, score, {"terms": 1})


def citation(n: int, article: Article, start: int, end: int, mark: Span, score: float) -> Citation:
    return Citation(n, article, start, end, article.text[start:end], mark, score)


ANSWERED = Answer(
    question="多少人参加？",
    kind="quote",
    text="四百人参加。[1]",
    confidence=0.912345,
    citations=(citation(1, FORUM, 5, 11, Span(0, 3), 0.987654),),
    hits=(hit(FORUM, 5, 17, 0.876543), hit(BARE, 0, 5, 0.25)),
    assumed=(Assumption("follow-up", "多少人参加？", "论坛"),),
)
REFUSED = Answer(
    question="火星",
    kind="quote",
    text="",
    confidence=0.0,
    hits=(hit(BARE, 0, 5, 0.25),),
    reason=Reason("unknown-term", "库中没有出现“火星”。", ("火星",)),
)
