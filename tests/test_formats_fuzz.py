"""Readers given what nobody would write: no crash, no hang, no text lost. `bench.faults.fuzz` does it for longer."""

from __future__ import annotations

import csv
import io
import json
import random
import unicodedata
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.formats import read
from tests.parts import format_files as made
from tests.parts.format_fuzz import damaged, examine

MAX = 4 << 20
TRIES = {".pdf": 12, ".docx": 40, ".epub": 60, ".zip": 40}  # of each format; PDF starts a process each time
EVERY = made.every()
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

_NOT_WRITTEN = ("Cs", "Co", "Cn", "Cc", "Zl", "Zp")  # XML has no place for most of these
_CHARACTERS = st.characters(min_codepoint=0x20, max_codepoint=0x2FA1F, exclude_categories=_NOT_WRITTEN)
_WORDS = st.text(_CHARACTERS, min_size=1, max_size=40)
Paragraphs = st.lists(_WORDS.map(lambda words: f"文{words}。"), min_size=1, max_size=6)


def flat(text: str) -> str:
    return "".join(text.split())


def read_back(path: Path, data: str | bytes) -> str:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return flat("".join(page.text for page in read(path, path.name, max_bytes=MAX)))


@pytest.mark.parametrize("suffix", EVERY)
def test_damaged_files_are_read_or_refused(tmp_path: Path, suffix: str) -> None:
    rng = random.Random(suffix)
    path = tmp_path / f"a{suffix}"
    slowest = 0.0
    for _ in range(TRIES.get(suffix, 150)):
        path.write_bytes(damaged(EVERY[suffix], rng, list(EVERY.values())))
        slowest = max(slowest, examine(path).seconds)
    assert slowest < 60


@SLOW
@given(Paragraphs)
def test_html_loses_no_text(tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    expected = flat("题目" + "".join(paragraphs))
    assert read_back(folder / "a.html", made.html("题目", paragraphs, around=False)) == expected
    assert expected in read_back(folder / "b.html", made.html("题目", paragraphs))


@SLOW
@given(Paragraphs)
def test_docx_loses_no_text(tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    text = read_back(folder / "a.docx", made.docx("题目", paragraphs, [paragraphs]))
    assert text == flat("题目" + "".join(paragraphs) * 2)


@SLOW
@given(Paragraphs)
def test_epub_loses_no_text(tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    chapters = {f"{at}.xhtml": f"<h1>题</h1><p>{escape(words)}</p>" for at, words in enumerate(paragraphs)}
    text = read_back(folder / "a.epub", made.epub(chapters))
    assert text == flat("".join(f"题{words}" for words in paragraphs))


@SLOW
@given(Paragraphs)
def test_alto_and_mets_lose_no_text(tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    blocks = {f"b{at}": [words] for at, words in enumerate(paragraphs)}
    assert read_back(folder / "1.xml", made.alto(blocks)) == flat("".join(paragraphs))
    told = [("X", "", [("TEXT", "A", name) for name in list(blocks)[::2]])]
    text = read_back(folder / "m.xml", made.mets({"A": "1.xml"}, told))
    assert text == flat("".join(paragraphs[::2] + paragraphs[1::2]))


@SLOW
@given(Paragraphs, st.sampled_from(",\t"))
def test_tables_json_and_archives_lose_no_text(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str], delimiter: str
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([["正文", "标题"], *([words, "题"] for words in paragraphs)])
    records = [{"text": words} for words in paragraphs]
    files = {f"{at}.txt": words for at, words in enumerate(paragraphs)}
    for name, data in (
        ("a.csv", stream.getvalue()),
        ("a.json", json.dumps(records)),
        ("a.zip", made.zipped({**files, "b/a.json": json.dumps(records)})),
    ):
        expected = flat("".join(paragraphs)) * (2 if name == "a.zip" else 1)
        assert read_back(folder / name, data) == expected


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text("春夏秋冬江河湖海山川ABC1234，。（）", min_size=1, max_size=30), min_size=1, max_size=30))
def test_pdf_loses_no_text(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    text = read_back(tmp_path_factory.mktemp("fuzz") / "a.pdf", made.pdf([lines]))
    assert unicodedata.normalize("NFKC", text) == unicodedata.normalize("NFKC", flat("".join(lines)))
