"""Hits -> Answer: choose the sentences that answer, quote them, or say that the library does not."""
