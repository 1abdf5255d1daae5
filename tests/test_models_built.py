"""The built models: put together without torch, to the last byte as sentence-transformers would have them exported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa import models
from qa.errors import ModelError
from qa.models import built, e5, export, lexicon, prepared, wenbao
from qa.models.export import open_model, tokenizer_of
from qa.models.prepared import GRAPH, TOKENIZER, WORDS
from qa.text import cache
from training import reference

WITHOUT = """
import sys
from pathlib import Path

sys.modules.update(dict.fromkeys(("torch", "sentence_transformers", "transformers")))  # as if they were not installed
from qa import models
from qa.errors import ModelError

models.prepare("wenbao-small", Path(sys.argv[1]))
try:
    models.prepare("other/model", Path(sys.argv[1]))
except ModelError as error:
    print(error.wording.code)
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tokenizer, words and fp32 graph of e5-small with our layers, by sentence-transformers and torch."""
    folder = tmp_path_factory.mktemp("exported")
    reference.build(folder / "source", wenbao.layers())
    model = open_model(str(folder / "source"))
    tokenizer, kept = lexicon.cut(tokenizer_of(model))
    (folder / TOKENIZER).write_text(tokenizer, encoding="utf-8")
    export.write(model, kept, folder)
    return folder


def test_what_is_prepared_is_what_is_exported(exported: Path) -> None:
    known = prepared.read(models.prepare("wenbao-small"))
    assert known is not None
    for file in (TOKENIZER, WORDS):
        assert known.files[file].sha256 == cache.digest(exported, (file,)), file
    packed = e5.unpack(e5.weights(None))
    assert built.filled(e5.state(packed) | wenbao.layers()) == (exported / GRAPH).read_bytes()


def test_it_takes_no_torch(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["model.no-packages"]
    assert models.load("wenbao-small", tmp_path).fingerprint == models.load("wenbao-small").fingerprint


def test_the_remedy_is_one_command() -> None:
    assert "pip install 'wenbao[models]'" in str(ModelError("model.no-packages", name="a", missing="torch"))


def test_packed_words_are_the_words(exported: Path, tmp_path: Path) -> None:
    """Bit for bit what float16 makes of them, so that no vector depends on the form."""
    folder = models.prepare("wenbao-small", tmp_path)
    known = prepared.read(folder)
    assert known is not None
    rows = np.load(exported / WORDS)
    packed = lexicon.ModelWords(folder, known)
    for start in range(0, len(rows), 20_000):
        ids = range(start, min(start + 20_000, len(rows)))
        assert np.array_equal(packed.rows(ids), rows[ids].astype(np.float32))
