"""What a reader's logits come to, by hand and by brute force; what is shipped is checked before it serves."""

from __future__ import annotations

import itertools
import math
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import models
from qa.errors import ModelError, UsageError
from qa.models import graphs, readers
from qa.models.span_reader import HEAD_PIECES, QUESTION_PIECES, SPAN_PIECES, WINDOW_PIECES, OnnxSpanReader, mark
from qa.text.sentences import split_sentences
from qa.types import Span
from qa.types.protocols import Window
from qa.types.settings import DEFAULT_MODEL, cores
from tests.parts.span_readers import Characters, graph, ship, small_reader
from tests.parts.tampering import change

FIRST, SECOND = "甲始乙丙终。", "丁戊己。"
WINDOW = Window(FIRST + SECOND, (Span(0, 6), Span(6, 10)))


@pytest.fixture
def reader() -> OnnxSpanReader:
    return small_reader()


def test_a_reading_by_hand(reader: OnnxSpanReader) -> None:
    """The question's characters are not read as the window's: its 始 counts for `answers`, which sums over all."""
    (reading,) = reader.read("始？", [WINDOW])
    first, second = reading.sentences
    assert reading.answers == 2.0
    assert (first.span, first.score) == (Span(1, 5), 8.0)
    assert (second.span, second.score) == (Span(6, 7), 0.0)
    assert first.needed == pytest.approx(1 / 6), "one of six pieces is wanted, by 1"
    assert second.needed == 0
    sums = [  # of exp(start + end) over the spans of each sentence
        sum(math.exp(4 * (one[i] == "始") + 4 * (one[j] == "终")) for i in range(len(one)) for j in range(i, len(one)))
        for one in (FIRST, SECOND)
    ]
    assert first.share == pytest.approx(sums[0] / sum(sums))
    assert first.share + second.share == pytest.approx(1)


def test_what_stands_above_is_read_and_never_marked(reader: OnnxSpanReader) -> None:
    """The head's 始 counts for `answers` alone: what is marked, and how much, stays."""
    (bare,), (headed,) = reader.read("问", [WINDOW]), reader.read("问", [replace(WINDOW, head="始终始")])
    assert (bare.answers, headed.answers) == (1.0, 3.0)
    assert headed.sentences == bare.sentences


def test_the_end_of_what_is_too_long_is_read_of_question_and_head_and_the_begin_of_a_window(
    reader: OnnxSpanReader,
) -> None:
    """By the 始 that `answers` counts: all are 始, and one piece more of each than is read."""
    asked, above = "始" * QUESTION_PIECES, "始" * HEAD_PIECES
    body = "始" * WINDOW_PIECES
    sentences = (Span(0, WINDOW_PIECES), Span(WINDOW_PIECES, WINDOW_PIECES + 1))
    (reading,) = reader.read("丁" + asked, [Window(body + "终", sentences, "丁" + above)])
    assert reading.answers == QUESTION_PIECES + HEAD_PIECES + WINDOW_PIECES
    assert reading.sentences[0].needed == 1
    assert (reading.sentences[1].share, reading.sentences[1].needed) == (0.0, -math.inf)
    (other,) = reader.read(asked + "丁", [Window("终" + body, (Span(0, WINDOW_PIECES + 1),), above + "丁")])
    assert other.answers == reading.answers - 3
    assert QUESTION_PIECES + HEAD_PIECES + WINDOW_PIECES + 5 <= 512, "positions of the model, separators among them"


def test_a_window_reads_the_same_alone_and_in_company(reader: OnnxSpanReader) -> None:
    other = Window("终始", (Span(0, 2),))
    assert reader.read("问", [WINDOW, other, WINDOW]) == [
        reader.read("问", [one])[0] for one in (WINDOW, other, WINDOW)
    ]
    assert reader.read("问", []) == []


class _Counting:
    """A graph's session that notes how many of its runs go side by side."""

    def __init__(self) -> None:
        self._session, self._counted = graphs.opened(graph()), threading.Lock()
        self.now = self.most = 0

    def run(self, outputs: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
        with self._counted:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.01)  # others would come meanwhile
        ran = self._session.run(outputs, given)
        with self._counted:
            self.now -= 1
        return ran


def test_questions_read_at_once_share_the_cores() -> None:
    """More runs than cores would save no time; each takes memory that ONNX Runtime keeps for good."""
    session = _Counting()
    crowded = OnnxSpanReader(session, Characters(), "small")
    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(lambda _: crowded.read("始？", [WINDOW] * 4), range(8)))
    assert readings == [small_reader().read("始？", [WINDOW] * 4)] * 8
    assert session.most == cores()


def test_what_is_read_is_folded_and_offsets_hold(reader: OnnxSpanReader) -> None:
    (reading,) = reader.read("问", [Window("ＡB終", (Span(0, 3),))])
    assert reading.sentences[0].span.end == 3


LOGIT = st.integers(-3, 3)
LOGITS = st.lists(st.tuples(LOGIT, LOGIT, LOGIT), min_size=1, max_size=24)


@given(logits=LOGITS, cut=st.integers(0, 24))
def test_marks_are_those_of_brute_force(logits: list[tuple[int, int, int]], cut: int) -> None:
    """Against every span counted; two sentences, of which one may be empty of pieces."""
    size = len(logits)
    places = [Span(at, at + 1) for at in range(size)]
    sentences = (Span(0, min(cut, size)), Span(min(cut, size), size + 1))
    starts, ends, needed = (np.array([one[side] for one in logits], dtype=np.float32) for side in (0, 1, 2))
    marked = mark(starts, ends, needed, places, sentences)
    totals = []
    for one, sentence in zip(marked, sentences, strict=True):
        inside = range(sentence.start, min(sentence.end, size))
        spans = {(i, j): logits[i][0] + logits[j][1] for i, j in itertools.combinations_with_replacement(inside, 2)}
        totals.append(sum(math.exp(value) for value in spans.values()))
        assert one.score == max(spans.values(), default=-math.inf)
        wanted = [logits[at][2] for at in inside]
        assert one.needed == (pytest.approx(sum(wanted) / len(wanted), abs=1e-6) if wanted else -math.inf)
        if spans:
            assert spans[one.span.start, one.span.end - 1] == one.score
    for one, total in zip(marked, totals, strict=True):
        assert one.share == pytest.approx(total / sum(totals))


def test_a_mark_is_not_longer_than_it_may() -> None:
    starts, ends, needed = np.zeros((3, 100), dtype=np.float32)
    starts[0] = ends[99] = 9
    (marked,) = mark(starts, ends, needed, [Span(at, at + 1) for at in range(100)], (Span(0, 100),))
    assert marked.span.end - marked.span.start <= SPAN_PIECES
    assert marked.score == 9


def test_nothing_to_read_is_marked_whole() -> None:
    nothing = np.zeros(0, dtype=np.float32)
    (marked,) = mark(nothing, nothing, nothing, [], (Span(0, 2),))
    assert (marked.span, marked.share, marked.needed) == (Span(0, 2), 0.0, -math.inf)


@given(value=st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_read(value: str) -> None:
    """Spans stay inside their sentence, whatever the text."""
    sentences = split_sentences(value)
    if not sentences:
        return
    (reading,) = OnnxSpanReader(graphs.opened(graph()), Characters(), "small").read(value, [Window(value, sentences)])
    for marked, sentence in zip(reading.sentences, sentences, strict=True):
        assert sentence.start <= marked.span.start <= marked.span.end <= sentence.end


def test_what_is_shipped_loads_and_names_what_is_wrong(tmp_path: Path) -> None:
    folder = ship(tmp_path / "reader", Characters.fingerprint)
    assert readers.load(Characters(), folder).read("问", [WINDOW])
    whole = (folder / readers.GRAPH).read_bytes()
    (folder / readers.GRAPH).write_bytes(whole[:-1] + b"?")
    with pytest.raises(ModelError, match=r"损坏.*--reader none"):
        readers.load(Characters(), folder)
    (folder / readers.GRAPH).unlink()
    with pytest.raises(ModelError, match=r"缺失.*--reader none"):
        readers.load(Characters(), folder)
    with pytest.raises(ModelError, match=r"词表不符.*qa model --prepare"):
        readers.load(Characters(), ship(tmp_path / "other", "other words"))


@pytest.mark.parametrize("file", ["graph.onnx", "graph.onnx.weights"])
def test_a_shipped_file_that_was_tampered_with_is_never_read(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found right is noted."""
    folder = Path(shutil.copytree(readers.FOLDER, tmp_path / "reader"))
    lexicon = models.lexicon_of(DEFAULT_MODEL)
    monkeypatch.setattr(readers, "FOLDER", folder)
    monkeypatch.setenv("QA_MODELS", str(tmp_path))
    time.sleep(2.1)
    readers.load(lexicon, folder)
    assert (tmp_path / ".reader.checked").exists()
    change(folder / file)
    with pytest.raises(ModelError, match=r"损坏.*--reader none"):
        readers.load(lexicon, folder)


def test_a_reader_is_known_by_name() -> None:
    assert [readers.known(name) for name in (*readers.READERS, "none")] == [*readers.READERS, "none"]
    assert readers.loader("span") is readers.load
    with pytest.raises(UsageError, match="可选：span、none"):
        readers.known("gpt")


def test_the_words_of_the_default_model(tmp_path: Path) -> None:
    """Pieces cover the text in order; rows are those of the model; the shipped form fits them."""
    lexicon = models.lexicon_of(DEFAULT_MODEL)
    pieces, places = lexicon.cut("运河灯会2024年开幕")
    assert len(pieces) == len(places)
    assert "".join("运河灯会2024年开幕"[start:end] for start, end in places[1:]) == "运河灯会2024年开幕"
    rows = lexicon.rows([lexicon.begin, *pieces, lexicon.end])
    assert rows.dtype == np.float32
    assert rows.shape == (len(pieces) + 2, 384)
    folder = ship(tmp_path, lexicon.fingerprint, width=384)
    (reading,) = readers.load(lexicon, folder).read("何时开幕", [Window("运河灯会2024年开幕。", (Span(0, 12),))])
    assert math.isfinite(reading.answers)
