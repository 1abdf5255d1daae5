"""What is proposed to go on with belongs to the articles that the answer quotes."""

from __future__ import annotations

from dataclasses import replace

from qa.conversations.turns import Turn
from tests.parts.ui_values import answer, article, citation, hit
from ui import chat

CITED = article("书展四月三日开幕。本届书展共有参展出版社三百家，首届书展接待市民读者8000人。", "书展")
BESIDE = article("新馆五月开放。新建成的体育馆可以容纳观众9000人。", "体育馆开放")


def test_no_question_is_about_a_story_found_beside() -> None:
    found = answer(citation(1, CITED, "书展四月三日开幕。"), hits=(hit(CITED, 0, 9), hit(BESIDE, 0, 7)))
    asked = chat.following(chat.Conversation("id", (Turn("书展几时开幕？", found, number=1),)))
    assert not any("体育馆" in one or "观众" in one for one in asked)
    unquoted = replace(found, citations=())
    assert chat.following(chat.Conversation("id", (Turn("书展几时开幕？", unquoted, number=1),))) == ()
