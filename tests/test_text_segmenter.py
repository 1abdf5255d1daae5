"""The segmenter cuts as rjieba does, text by text, with a library's own words and without."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import marisa_trie
import numpy as np
import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text import segmenter
from qa.text.segmenter import Segmenter, entries

OWN = ("漷县镇", "副中心", "绿心三大建筑", "的")
WORDS = sorted(entries())
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(WORDS[::97]),
        st.sampled_from(OWN),
        st.text("市民昨天在通州区漷县镇参加运动会的象棋比赛共三百二十人", max_size=12),
        st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=4),
    ),
    max_size=12,
).map("".join)


def kept(own: tuple[str, ...]) -> rjieba.Jieba:
    whole = rjieba.Jieba()
    for word in sorted(own):
        whole.add_word(word, None, None)
    return whole


WHOLE = {own: kept(own) for own in ((), OWN)}
OURS = {own: Segmenter(own) for own in WHOLE}


def assert_same(ours: Segmenter, whole: rjieba.Jieba, text: str) -> None:
    assert ours.cut(text) == whole.cut(text)
    assert ours.cut(text, False) == whole.cut(text, False)
    assert ours.cut_for_search(text) == whole.cut_for_search(text)
    assert ours.tag(text) == whole.tag(text)
    assert ours.frequency(text) == (whole.suggest_freq(text) if whole.has_word(text) else 0)


@pytest.mark.parametrize("own", WHOLE)
@given(text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_is_cut_as_rjieba_cuts_it(own: tuple[str, ...], text: str) -> None:
    """By segmenters that learn text after text, until they load all words on the way."""
    assert_same(OURS[own], WHOLE[own], text)
    assert_same(Segmenter(own), WHOLE[own], text)


def test_the_dictionary_is_jieba_s_and_rjieba_s() -> None:
    kept = segmenter.prepare()
    trie = marisa_trie.Trie().mmap(str(kept / segmenter.WORDS))
    with np.load(kept / segmenter.NUMBERS) as numbers:
        frequencies, names = numbers["frequencies"].tolist(), numbers["names"][numbers["tags"]].tolist()
    held = {word: (frequencies[key], names[key]) for word, key in trie.items()}
    assert held == entries()
    assert max(map(len, held)) == 16
    assert all(map(WHOLE[()].has_word, held))


def test_all_words_are_loaded_once_many_texts_were_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenter, "_FEW", 40)
    ours = Segmenter(OWN)
    for text in ("本报讯昨天上午漷县镇", "首届副中心运动会象棋比赛", "漷县镇绿心三大建筑的象棋比赛昨天上午"):
        assert_same(ours, WHOLE[OWN], text)
    assert ours._whole is not None


def test_many_threads_cut_at_once() -> None:
    ours, texts = Segmenter(), WORDS[::500]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ours.cut, texts)) == [WHOLE[()].cut(text) for text in texts]


@pytest.mark.parametrize("first", ["qa.text.words", "rjieba"])
def test_the_package_is_not_loaded_and_may_be(first: str) -> None:
    program = (
        f"import sys, {first}\nfrom qa.text.words import search_words\n"
        "print(search_words('象棋比赛'), 'rjieba' in sys.modules)\n"
        "import rjieba; print(rjieba.cut('象棋比赛'))"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == f"['象棋', '比赛'] {first == 'rjieba'}\n['象棋', '比赛']\n"
