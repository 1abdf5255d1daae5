"""Make questions for several things from news by rule: `python -m bench.quality.lists FOLDER OUT [--questions 40]`.

FOLDER holds CRUD-RAG's `corpus.jsonl.xz`. Written are two question sets for `qa eval`, OUT/development and OUT/held,
the articles of the one not in the other; every item is required. Kinds:

ordinals   一是…；二是…；三是…: what is announced before the first, 分别是什么
openings   sentences in a row that begin alike (要…。要…。): what the speaker asked for
row        包括甲、乙、丙: what stands before, 哪些

`--others` articles without a question stand beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import lzma
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qa.text.sentences import split_sentences

_LEAST, _MOST = 3, 8  # items
_ORDINAL = re.compile(r"(?:^|[，；。：:;])\s*([一二三四五六七八])是")
_ORDER = "一二三四五六七八"
_HEAD = re.compile(r"[^，。；：、,;:!！?？]{3,22}(?=[，。；：、,;:])")  # what an item begins with
_SPEAKER = re.compile(r"([^，。；：]{2,12})(强调|指出|要求)[，：]")
_ROW = re.compile(
    r"(?P<before>[^，。；：、“”（）]{4,30})(?P<verb>包括|分别是|分别为)"
    r"(?P<items>[^，。；：、“”（）]{2,16}(?:、[^，。；：、“”（）]{2,16}){2,7})(?=[，。；])"
)
_LAST = re.compile("(?:以及|[和与及])")


class Made(NamedTuple):
    """A question and what its answer must name."""

    kind: str
    question: str
    items: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=40, help="of each kind, in each set")
    parser.add_argument("--others", type=int, default=200)
    call = parser.parse_args()
    with lzma.open(call.folder / "corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in itertools.islice(lines, 40000)]
    for half, name in enumerate(("development", "held")):
        own = [one for one in records if _half(one["_id"]) == half]
        write(call.out / name, own, call.questions, call.others)


def write(out: Path, records: Sequence[Mapping[str, Any]], most: int, others: int) -> None:
    """A question set over the first articles that a question can be made of, `most` a kind, and `others`."""
    asked: dict[str, Made] = {}
    for make in (ordinals, openings, row):
        fresh = ((one, make(one["text"])) for one in records if one["_id"] not in asked)
        asked |= {one["_id"]: made for one, made in itertools.islice(((o, m) for o, m in fresh if m), most)}
    beside = [one for one in records if one["_id"] not in asked][:others]
    kept = [one for one in records if one["_id"] in asked] + beside
    (out / "qrels").mkdir(parents=True, exist_ok=True)
    _lines(out / "corpus.jsonl", [{"_id": one["_id"], "title": "", "text": one["text"]} for one in kept])
    _lines(out / "queries.jsonl", [_query(one, made) for one, made in asked.items()])
    rows = "".join(f"{one}\t{one}\t1\n" for one in asked)
    (out / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}", encoding="utf-8")
    print(f"{len(asked)} questions, {len(kept)} articles in {out}")


def ordinals(story: str) -> Made | None:
    """What is announced before 一是, and the beginnings of the members."""
    found = list(_ORDINAL.finditer(story))
    first = next((at for at, one in enumerate(found) if one[1] == "一"), None)
    if first is None:
        return None
    members = [one for one, order in zip(found[first:], _ORDER, strict=False) if one[1] == order]
    heads = [_HEAD.match(story, one.end()) for one in members]
    before = _sentence(story, members[0].start() + 1)
    if not _LEAST <= len(members) <= _MOST or not all(heads) or not 10 <= len(before) <= 60:
        return None
    return Made("ordinals", f"{before.rstrip('：:，。 ')}，分别是什么？", [head[0] for head in heads if head])


def openings(story: str) -> Made | None:
    """Who asked for what, where it is said in sentences that begin with 要."""
    for speaker in _SPEAKER.finditer(story):
        said = _run(story, speaker.end())
        heads = [head[0] for one in said if (head := _HEAD.match(one))]
        if _LEAST <= len(said) == len(heads) <= _MOST:
            about = re.split("[，。]", story, maxsplit=1)[0][-24:]
            return Made("openings", f"{about}，{speaker[1]}{speaker[2]}了哪几方面的工作？", heads)
    return None


def row(story: str) -> Made | None:
    """What stands before a row of items."""
    for match in _ROW.finditer(story):
        *items, last = match["items"].removesuffix("等").split("、")
        items += [one for one in _LAST.split(last) if one]
        if all(2 <= len(one) <= 16 for one in items) and "声明" not in match["before"]:
            return Made("row", f"{_sentence(story, match.end('before'))[-40:]}{match['verb']}哪些？", items)
    return None


def _run(story: str, start: int) -> list[str]:
    """The sentences from `start` on that begin with 要, as long as they do."""
    parts = (story[one.start + start : one.end + start] for one in split_sentences(story[start : start + 1200]))
    return list(itertools.takewhile(lambda one: one.startswith("要"), parts))


def _sentence(story: str, end: int) -> str:
    """What stands before `end` in its sentence, or in the one before where nothing does."""
    return re.split("[。；！？\n]", story[max(0, end - 80) : end].rstrip("。；：: "))[-1]


def _query(identity: str, made: Made) -> dict[str, Any]:
    required = [[one] for one in made.items]
    return {"_id": identity, "text": made.question, "metadata": {"required": required, "kind": made.kind}}


def _half(identity: str) -> int:
    return hashlib.sha1(identity.encode(), usedforsecurity=False).digest()[0] % 2


def _lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
