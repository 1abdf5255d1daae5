"""Fit what tells the kind of a question, and its topic: `python -m training.kinds` writes `qa/questions/kinds.npz`.

`training/data/question-kinds.jsonl` has a line a question: who wrote it, its kind, its text with the topic in brackets.
Questions for facts of the other sets stand beside them, so that few of those are taken for anything else; keywords
among them count in full, as few kinds look so much like one another as a topic and keywords that ask for a fact.
Turns of conversations (`training/data/chats*.jsonl`) count in full too, of those that ask for facts one in three, and
less; a fourth of their folders is as if by one writer.

Printed, fitted without each writer in turn and asked those of that writer alone: how many of each kind are told, with
the vector and without; how many of the facts that were not fitted on are taken for something else; topics found whole,
and with the same words of content.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from qa import models
from qa.questions import kinds
from qa.questions.kinds import KINDS, KindModel
from qa.text.folding import normalise
from qa.text.words import content_words
from qa.types.protocols import Array
from qa.types.settings import DEFAULT_MODEL
from training.sets import OWN, lines, turns

_FACTS = ("asked-news", "asked-news-more", "asked-other", "asked-twins")
_FITTED, _MEASURED = 5000, 4000  # questions for facts of the other sets
_KEYWORDS = re.compile(r"[\u4e00-\u9fff] +[\u4e00-\u9fff]")
_FACT_WEIGHT = 0.2  # of each of them, beside 1 of a question of the set
_STRENGTH = {"kinds": 1.0, "alone": 3.0, "topics": 3.0}  # inverse of the regularisation
_SHARES = (0.7, 0.3, 0.3)  # of what tells a word of the topic, its first, its last; half and half does as well
_TURNS = {"digest": "topic", "timeline": "timeline", "more": "more"}  # kinds of turns
_OFTEN, _RARE_WEIGHT = ("topic", "timeline", "fact"), 3.0
_TURNS_LEFT = ("talk", "about", "correction")  # of several kinds each, or none
_KEPT_FACTS, _TURN_WEIGHT = 3, 0.3  # one in so many of the turns that ask for facts, each counting so much
_SEEN = {"grams": 6, "features": 2}  # times that a feature must stand in what is fitted on


class Labelled(NamedTuple):
    """A question; `vector` is the default embedding model's, `topic` where its topic stands; it counts `weight`."""

    writer: str
    kind: str
    text: str
    topic: tuple[int, int] | None
    vector: Array
    weight: float = 1.0


def main() -> None:
    embedder = models.load(DEFAULT_MODEL)
    asked = [labelled(item, embedder.embed_query) for item in (*_written(), *_turns())]
    fitted, measured = facts(embedder.embed_query)
    told, all_of, taken, topics = Counter[tuple[str, str]](), Counter[str](), Counter[str](), Counter[str]()
    for writer in sorted({one.writer for one in asked}):
        rest = [one for one in asked if one.writer != writer]
        fitted_models, weights = models_of(rest, fitted), _topic_weights(rest)
        for one in (each for each in asked if each.writer == writer):
            all_of[one.kind] += 1
            for name, kind in _told(fitted_models, one).items():
                told[name, one.kind] += kind == one.kind or {kind, one.kind} <= {*kinds.TALK}
            if one.topic:
                _judge_topic(topics, one, weights)
        for one in measured:
            taken.update(name for name, kind in _told(fitted_models, one).items() if kind != "fact")
    writers = len({one.writer for one in asked})
    _show(told, all_of, {name: count / len(measured) / writers for name, count in taken.items()}, topics)
    _write(models_of(asked, fitted), _topic_weights(asked))


def labelled(item, embed) -> Labelled:
    """A line of the set; the topic is what stands first in brackets."""
    text = item["text"]
    bare = text.replace("[", "").replace("]", "")
    topic = (text.index("["), text.index("]") - 1) if "[" in text else None
    return Labelled(item["writer"], item["kind"], bare, topic, embed(normalise(bare)), item.get("weight", 1.0))


def _written() -> Iterator[dict[str, Any]]:
    """The questions of the set; those of kinds that conversations have few of count more."""
    for item in lines(OWN / "question-kinds.jsonl"):
        yield item if item["kind"] in _OFTEN else {**item, "weight": _RARE_WEIGHT}


def _turns() -> Iterator[dict[str, Any]]:
    """Those of conversations that are of a kind, and some of those that ask for facts, which is all that is left; of
    these all that ask how, which look like a course of events.
    """
    for at, (part, turn) in enumerate(turns()):
        kind = _TURNS.get(turn["kind"], "fact")
        if turn["kind"] not in _TURNS_LEFT and (kind != "fact" or turn["kind"] == "how" or at % _KEPT_FACTS == 0):
            weight = _TURN_WEIGHT if kind == "fact" else 1.0
            yield {"writer": part, "kind": kind, "text": turn["q"], "weight": weight}


def facts(embed) -> tuple[list[Labelled], list[Labelled]]:
    """Questions for facts of the other sets, to be fitted on, most of the keywords among them, and to be measured."""
    found = sorted({item["question"] for name in _FACTS for item in lines(OWN / f"{name}.jsonl")})
    drawn = random.Random(0).sample(found, len(found))
    measured, rest = drawn[:_MEASURED], drawn[_MEASURED:]
    fitted = sorted(rest, key=lambda text: not _KEYWORDS.search(text))[:_FITTED]
    read = {
        text: Labelled("", "fact", text, None, embed(normalise(text)), 1.0 if _KEYWORDS.search(text) else _FACT_WEIGHT)
        for text in (*fitted, *measured)
    }
    return [read[text] for text in fitted], [read[text] for text in measured]


def models_of(
    asked: Sequence[Labelled], facts: Sequence[Labelled], classes: Sequence[str] = KINDS
) -> dict[str, KindModel]:
    """With the vector, and without."""
    seen = Counter(gram for one in asked for gram in kinds.grams(one.text))
    ids = {gram: row for row, gram in enumerate(sorted(gram for gram, n in seen.items() if n >= _SEEN["grams"]))}
    rows = [*asked, *facts]
    grams = sparse.csr_matrix(_gram_rows(rows, ids))
    vectors = np.stack([one.vector for one in rows])
    centre = vectors[len(asked) :].mean(0)
    both = sparse.hstack([sparse.csr_matrix((vectors - centre) * kinds.VECTOR_SCALE), grams]).tocsr()
    wanted = [classes.index(one.kind) for one in rows]
    weights = [one.weight for one in rows]
    whole, bias = _fit(both, wanted, weights, _STRENGTH["kinds"])
    alone, bias_alone = _fit(grams, wanted, weights, _STRENGTH["alone"])
    size = vectors.shape[1]
    vector = whole[:size] * kinds.VECTOR_SCALE
    return {
        "vector": KindModel(ids, whole[size:], bias - centre @ vector, vector),
        "alone": KindModel(ids, alone, bias_alone, None),
    }


def _gram_rows(rows: Sequence[Labelled], ids: dict[str, int]) -> sparse.csr_matrix:
    matrix = sparse.lil_matrix((len(rows), len(ids)), dtype=np.float32)
    for at, one in enumerate(rows):
        known = [ids[gram] for gram in kinds.grams(one.text) if gram in ids]
        matrix[at, known] = 1 / max(len(known), 1) ** 0.5 * kinds.GRAM_SCALE
    return matrix.tocsr()


def _fit(features, wanted, weights, strength) -> tuple[Array, Array]:
    """(features, kinds) weights and (kinds,) biases."""
    fitted = LogisticRegression(C=strength, max_iter=300).fit(features, wanted, sample_weight=weights)
    if list(fitted.classes_) != list(range(max(wanted) + 1)):
        raise ValueError("a kind has no question")
    return fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32)


def _told(models: dict[str, KindModel], one: Labelled) -> dict[str, str]:
    return {name: kinds.likeliest(model.probabilities(one.text, one.vector)) for name, model in models.items()}


def _topic_weights(asked: Sequence[Labelled]) -> dict[str, Array]:
    """As `kinds.topic_words` takes them."""
    rows, wanted = list[list[str]](), list[tuple[bool, bool, bool]]()
    for one in asked:
        if one.topic:
            start, end = one.topic
            words = kinds.words_of(one.text)
            rows += kinds.topic_features(words)
            wanted += [(start <= w.start < end, w.start <= start < w.end, w.start < end <= w.end) for w in words]
    seen = Counter(name for row in rows for name in row)
    ids = {name: at for at, name in enumerate(sorted(name for name, n in seen.items() if n >= _SEEN["features"]))}
    matrix = sparse.lil_matrix((len(rows), len(ids)), dtype=np.float32)
    for at, row in enumerate(rows):
        matrix[at, [ids[name] for name in set(row) if name in ids]] = 1
    fitting = LogisticRegression(C=_STRENGTH["topics"], max_iter=500, fit_intercept=False)
    features = matrix.tocsr()
    fitted = [fitting.fit(features, told).coef_[0] for told in zip(*wanted, strict=True)]
    return dict(zip(ids, np.stack(fitted, axis=1) * _SHARES, strict=True))


def _judge_topic(topics: Counter[str], one: Labelled, weights: dict[str, Array]) -> None:
    start, end = one.topic
    found, wanted = kinds.topic_words(one.text, weights), one.text[start:end]
    topics["asked"] += 1
    topics["whole"] += found == wanted
    topics["words"] += content_words(found) == content_words(wanted)


def _show(told, all_of, taken, topics) -> None:
    names = sorted({name for name, _ in told})
    print(f"{'kind':14}{'n':>6}" + "".join(f"{name:>8}" for name in names))
    for kind, n in [*sorted(all_of.items()), ("all", sum(all_of.values()))]:
        found = (sum(told[name, each] for each in all_of if kind in (each, "all")) / n for name in names)
        print(f"{kind:14}{n:6}" + "".join(f"{share:8.3f}" for share in found))
    print("facts taken for something else:", ", ".join(f"{name} {share:.4f}" for name, share in sorted(taken.items())))
    print("topics:", ", ".join(f"{name} {topics[name] / topics['asked']:.3f}" for name in ("whole", "words")))


def stored(models: dict[str, KindModel]) -> dict[str, Array]:
    """The arrays of both, as they are kept in a file."""
    whole, alone = models["vector"], models["alone"]
    return {
        "ids": np.array(list(whole.ids)),
        "vector": whole.vector.astype(np.float16),
        "grams": whole.grams.astype(np.float16),
        "bias": whole.bias.astype(np.float32),
        "grams_alone": alone.grams.astype(np.float16),
        "bias_alone": alone.bias.astype(np.float32),
    }


def _write(models: dict[str, KindModel], topic_weights: dict[str, Array]) -> None:
    np.savez_compressed(
        kinds.FILE,
        **stored(models),
        features=np.array(list(topic_weights)),
        weights=np.array(list(topic_weights.values()), dtype=np.float16),
    )


if __name__ == "__main__":
    main()
