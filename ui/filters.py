"""The filter panel as HTML: what is chosen, what can be chosen, and which choice leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from markupsafe import Markup

from qa.errors import UsageError
from qa.formats.metadata import stated_date
from qa.store.facets import Facets, FilterName
from qa.types import Filters
from ui.describe import file_label
from ui.markup import fragment
from ui.words import Words

DATES: tuple[FilterName, ...] = ("since", "until")
NAMES: tuple[FilterName, ...] = (*DATES, "source", "byline")
VALUE_CHARS = 400  # of a source or a name
OFFERED = 8  # values of each kind at once


def understood(page: Mapping[str, object]) -> tuple[Filters, Mapping[FilterName, str]]:
    """The filters that the page sent, dates in ISO 8601; and what was written as a date and is none."""
    values = {name: str(page.get(name) or "").strip()[:VALUE_CHARS] for name in NAMES}
    dates = {name: iso_date(values[name]) for name in DATES}
    unclear = {name: values[name] for name in DATES if values[name] and not dates[name]}
    return Filters(source=values["source"] or None, byline=values["byline"] or None, **dates), unclear


def told(page: str) -> Filters:
    """The filters sent with a question, as JSON; no filters where it is none."""
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
    """The filters as the page stores them."""
    return {name: value for name, value in asdict(filters).items() if name in NAMES and value}


def panel(
    filters: Filters, facets: Facets, find: Mapping[str, str], unclear: Mapping[FilterName, str], words: Words
) -> Markup:
    """Everything to choose from, counts beside it. `find` holds what is looked for among sources and names."""
    left = words.filters_leave(facets.articles)
    if facets.undated and (filters.since or filters.until):
        left += words.filters_undated(facets.undated)
    return fragment("filters", filters=filters, facets=facets, find=find, unclear=unclear, left=left, words=words)


def chips(filters: Filters, facets: Facets, words: Words) -> Markup:
    """The chosen filters, each removed with one click; and which of them leaves nothing."""
    label = file_label(filters.source, words) if filters.source else ""
    chosen = [(name, said, label if name == "source" else said) for name, said in described(filters, words).items()]
    return fragment("chips", chosen=chosen, empty=emptied(filters, facets, words), words=words)


def described(filters: Filters, words: Words) -> dict[FilterName, str]:
    """The wording of each chosen filter."""
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
