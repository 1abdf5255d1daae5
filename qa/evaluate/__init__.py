"""Score the whole line on a question set in BEIR layout, in a library of its own.

BEIR: Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models".
A record is one article; documents rank by their best passage. Questions marked unanswerable count for refusal alone.

questions.py   the set: questions, what answers them, which documents hold it
expected.py    what must be so of an answer besides the words it holds
asking.py      a library of the set, every question asked, again with its article hidden
scores.py      what came of it: the numbers, in all and by kind
confidence.py  AUROC, calibration error, the answered/right curve
spans.py       F1 and exact match of what is marked, as CMRC 2018 defines them
"""

from __future__ import annotations

from qa.evaluate.asking import evaluate, open_library, rank_documents
from qa.evaluate.confidence import auroc
from qa.evaluate.questions import Question, load_questions
from qa.evaluate.scores import Scores
from qa.evaluate.spans import holds

__all__ = ["Question", "Scores", "auroc", "evaluate", "holds", "load_questions", "open_library", "rank_documents"]
