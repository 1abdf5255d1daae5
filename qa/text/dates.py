"""Days, months and years as Chinese writes them, by number and from today; ISO 8601 out of their numbers."""

from __future__ import annotations

from datetime import date

# Patterns, to be put into others.
YEAR = r"(?:19|20)\d\d"
FULL = r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
DAY = r"(?:\d{4}\s*年\s*)?(?:\d{1,2}\s*月\s*)?\d{1,2}\s*日"
"""A day that may leave its month and year to what it stands in."""
GRAINS = (
    r"\d{4}年|[今去前明本当]年|上一年",
    r"\d{1,2}月(?:份)?|[上本这下当]个?月",
    r"\d{1,2}[日号]|[昨今前明]天|[昨今前明当]日",
)
"""A year, a month, a day, each by itself."""
PART_OF_DAY = "[上下]午|凌晨|晚上?"
LATELY = "近日|近期|昨日|昨天|日前|今日|今天|当日|当天|连日|目前"

YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}  # from this year
DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0}  # from today
WEEKDAYS = "一二三四五六日"  # from Monday


def iso(year: str | int, month: str | int | None = None, day: str | int | None = None) -> str | None:
    """A date in ISO 8601 of as many parts as are given; None where the calendar has no such day."""
    try:
        full = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return full[: 10 if day else 7 if month else 4]
