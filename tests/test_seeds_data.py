"""The measuring data keeps its promises: every character in one story, every answer in its own story alone."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.parts.seeds import UNANSWERABLE, Question, Story, holds, load_pages, load_questions, load_stories

PAGES = load_pages()
STORIES = load_stories()
QUESTIONS = load_questions()
TEXTS = [story.text(PAGES[story.source]) for story in STORIES]
ANSWERABLE = [one for one in QUESTIONS if one.answerable]


def test_the_pages_hold_their_number_of_stories() -> None:
    assert list(Counter(story.source for story in STORIES).values()) == [9, 7, 7, 9, 8]


@pytest.mark.parametrize("source", PAGES)
def test_every_printed_character_is_in_exactly_one_story(source: str) -> None:
    owners = Counter[int]()
    for story in STORIES:
        if story.source == source:
            for start, end in story.paragraphs:
                owners.update(range(start, end))
    assert max(owners.values()) == 1
    assert all(at in owners for at, character in enumerate(PAGES[source]) if not character.isspace())


@pytest.mark.parametrize(("story", "text"), zip(STORIES, TEXTS, strict=True))
def test_headlines_and_names_are_printed_in_their_story(story: Story, text: str) -> None:
    parts = [story.kicker or "", *story.subtitle, *story.byline, *story.photographers]
    assert all(holds(text, [[part]]) for part in parts)
    assert story.title is None or holds(text.replace("#", ""), [[story.title]])


def test_questions_of_every_kind() -> None:
    assert len(QUESTIONS) == len({one.id for one in QUESTIONS}) == len({one.question for one in QUESTIONS}) == 200
    assert {one.story for one in ANSWERABLE} == set(range(40))
    assert all(one.answerable != (one.kind == UNANSWERABLE) for one in QUESTIONS)
    assert all(bool(one.history) == (one.kind == "follow-up") for one in QUESTIONS)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda one: one.id)
def test_its_story_and_no_other_answers(question: Question) -> None:
    assert question.story is not None
    own = "".join(TEXTS[question.story].split())
    for group in question.answers:
        assert all("".join(answer.split()) in own for answer in group)
    others = [text for at, text in enumerate(TEXTS) if at != question.story]
    assert not any(holds(text, question.answers) for text in others)


def test_holds_looks_past_white_space_and_width() -> None:
    assert holds("主持 人（王\n某）", [["王某)"], ["主持人", "主席"]])
    assert not holds("主持人", [["主持人"], ["王某"]])
    assert holds("", [])
