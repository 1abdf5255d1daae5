"""Hits -> Answer: choose the sentences that answer, quote them, or say that the archive does not."""

from qa.answering.answer import answer, outside_dates, threshold

__all__ = ["answer", "outside_dates", "threshold"]
