"""A text cut with the pieces it may have is cut as the whole tokenizer cuts it; other kinds are left whole."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qa import models
from qa.models import lexicon, prepared
from qa.models.lexicon import Pieces, SharedWords, Tokeniser

TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        st.text("市民報名，。！0123abcé 　\t\n▁～①㎏ﷺ\u0301\u200b한국ひカﾊ🎉🏽", max_size=30),
        st.sampled_from(["<s>", "</s>", "<unk>", "<pad>", "市图书馆新馆昨天正式开馆", "COVID-19", "naïve", "москва"]),
    ),
    max_size=8,
).map("".join)
Change = Callable[[dict], object]


@pytest.fixture(scope="module")
def folder() -> Path:
    return models.prepare("e5-small")


@pytest.fixture(scope="module")
def whole(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / prepared.TOKENIZER))
    tokenizer.no_truncation()
    return tokenizer


@pytest.fixture(scope="module")
def few(folder: Path) -> Pieces:
    return Pieces(folder)


@given(TEXTS)
@example("")
@example("▁")
@example("<s>")
@example("a" * 500)
@example("本报讯（记者 李明）昨天上午，市图书馆新馆正式开馆，当天接待读者3200多人次。" * 5)
@settings(max_examples=600, deadline=None)
def test_few_pieces_cut_as_all_do(few: Pieces, whole: Tokenizer, text: str) -> None:
    cutter = few.cutter(text)
    made, expected = cutter.tokenizer.encode(text), whole.encode(text)
    assert [cutter.ids[one] for one in made.ids] == expected.ids
    assert made.offsets == expected.offsets


def test_the_whole_takes_over_and_cuts_the_same(folder: Path, seeds: Path) -> None:
    known = prepared.read(folder)
    assert known
    tokens = Tokeniser(folder, known)
    texts = [path.read_text("utf-8")[:600] for path in sorted(seeds.glob("*.txt"))]
    first = [(tokens.cut(text), tokens.encode(text)) for text in texts]
    for _ in range(250):
        tokens.encode("雨")
    assert tokens._whole is not None
    assert [(tokens.cut(text), tokens.encode(text)) for text in texts] == first


def test_too_long_a_text_keeps_its_start_and_its_special_ids(folder: Path, whole: Tokenizer) -> None:
    known = prepared.read(folder)
    assert known
    ids = whole.encode("雨下得很大。" * 400).ids
    assert Tokeniser(folder, known).encode("雨下得很大。" * 400) == [*ids[:511], ids[-1]]


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts["model"].update(type="WordPiece"),
        lambda parts: parts["model"].update(byte_fallback=True),
        lambda parts: parts["model"].update(unk_id=None),
        lambda parts: parts.update(post_processor=None),
        lambda parts: parts.update(pre_tokenizer=None),
        lambda parts: parts["added_tokens"][0].update(lstrip=True),
        lambda parts: parts["model"]["vocab"].append(["x" * 65, -9.0]),
    ],
)
def test_other_kinds_of_tokenizers_are_left_whole(folder: Path, tmp_path: Path, change: Change) -> None:
    parts = json.loads((folder / prepared.TOKENIZER).read_text("utf-8"))
    parts["model"]["vocab"] = parts["model"]["vocab"][:500]
    change(parts)
    (tmp_path / "tokenizer.json").write_text(json.dumps(parts), encoding="utf-8")
    made = tmp_path / "made"
    made.mkdir()
    assert not lexicon.write_pieces(tmp_path / "tokenizer.json", made)
    assert not list(made.iterdir())


def test_a_model_and_a_reader_hold_one_set_of_words_while_either_is_there(folder: Path) -> None:
    known = prepared.read(folder)
    assert known
    shared = SharedWords()
    model = models.load("e5-small", shared=shared)
    held = weakref.ref(shared.words(folder, known))
    lexicon = models.lexicon_of("e5-small", shared=shared)
    assert model._words is lexicon._words is held()
    assert shared.words(folder, replace(known, stamp="anew")) is not held()
    del model, lexicon
    assert held() is None
