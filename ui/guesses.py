"""Limit how often a password may be tried: a few times at once, then at intervals. Pure, no clock."""

from __future__ import annotations

import math

AT_ONCE = 10  # wrong tries that nobody is held up for
SECONDS_A_TRY = 30.0  # after those
REMEMBERED = 10_000  # addresses and devices; an entry is forgotten after AT_ONCE * SECONDS_A_TRY anyhow


class Guesses:
    """Wrong tries of each address and each device (the generic cell rate algorithm, ITU-T I.371).

    Kept is one number for each: when its tries are as if none had been. Times are seconds of any one clock.
    """

    def __init__(self) -> None:
        self._clean: dict[str, float] = {}

    def wait(self, who: str, now: float) -> int:
        """Whole seconds until a try of theirs is looked at; 0: now."""
        over = self._clean.get(who, now) - now - (AT_ONCE - 1) * SECONDS_A_TRY
        return math.ceil(over) if over > 0 else 0

    def wrong(self, who: str, now: float) -> None:
        """One more try of theirs was wrong."""
        self._clean[who] = max(self._clean.get(who, now), now) + SECONDS_A_TRY
        if len(self._clean) > REMEMBERED:
            self._forget(now)

    def _forget(self, now: float) -> None:
        """What is clean goes; where that is not enough, the half that is nearest to it."""
        held = {who: clean for who, clean in self._clean.items() if clean > now}
        if len(held) > REMEMBERED:
            held = dict(sorted(held.items(), key=lambda one: one[1])[-(REMEMBERED // 2) :])
        self._clean = held
