"""Hits -> Answer: choose the sentences that answer and quote them, or refuse and say why."""
