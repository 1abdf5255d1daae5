"""The question sets as training reads them: question, document, answers, all folded."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import lzma
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TextIO

from qa.answering.candidates import lead
from qa.questions import analyse
from qa.text.folding import fold
from qa.text.words import bigrams
from qa.types import Query
from training.split import Part, groups, part, public_part

OWN = Path(__file__).parent / "data"  # what the project's own people wrote
PUBLIC = ("drcd-dev", "squad2-zh")  # in BEIR layout, a fifth held out and a fifth to fit on
FLAT = ("cmrc2018-train", "drcd-train-part", "nomiracl-zh")  # a `data.jsonl.xz` each, all of it for training
NEWS = "crud-news"
CHATS: Mapping[str, Part] = {"chats.jsonl": "fit", "chats-fit.jsonl": "fit", "chats-more.jsonl": "train"}
_PARTS = 4  # of the folders that conversations are about
_ASK_A_TEXT = ("fact", "untold", "premise", "yesno", "list", "how", "compare", "sum")  # kinds of turns
_ALIKE_TEXT, _ALIKE_TITLE = (
    0.08,
    0.2,
)  # shares of character pairs from which neighbouring texts of asked-other are twins
_OPENERS: Mapping[str, Callable[..., TextIO]] = {".xz": lzma.open, ".gz": gzip.open}

Mode = Literal["any", "all", "none"]


@dataclass(frozen=True, slots=True)
class Document:
    """A text that questions are asked about. `head` is what stands above it: headline, date, paper; may be empty."""

    id: str
    text: str
    part: Part
    head: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a document. `mode`: any one of the answers suffices, all are needed, or it does not answer.

    `wordings` are further ways to ask the same.
    """

    id: str
    set: str
    kind: str
    question: str
    document: Document
    answers: tuple[str, ...]
    mode: Mode
    history: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, packed or not."""
    with _OPENERS.get(path.suffix, open)(path, "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def load(data: Path) -> Iterator[Example]:
    """Every question of every set that may be trained on. `data`: the folder of the public sets."""
    yield from asked_news(data)
    yield from asked_news_more(data)
    yield from asked_other()
    yield from asked_twins(data)
    yield from asked_contrast(data)
    yield from asked_reverse(data)
    yield from chats(data)
    for name in FLAT:
        yield from _flat(data / name)
    for name in PUBLIC:
        yield from public(data / name)


def reserved() -> frozenset[str]:
    """Articles of crud-news that are for measuring alone, by others."""
    return frozenset((OWN / "asked-news-reserved.txt").read_text(encoding="utf-8").split())


def asked_news(data: Path) -> Iterator[Example]:
    """Questions written by hand on news of crud-news: three fifths of the articles train, one fits, one is measured."""
    yield from _on_news(data, "asked-news", part)


def asked_news_more(data: Path) -> Iterator[Example]:
    """More of them, of the kinds that were answered worst, on other articles: four fifths train, one fits."""
    yield from _on_news(data, "asked-news-more", _train_or_fit)


def asked_reverse(data: Path) -> Iterator[Example]:
    """Questions that tell a number, a day or a circumstance and ask whose it is, some sentences away, and such as no
    text answers, on other articles: four fifths train, one fits.
    """
    yield from _on_news(data, "asked-reverse", _train_or_fit)


def asked_twins(data: Path) -> Iterator[Example]:
    """Pairs of questions of which the article answers one, and paraphrases, on further news, on texts written for it,
    and on those of asked-other that train; all of it trains.
    """
    yield from _on_further_texts(data, "asked-twins")


def asked_contrast(data: Path) -> Iterator[Example]:
    """More such pairs on other news and on texts of many kinds written for it, half of them two alike; all of it
    trains.
    """
    yield from _on_further_texts(data, "asked-contrast")


def chats(data: Path) -> Iterator[Example]:
    """Turns of conversations over whole folders that ask one text for something; those over eight folders
    fit, the others train. One that leans on earlier turns is asked as the product reads it, with words of those in
    front, and as it was written to stand alone.
    """
    asked = [
        (held_in, turn, tuple(one["q"] for one in item["turns"][:at]))
        for name, held_in in CHATS.items()
        for item in lines(OWN / name)
        for at, turn in enumerate(item["turns"])
        if turn["kind"] in _ASK_A_TEXT and "document" in turn
    ]
    held = documents_of(data, {turn["document"] for _, turn, _ in asked})
    for number, (held_in, turn, history) in enumerate(asked):
        answers = tuple(map(fold, turn.get("answers", ())))
        mode: Mode = "none" if not answers else "all" if turn.get("all") else "any"
        whole = (fold(turn["whole"]),) if turn["leans"] else ()
        question = fold(analyse(Query(turn["q"], history)).text) if turn["leans"] else fold(turn["q"])
        document = replace(held[turn["document"]], part=held_in)
        yield Example(f"chats-{number}", "chats", turn["kind"], question, document, answers, mode, wordings=whole)


def turns() -> Iterator[tuple[str, dict[str, Any]]]:
    """All turns of conversations, as they were written, each with the part of the folders that it is of: a fourth."""
    said = [(item["set"], turn) for name in CHATS for item in lines(OWN / name) for turn in item["turns"]]
    parts = {one: f"chats, part {at % _PARTS}" for at, one in enumerate(dict.fromkeys(folder for folder, _ in said))}
    yield from ((parts[folder], turn) for folder, turn in said)


def documents_of(data: Path, wanted: Container[str]) -> dict[str, Document]:
    """Texts that conversations are about, those of the news that are `wanted`."""
    held = _news(data, wanted)
    held |= {one.document.id: one.document for one in asked_news(data)}  # with those that are alike
    held |= _other_documents()
    for name in ("asked-contrast", "asked-twins", "chats"):
        held |= _texts_of(name)
    return held


def _on_further_texts(data: Path, name: str) -> Iterator[Example]:
    questions = list(lines(OWN / f"{name}.jsonl"))
    held = _news(data, {one["article"] for one in questions} - reserved())
    held |= {one: document for one, document in _other_documents().items() if document.part == "train"}
    held |= _texts_of(name)
    yield from _written(name, [one for one in questions if one["article"] in held], held)


def _news(data: Path, wanted: Container[str]) -> dict[str, Document]:
    return {
        one["_id"]: replace(news_document(one), group=one["_id"])
        for one in lines(data / NEWS / "corpus.jsonl.xz")
        if one["_id"] in wanted
    }


def _texts_of(name: str) -> dict[str, Document]:
    """The texts that were written for a set."""
    return {
        one["id"]: Document(one["id"], fold(one["text"]), "train", head(one), one["id"])
        for one in lines(OWN / f"{name}-texts.jsonl")
    }


def _train_or_fit(group: str) -> Part:
    return "fit" if part(group) == "fit" else "train"


def _on_news(data: Path, name: str, part_of: Callable[[str], Part]) -> Iterator[Example]:
    questions = list(lines(OWN / f"{name}.jsonl"))
    wanted = {one["article"] for one in questions} - reserved()
    rows = (OWN / "asked-news-alike.tsv").read_text(encoding="utf-8").splitlines()[1:]
    joined = groups(wanted, [(one, other) for one, other, _ in (row.split("\t") for row in rows)])
    held = {
        one["_id"]: replace(news_document(one), part=part_of(joined[one["_id"]]), group=joined[one["_id"]])
        for one in lines(data / NEWS / "corpus.jsonl.xz")
        if one["_id"] in wanted
    }
    yield from _written(name, [one for one in questions if one["article"] in held], held)


def asked_other() -> Iterator[Example]:
    """Questions written by hand on texts of other kinds, which were written for them."""
    yield from _written("asked-other", list(lines(OWN / "asked-other.jsonl")), _other_documents())


def _other_documents() -> dict[str, Document]:
    texts = list(lines(OWN / "asked-other-texts.jsonl"))
    joined = groups([one["id"] for one in texts], _twins(texts))
    return {
        one["id"]: Document(one["id"], fold(one["text"]), part(joined[one["id"]]), head(one), joined[one["id"]])
        for one in texts
    }


def _written(name: str, questions: list[dict[str, Any]], held: Mapping[str, Document]) -> Iterator[Example]:
    for number, one in enumerate(questions):
        answers = tuple(map(fold, one["answers"]))
        history = tuple(map(fold, one["history"]))
        yield Example(
            f"{name}-{number}",
            name,
            one["type"],
            fold(one["question"]),
            held[one["article"]],
            answers,
            one["mode"],
            history,
        )


def _twins(texts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for one, other in itertools.pairwise(texts):
        if one["id"][0] == other["id"][0] and (
            _shared(one["text"], other["text"]) > _ALIKE_TEXT or _shared(one["title"], other["title"]) > _ALIKE_TITLE
        ):
            yield one["id"], other["id"]


def _shared(one: str, other: str) -> float:
    first, second = set(bigrams(one)), set(bigrams(other))
    return len(first & second) / max(1, len(first | second))


def head(record: Mapping[str, Any]) -> str:
    """What stands above a text: headline, paper and date, as far as they are known."""
    return fold(" ".join(filter(None, (record["title"], record.get("paper"), record.get("date")))))


def news_document(record: Mapping[str, Any]) -> Document:
    """An article of crud-news about which nobody wrote a question."""
    return Document(record["_id"], fold(record["text"]), "train", news_head(record), record["_id"])


def news_head(record: Mapping[str, Any]) -> str:
    """The same for news without headlines: how it begins, and its date."""
    return f"{fold(lead(record['text']))} {record['metadata'].get('date') or ''}".strip()


def _flat(folder: Path) -> Iterator[Example]:
    for one in lines(folder / "data.jsonl.xz"):
        answers = tuple(map(fold, one["answers"]))
        if one.get("unanswerable") and one.get("gpt4_says_answered"):
            continue  # a person judged otherwise; the cleaner part is kept
        title = fold(one.get("title") or "")
        name = hashlib.sha1(one["context"].encode(), usedforsecurity=False).hexdigest()
        document = Document(name, fold(one["context"]), "train", title, name)
        mode: Mode = "none" if one.get("unanswerable") else "any"
        yield Example(one["id"], folder.name, "fact", fold(one["question"]), document, answers, mode)


def public(folder: Path) -> list[Example]:
    """Every question of one set in BEIR layout whose document is known; by document, three fifths train."""
    documents = {}
    for record in lines(folder / "corpus.jsonl"):
        held = public_part(record["_id"], record["title"])
        documents[record["_id"]] = Document(
            record["_id"], fold(record["text"]), held, fold(record["title"]), record["title"] or record["_id"]
        )
    relevant: dict[str, str] = {}
    for row in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, _ = row.split("\t")
        relevant.setdefault(query, document)
    found = []
    for record in lines(folder / "queries.jsonl"):
        about = record["metadata"]
        place = about.get("passage") or relevant[record["_id"]]
        answers = () if about.get("unanswerable") else tuple(map(fold, about["answers"]))
        mode: Mode = "any" if answers else "none"
        found.append(Example(record["_id"], folder.name, "fact", fold(record["text"]), documents[place], answers, mode))
    return found
