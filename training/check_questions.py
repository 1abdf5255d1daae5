"""Check written questions: `python -m training.check_questions QUESTIONS.jsonl CORPUS.jsonl[.xz]...`

Names every line that is malformed or whose answers are not in its article, and prints how many there are of each type
and how many character pairs of a question stand in the sentence that answers it.
"""

import collections
import json
import re
import sys
from pathlib import Path

from training.sets import lines

TYPES = {
    "paraphrase",
    "colloquial",
    "fact",
    "person",
    "list",
    "multi",
    "reason",
    "reverse",
    "keyword",
    "followup",
    "missing",
    "premise",
}
UNANSWERABLE = {"missing", "premise"}
QUESTION_WORDS = re.compile("[什么哪谁怎样为何几多少吗呢的了是在有]")


def bare(text):
    return re.sub(r"\s+", "", text)


def pairs(text):
    return {text[k : k + 2] for k in range(len(text) - 1) if re.fullmatch("[\u4e00-\u9fff]{2}", text[k : k + 2])}


def texts(paths, wanted):
    records = (record for path in paths for record in lines(Path(path)))
    named = ((record.get("_id") or record.get("id"), record) for record in records)
    return {identity: bare(record["text"]) for identity, record in named if identity in wanted}


def faults(one, article):
    if one["type"] not in TYPES:
        yield f"type {one['type']}"
    unanswerable = one["type"] in UNANSWERABLE
    if unanswerable == bool(one["answers"]):
        yield "answers do not fit the type"
    if unanswerable and not one.get("note"):
        yield "no note: what is missing or wrong"
    if (one["type"] == "followup") != bool(one.get("history")):
        yield "history does not fit the type"
    for answer in one["answers"]:
        if bare(answer) not in article:
            yield f"not in the article: {answer}"
        if len(bare(answer)) > 60:
            yield f"over 60 characters: {answer[:20]}"


def overlap(one, article):
    at = article.find(bare(one["answers"][0]))
    sentence = re.split("[。！？!?]", article[:at])[-1] + re.split("[。！？!?]", article[at:])[0]
    asked = pairs(QUESTION_WORDS.sub("|", one["question"]))
    return len(asked & pairs(sentence)) / max(1, len(asked))


def main(path, *corpora):
    with open(path, encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines if line.strip()]
    articles = texts(corpora, {one["article"] for one in questions})
    types, shares, seen, bad = collections.Counter(), collections.defaultdict(list), set(), 0
    for number, one in enumerate(questions, 1):
        article = articles.get(one["article"])
        found = ["unknown article"] if article is None else list(faults(one, article))
        if one["question"] in seen and not one.get("history"):
            found.append("question twice")
        for fault in found:
            print(f"{number}: {fault}")
        bad += bool(found)
        seen.add(one["question"])
        types[one["type"]] += 1
        if not found and one["answers"]:
            shares[one["type"]].append(overlap(one, article))
    print(dict(types), f"{len(questions)} questions, {len(articles)} articles, {bad} bad")
    for kind, values in shares.items():
        print(f"{kind}: mean share of pairs {sum(values) / len(values):.2f}")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
