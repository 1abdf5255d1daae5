"""How often a password may be tried."""

from __future__ import annotations

from ui import door
from ui.door import AT_ONCE, SECONDS_A_TRY, Guesses


def _wrong(held: Guesses, who: str, now: float) -> bool:
    """Try a wrong password; whether it was looked at."""
    if held.wait(who, now):
        return False
    held.wrong(who, now)
    return True


def test_a_few_at_once_then_one_every_so_often() -> None:
    held = Guesses()
    assert [_wrong(held, "a", 5.0) for _ in range(AT_ONCE + 2)] == [True] * AT_ONCE + [False] * 2
    assert held.wait("a", 5.0) == SECONDS_A_TRY
    assert held.wait("a", 5.0 + SECONDS_A_TRY - 0.5) == 1
    assert [_wrong(held, "a", 5.0 + SECONDS_A_TRY) for _ in range(2)] == [True, False]
    later = 5.0 + 2 * AT_ONCE * SECONDS_A_TRY
    assert sum(_wrong(held, "a", later) for _ in range(50)) == AT_ONCE


def test_a_day_of_guessing_is_no_more_than_the_rate() -> None:
    held = Guesses()
    assert sum(_wrong(held, "a", float(second)) for second in range(24 * 3600)) <= AT_ONCE + 24 * 3600 / SECONDS_A_TRY


def test_nobody_is_held_up_by_others() -> None:
    held = Guesses()
    for _ in range(1000):
        _wrong(held, "a", 0.0)
    assert held.wait("b", 0.0) == 0


def test_a_million_addresses_take_no_more_memory_and_the_worst_are_remembered() -> None:
    held = Guesses()
    for _ in range(AT_ONCE):
        held.wrong("worst", 0.0)
    for number in range(5 * door.REMEMBERED):
        held.wrong(str(number), number / 1000)
        assert len(held._clean) <= door.REMEMBERED
    assert held.wait("worst", 0.0) > 0
    held.wrong("x", 1e6)
    assert held.wait("worst", 1e6) == 0
