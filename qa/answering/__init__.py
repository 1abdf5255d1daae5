"""Hits -> Answer: choose the sentences that answer, quote them, or say that the archive does not."""

from qa.answering.answer import answer, outside_dates, threshold
from qa.answering.candidates import looked_at

__all__ = ["answer", "looked_at", "outside_dates", "threshold"]
