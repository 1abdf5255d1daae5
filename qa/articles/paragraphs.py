"""Labelled lines put together: headings line by line, paragraphs and captions whole."""

from __future__ import annotations

from collections.abc import Sequence

from qa.articles.bylines import has_photo_credit, is_signature, starts_caption
from qa.articles.labels import Label
from qa.articles.lines import Line, Paragraph, Role

_CAPTION_CHARS = 160


def paragraphs_of(lines: Sequence[Line], labels: Sequence[Label]) -> list[Paragraph]:
    """Every line in exactly one paragraph, in the page's order."""
    groups: list[tuple[Label, list[Line]]] = []
    for line, label in zip(lines, labels, strict=True):
        if label == "more":
            groups[-1][1].append(line)
        else:
            groups.append((label, [line]))
    return [Paragraph(_role(label, group), tuple(group)) for label, group in groups]


def _role(label: Label, lines: list[Line]) -> Role:
    if label == "heading":
        return "heading"
    if lines[0].role == "caption":
        return "caption"
    tail = "".join(line.text for line in lines[-3:])
    if is_signature(tail):
        return "signature"
    short = sum(map(len, lines)) <= _CAPTION_CHARS
    return "caption" if short and (starts_caption(lines[0].text) or has_photo_credit(tail)) else "body"
