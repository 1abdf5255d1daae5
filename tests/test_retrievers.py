"""What the retrievers of other frameworks tell of a passage, and what they say where their framework is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from qa.library.library import Library
from qa.retrievers.passages import identity, metadata
from tests.parts.doors import ASKED

_WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"langchain_core", "llama_index", "haystack"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


@pytest.mark.parametrize(
    ("module", "missing"),
    [("langchain", "langchain_core"), ("llama_index", "llama_index"), ("haystack", "haystack")],
)
def test_where_a_framework_is_missing_the_way_to_it_is_said(module: str, missing: str) -> None:
    tried = (
        f"try:\n    import qa.retrievers.{module}\n"
        "except ImportError as error:\n    from qa import QaError\n    print(isinstance(error, QaError), error)"
    )
    done = subprocess.run([sys.executable, "-c", _WITHOUT + tried], capture_output=True, text=True, check=False)
    said = done.stdout.strip()
    assert said.startswith(f"True 没有装 {missing}"), done.stderr
    assert said.endswith("pip install 'wenbao[retrievers]'")


def test_what_is_told_of_a_passage_lets_one_cite_it(seeds_library: Library) -> None:
    hit = seeds_library.search(ASKED)[0]
    told = metadata(hit)
    place, article = hit.article.location, hit.article
    page = seeds_library.page_text(told["source"], told["record"], told["page"])
    assert "".join("".join(page[start:end] for start, end in told["spans"]).split()) == "".join(
        hit.passage.text.split()
    )
    assert (told["article"], told["title"], told["source"]) == (article.id, article.title, place.source)
    assert (told["paper"], told["date"], told["edition"]) == (article.paper, article.date, article.edition)
    assert told["byline"] == list(article.byline)
    assert told["url"] == f"wenbao://article/{article.id}"
    assert not {"text", "score"} & set(told)


@pytest.mark.parametrize("served_at", ["http://127.0.0.1:7860", "http://127.0.0.1:7860/"])
def test_the_address_is_that_of_the_screen_where_one_is_served(seeds_library: Library, served_at: str) -> None:
    hit = seeds_library.search(ASKED)[0]
    marked = f"#article/{hit.article.id}?at={hit.passage.start}-{hit.passage.end}"
    assert metadata(hit, served_at)["url"] == f"http://127.0.0.1:7860/{marked}"


def test_each_passage_has_an_identity_of_its_own(seeds_library: Library) -> None:
    first, second = (tuple(map(identity, seeds_library.search(ASKED))) for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first) == 5
