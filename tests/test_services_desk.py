"""What all doors share: how many wait for their turn, and that dates are read as everywhere."""

from __future__ import annotations

import threading

import anyio
import pytest

from qa import Filters
from qa.errors import Overloaded, UsageError
from qa.library.library import Library
from qa.services import errors
from qa.services.desk import WAITING, Desk, articles, counts, rows


def test_one_more_than_may_wait_is_told_to_come_later(seeds_library: Library) -> None:
    freed = threading.Event()
    done = []

    async def run() -> errors.Problem:
        desk = Desk(seeds_library, limiter=anyio.CapacityLimiter(1))
        async with anyio.create_task_group() as tasks:
            for _ in range(1 + WAITING):
                tasks.start_soon(desk.run, lambda: done.append(freed.wait(10)))
            while desk.limiter.statistics().tasks_waiting < WAITING:
                await anyio.sleep(0.001)
            with pytest.raises(Overloaded) as told:
                await desk.run(lambda: None)
            freed.set()
        return errors.of(told.value)

    problem = anyio.run(run)
    assert done == [True] * (1 + WAITING)
    assert (problem.status, problem.said.code, errors.headers(problem)) == (503, "api.overloaded", {"retry-after": "1"})


def test_dates_are_read_as_people_write_them(seeds_library: Library) -> None:
    written, exact = (Filters(since=since) for since in ("2025年3月", "2025-03"))
    assert articles(seeds_library, written, 0, 5) == articles(seeds_library, exact, 0, 5)
    assert counts(seeds_library, written) == counts(seeds_library, exact)
    for read in (
        lambda: articles(seeds_library, Filters(until="昨天"), 0, 5),
        lambda: counts(seeds_library, Filters("2025-13")),
    ):
        with pytest.raises(UsageError, match="日期"):
            read()


@pytest.mark.parametrize("filters", [Filters(), Filters(since="2025年"), Filters(until="1900")])
def test_a_list_says_the_same_with_and_without_texts(seeds_library: Library, filters: Filters) -> None:
    whole, light = articles(seeds_library, filters, 2, 7), rows(seeds_library, filters, 2, 7)
    assert light["total"] == whole["total"] == seeds_library.count(filters)
    assert [one["article"] for one in whole["articles"]] == [one.id for one in seeds_library.articles(filters, 2, 7)]
    assert all("text" not in one for one in light["articles"])
    kept = [{name: one[name] for name in light["articles"][0]} for one in whole["articles"]]
    assert light["articles"] == kept
