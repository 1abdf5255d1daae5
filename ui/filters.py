"""Which stories may answer: what is chosen, what can be, and which choice leaves nothing. Pure; everything is escaped.

Buttons say what they set: `data-filter` names it, `data-value` is its new value, empty where it is taken off.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from qa.errors import UsageError
from qa.formats.metadata import stated_date
from qa.store.facets import Count, Facets, FilterName
from qa.types import Filters
from ui.marks import escape
from ui.words import Words

DATES: tuple[FilterName, ...] = ("since", "until")
NAMES: tuple[FilterName, ...] = (*DATES, "source", "byline")
VALUE_CHARS = 400  # of a source or a name
OFFERED = 8  # values of each kind at once


def understood(page: Mapping[str, object]) -> tuple[Filters, Mapping[FilterName, str]]:
    """The filters that the page tells of, dates written as in ISO 8601; and what was written that is no date."""
    values = {name: str(page.get(name) or "").strip()[:VALUE_CHARS] for name in NAMES}
    dates = {name: iso_date(values[name]) for name in DATES}
    unclear = {name: values[name] for name in DATES if values[name] and not dates[name]}
    return Filters(source=values["source"] or None, byline=values["byline"] or None, **dates), unclear


def told(page: str) -> Filters:
    """The filters that come with a question, in JSON; none where it is none."""
    try:
        found = json.loads(page or "{}")
    except json.JSONDecodeError:
        return Filters()
    return understood(found)[0] if isinstance(found, dict) else Filters()


def iso_date(written: str) -> str | None:
    """A date as people write it as YYYY-MM-DD, YYYY-MM or YYYY; None for what is no date."""
    try:
        return stated_date(written)
    except UsageError:
        return None


def as_told(filters: Filters) -> dict[str, str]:
    """The filters as the page keeps them."""
    return {name: value for name, value in asdict(filters).items() if name in NAMES and value}


def panel(
    filters: Filters, facets: Facets, find: Mapping[str, str], unclear: Mapping[FilterName, str], words: Words
) -> str:
    """Everything to choose from, counts beside it. `find` holds what is looked for among sources and names."""
    left = words.filters_leave(facets.articles)
    if facets.undated and (filters.since or filters.until):
        left += words.filters_undated(facets.undated)
    return (
        f'<p class="hint" role="status">{escape(left)}</p>{_dates(filters, facets, unclear, words)}'
        + _choices("source", words.filter_source, filters.source, facets.sources, facets.more_sources, find, words)
        + _choices("byline", words.filter_byline, filters.byline, facets.bylines, facets.more_bylines, find, words)
    )


def _dates(filters: Filters, facets: Facets, unclear: Mapping[FilterName, str], words: Words) -> str:
    said: dict[FilterName, str] = {"since": words.filter_since, "until": words.filter_until}
    form = escape(words.filter_date_form)
    fields = "".join(
        f'<label>{escape(label)}<input type="text" inputmode="numeric" data-date="{name}" data-key="{name}"'
        f' value="{escape(unclear.get(name) or getattr(filters, name) or "")}" placeholder="{form}"'
        f' autocomplete="off"{_invalid(name in unclear)}></label>'
        for name, label in said.items()
    )
    wrong = f'<p class="warning" role="alert">{escape(words.filter_date_unclear)}</p>' if unclear else ""
    years = "".join(_year(year, filters) for year in facets.years)
    listed = f'<ul class="years">{years}</ul>' if years else ""
    return (
        f'<fieldset><legend>{escape(words.filter_dates)}</legend><div class="span">{fields}</div>{wrong}{listed}'
        "</fieldset>"
    )


def _invalid(wrong: bool) -> str:
    return ' aria-invalid="true"' if wrong else ""


def _year(year: Count, filters: Filters) -> str:
    chosen = filters.since == filters.until == year.value
    value = "" if chosen else year.value
    return (
        f'<li><button type="button" data-filter="year" data-value="{value}" data-key="year-{year.value}"'
        f' aria-pressed="{_said(chosen)}">{year.value}<span class="count">{year.articles:,}</span></button></li>'
    )


def _choices(
    name: FilterName,
    label: str,
    chosen: str | None,
    counts: Sequence[Count],
    more: int,
    find: Mapping[str, str],
    words: Words,
) -> str:
    sought = find.get(name, "")
    search = ""
    if more or sought:
        said = escape(words.filter_find.format(what=label))
        search = (
            f'<input type="search" data-find="{name}" data-key="find-{name}" value="{escape(sought)}"'
            f' aria-label="{said}" placeholder="{said}" autocomplete="off">'
        )
    listed = "".join(_choice(name, count, count.value == chosen) for count in counts)
    rest = f'<li class="hint">{escape(words.filter_more(more))}</li>' if more else ""
    none = f'<li class="hint">{escape(words.filter_none)}</li>' if not counts else ""
    return f"<fieldset><legend>{escape(label)}</legend>{search}<ul>{listed}{rest}{none}</ul></fieldset>"


def _choice(name: FilterName, count: Count, chosen: bool) -> str:
    value = escape(count.value)
    return (
        f'<li><button type="button" data-filter="{name}" data-value="{"" if chosen else value}"'
        f' data-key="{name}-{value}" aria-pressed="{_said(chosen)}"><span class="value" title="{value}">{value}</span>'
        f'<span class="count">{count.articles:,}</span></button></li>'
    )


def _said(value: bool) -> str:
    return "true" if value else "false"


def chips(filters: Filters, facets: Facets, words: Words) -> str:
    """What is chosen, each to be taken off with one click; and which choice leaves nothing."""
    shown = "".join(
        f'<li><button type="button" class="chip" data-filter="{name}" data-value=""'
        f' aria-label="{escape(words.filter_off.format(what=said))}">{escape(said)}<span aria-hidden="true">✕</span>'
        "</button></li>"
        for name, said in described(filters, words).items()
    )
    if not shown:
        return ""
    empty = emptied(filters, facets, words)
    warning = f'<p class="warning" role="alert">{escape(empty)}</p>' if empty else ""
    return f'<ul class="chips" aria-label="{escape(words.filters_active)}">{shown}</ul>{warning}'


def described(filters: Filters, words: Words) -> dict[FilterName, str]:
    """What each chosen filter says."""
    forms: dict[FilterName, str] = {
        "since": words.filtered_since,
        "until": words.filtered_until,
        "source": words.filtered_source,
        "byline": words.filtered_byline,
    }
    return {name: forms[name].format(value=value) for name in NAMES if (value := getattr(filters, name))}


def emptied(filters: Filters, facets: Facets, words: Words) -> str:
    """Which filter leaves nothing, and what there would be without it; empty where something is left."""
    if facets.articles:
        return ""
    said = described(filters, words)
    without = "".join(
        words.filter_without.format(what=said[name], count=f"{facets.without[name]:,}")
        for name in said
        if facets.without.get(name)
    )
    return words.filters_empty + (without or words.filters_empty_together)
