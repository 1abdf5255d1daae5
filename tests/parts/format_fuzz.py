"""Damage done to sound files, and what has to hold of a reader whatever it is given."""

from __future__ import annotations

import random
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import read
from qa.types import Page, Skipped
from tests.parts.format_files import zipped

MAX_BYTES = 4 << 20
_TOKENS = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xe3\x80\x80", b"\xe6\x96", b"<", b">", b"&", b"&#xD800;", b"&amp;", b"<!--",
    b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?xml version='1.0' encoding='utf-16'?>",
    b"style='display:none'", b'ID="a"', b'"', b"'", b",", b"\n", b"\r", b"{", b"[", b"]", b"}", b"\\ud800", b"1e999",
    b"-1", b"9" * 30, b"../", b"%PDF-", b"endobj", b"stream", b"/Kids [1 0 R]", b"/Length 99999999", b"PK\x03\x04",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file."""

    pages: int
    refused: str | None
    seconds: float


def damaged(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    """A file with one to eight faults; the parts of a packed file are damaged inside, too."""
    if data.startswith(b"PK") and rng.random() < 0.7:
        return _damaged_inside(data, rng, others)
    if rng.random() < 0.6 and (text := _decoded(data)):
        return _damaged_text(text, rng).encode("utf-8", "replace")
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice((1, 2, 8, 64, 512)))
        piece = data[at:to]
        other = rng.choice(others)
        start = rng.randrange(len(other) + 1)
        data = data[:at] + rng.choice(
            (
                bytes(byte ^ (1 << rng.randrange(8)) for byte in piece),
                b"",
                rng.choice(_TOKENS) + piece,
                piece * rng.choice((2, 3, 50)),
                rng.randbytes(len(piece)),
                other[start : start + 200],
            )
        ) + (data[to:] if rng.random() < 0.95 else b"")  # fmt: skip
    return data


def _decoded(data: bytes) -> str:
    """ "" where the bytes are no UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _damaged_text(text: str, rng: random.Random) -> str:
    """Faults between whole characters, so that what comes after decoding is reached."""
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        at = rng.randrange(len(text) + 1)
        to = min(len(text), at + rng.choice((0, 1, 2, 8, 64)))
        other = rng.randrange(len(text) + 1)
        token = rng.choice(_TOKENS).decode("utf-8", "ignore")
        new = rng.choice(
            (token, "", text[at:to] * rng.choice((2, 30)), text[other : other + 60], chr(rng.randrange(0xD7FF)))
        )
        text = text[:at] + new + text[to:]
    return text


def _damaged_inside(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist()}
    name = rng.choice(sorted(files))
    if rng.random() < 0.1:
        del files[name]
    else:
        files[name] = damaged(files[name], rng, others)
    return zipped(files)


def examine(path: Path) -> Outcome:
    """Read a file and cut it. Anything but sound pages or a ReadError with a reason is an AssertionError or worse."""
    start = time.monotonic()
    pages: list[Page] = []
    skipped: list[Skipped] = []
    refused = None
    try:
        pages = list(read(path, path.name, max_bytes=MAX_BYTES, on_skip=skipped.append))
    except ReadError as error:
        refused = str(error)
        assert refused.strip()
    assert pages or refused
    assert all(skip.reason and skip.path for skip in skipped)
    assert len({(page.record, page.number) for page in pages}) == len(pages) or refused
    for page in pages:
        _check(page)
    return Outcome(len(pages), refused, time.monotonic() - start)


def _check(page: Page) -> None:
    told = page.metadata
    parts = (page.text, page.record, told.title, *told.byline, told.paper, told.edition, told.date)
    "".join(part for part in parts if part).encode("utf-8")
    assert page.text.strip()
    for block in page.blocks:
        assert 0 <= block.span.start <= block.span.end <= len(page.text)
    if len(page.text) > 20_000:  # the cutter has tests of its own
        return
    left = list(page.text)
    for start, end in (block.span for block in page.blocks if block.role == "metadata"):
        left[start:end] = " " * (end - start)
    spans = sorted(span for one in cut(page) for span in one.location.spans(0, len(one.text)))
    assert "".join("".join(page.text[a:b] for a, b in spans).split()) == "".join("".join(left).split())
