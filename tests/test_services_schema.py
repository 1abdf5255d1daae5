"""The REST interface against its own OpenAPI document: schemathesis asks what that allows, and what it does not."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from pydantic import TypeAdapter
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from qa import Filters
from qa.library.library import Library
from qa.services import schema, wire
from qa.services.app import create_app
from qa.services.desk import Desk, articles, counts
from tests.parts.doors import ASKED, HOME, REFUSED

EXAMPLES = 5  # of each path and mode


def _as_described(model: Any, told: Any) -> Any:
    """What of an object its description knows."""
    kind = TypeAdapter(model)
    made = kind.validate_python(json.loads(json.dumps(told)))
    return kind.dump_python(made, mode="json", by_alias=True, exclude_unset=True)


def test_all_that_is_told_is_described(seeds_library: Library) -> None:
    desk = Desk(seeds_library)
    noted = replace(seeds_library.ask(ASKED), note="还有一项没有找到。")
    told = {"references": "[1] 甲"} | desk.answer(noted, 1.0, HOME)
    for kind, one in (
        (schema.Answer, told),
        (schema.Answer, desk.answer(seeds_library.ask(REFUSED), 1.0, HOME)),
        (schema.Answer, desk.answer(seeds_library.ask("有多少篇报道提到运动会？"), 1.0, HOME)),
        (schema.Found, desk.search(ASKED, seeds_library.search(ASKED), 1.0, HOME)),
        (schema.Article, desk.article(seeds_library.articles()[0], HOME)),
        (schema.Articles, articles(seeds_library, Filters(), 0, 3)),
        (schema.Counts, counts(seeds_library, Filters())),
        (schema.File, wire.file(seeds_library.files()[0])),
    ):
        assert _as_described(kind, one) == json.loads(json.dumps(one)), kind


def test_so_is_what_is_told_before_there_are_vectors(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text("供暖通知\n今年供暖从十一月七日开始。\n", "utf-8")
    with Library.open(tmp_path / "库") as library:
        desk, report = Desk(library), wire.report(library.add(tmp_path / "甲.txt", vectors=False))
        for kind, one in (
            (schema.Report, report),
            (schema.Answer, desk.answer(library.ask("供暖从哪天开始？"), 1.0, HOME)),
            (schema.Found, desk.search(ASKED, library.search(ASKED), 1.0, HOME)),
        ):
            assert kind is schema.Report or "vectors" in one
            assert _as_described(kind, one) == json.loads(json.dumps(one))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_the_document_says(seeds_library: Library, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(seeds_library))
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == 10
    for operation in operations:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def asked(case: schemathesis.Case) -> None:
            case.call_and_validate(excluded_checks=[positive_data_acceptance])  # 昨天 is a text, and no date

        with suppress(Unsatisfiable):  # nothing can be wrong with a request that says nothing
            asked()
