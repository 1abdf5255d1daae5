"""Prepare e5-small in int8 and in fp32, for the benchmarks that compare both."""

from __future__ import annotations

from pathlib import Path

from qa.models import built, prepared
from qa.models.embedder import OnnxEmbedder

PRECISIONS: tuple[prepared.Precision, ...] = ("int8", "fp32")


def forms_of(scratch: Path) -> dict[str, OnnxEmbedder]:
    """By name; their folders are made in `scratch`."""
    forms: dict[str, OnnxEmbedder] = {}
    for precision in PRECISIONS:
        folder = scratch / precision
        folder.mkdir()
        built.build("e5-small", None, folder, lambda: None, precision)
        known = prepared.read(folder)
        assert known is not None
        forms[precision] = OnnxEmbedder(folder, known)
    return forms
