"""Settings: plain values that shape behaviour, with their units, in one place."""

from __future__ import annotations

import os

DEFAULT_MODEL = "wenbao-small"
READING = 6  # raised whenever files are read otherwise than before: then `qa add --reread` is due
DEFAULT_READER = "span"  # `qa ask --reader`
MAX_FILE_MB = 50  # `qa add --max-mb`
PASSAGE_CHARS = 400  # an upper limit of the contract; no passage is longer
PASSAGE_TARGET_CHARS = 200  # the length that passages come near to; what is shown grows to PASSAGE_CHARS
PASSAGE_OVERLAP_CHARS = 60  # the most that a passage repeats of the one before, in whole sentences
PASSAGES_SHOWN = 5  # `--k`
CANDIDATES = 100  # passages taken from each index before fusion
QUESTION_CHARS = 2000  # longer ones the screen refuses; of what a command is given this much is read, and it says so


def cores() -> int:
    """How many processors this process may use: as many runs of a network go side by side."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
