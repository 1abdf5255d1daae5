"""What is proposed to go on with belongs to the articles that the answer quotes, and is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.library.library import Library
from qa.questions import suggestions
from qa.store.turns import Turn
from qa.types import Answer, Query
from ui import chat


def proposed(library: Library, answer: Answer) -> tuple[str, ...]:
    return chat.following(library, chat.Conversation("id", (Turn(answer.question, answer, number=1),)))


@pytest.mark.parametrize("question", ["介绍一下马驹桥镇", "有几篇报道提到马驹桥镇？"])
def test_what_is_proposed_is_answered_by_what_is_quoted(seeds_library: Library, question: str) -> None:
    found = seeds_library.ask(Query(question))
    quoted = {(one.article.id, one.start) for one in found.citations}
    following = proposed(seeds_library, found)
    assert 1 <= len(following) <= chat.FOLLOWING
    for one in following:
        first = seeds_library.ask(Query(one, history=(question,))).citations[0]
        assert first.article.id in {article for article, _ in quoted}
        assert (first.article.id, first.start) not in quoted, "another sentence than has been read"
        quoted.add((first.article.id, first.start))


def test_what_the_quote_says_is_not_asked_again(seeds_library: Library) -> None:
    found = seeds_library.ask(Query("玉桥街道已有楼门文化团队多少支？"))
    said = {one for quote in found.citations for one in suggestions.of_facts(replace(quote.article, text=quote.quote))}
    assert said & set(suggestions.following(found, [found.question], 9)), "or nothing is tried here"
    assert not said & set(proposed(seeds_library, found))


def test_nothing_is_proposed_where_nothing_is_quoted(seeds_library: Library) -> None:
    found = seeds_library.ask(Query("介绍一下马驹桥镇"))
    assert proposed(seeds_library, replace(found, citations=())) == ()
    assert chat.following(seeds_library, chat.Conversation()) == ()
