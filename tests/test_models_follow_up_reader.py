"""The graph of follow-ups: what it is given, and what it says on real conversations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qa import models
from qa.errors import ModelError
from qa.models import readers
from qa.models.follow_up_reader import line_of
from qa.questions.taken_over import taken_over
from qa.types.protocols import FollowUpReader
from qa.types.settings import DEFAULT_MODEL
from tests.parts.span_readers import Characters

HISTORY = ("潞阳镇的供暖从哪天开始",)


@pytest.fixture(scope="module")
def reader() -> FollowUpReader:
    return readers.load_follow_ups(models.lexicon_of(DEFAULT_MODEL))


def test_pieces_and_roles_stand_for_the_texts() -> None:
    line = line_of(Characters(), "多少钱", ("谁", "哪天"))
    said = "".join("<>"[one] if one < 2 else chr(one) for one in line.pieces)
    assert said == "<多少钱>>>谁。哪天。>"
    assert "".join(map(str, line.roles)) == "00000002211" + "10"
    for part in line.parts:
        assert said[part.first : part.first + len(part.places)] == part.text
    assert [part.text for part in line.parts] == ["谁", "哪天"]


def test_what_is_too_long_is_cut() -> None:
    line = line_of(Characters(), "问" * 500, ("早" * 200,) * 9)
    assert len(line.pieces) < 512
    assert len(line.parts) == 4


def test_a_follow_up_leans_and_a_whole_question_does_not(reader: FollowUpReader) -> None:
    assert reader.read("那一共花了多少钱", HISTORY).leans > 0.9
    assert reader.read("今年全市小学一年级新生有多少名", HISTORY).leans < 0.5


def test_the_topic_is_taken_over(reader: FollowUpReader) -> None:
    assert taken_over("是哪家公司供的", HISTORY, reader).words == "潞阳镇的供暖"


def test_what_ships_is_checked(tmp_path: Path) -> None:
    folder, lexicon = Path(shutil.copytree(readers.FOLDER, tmp_path / "reader")), models.lexicon_of(DEFAULT_MODEL)
    with pytest.raises(ModelError, match="词表不符"):
        readers.load_follow_ups(Characters(), folder)
    manifest = folder / readers.FOLLOW_UPS_MANIFEST
    whole = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(whole | {"reader": "another"}))
    for read in (lambda: readers.load_follow_ups(lexicon, folder), lambda: readers.verify(folder)):
        with pytest.raises(ModelError, match=r"损坏.*--reader none"):
            read()
    manifest.unlink()
    with pytest.raises(ModelError, match=r"缺失.*--reader none"):
        readers.load_follow_ups(lexicon, folder)
