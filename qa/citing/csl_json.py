"""References as CSL-JSON, items of type `article-newspaper` (schema csl-data of the Citation Style Language, 1.0.2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qa.citing.references import Reference


def items(references: Sequence[Reference]) -> str:
    """A JSON list of one object an article."""
    return json.dumps([_item(one) for one in references], ensure_ascii=False, indent=1)


def _item(one: Reference) -> dict[str, Any]:
    """Names are literal, as nothing printed says where a family name ends; a date that was inferred is `circa`."""
    issued: dict[str, Any] = {"date-parts": [list(one.date)]} if one.date else {}
    if issued and one.article.date_from == "inferred":
        issued["circa"] = True
    known = {
        "author": [{"literal": name} for name in one.authors],
        "container-title": one.paper,
        "issued": issued,
        "page": one.page,
        "section": one.section,
        "language": one.language,
        "note": "\n".join(one.notes),
    }
    found = {"id": one.article.id, "type": "article-newspaper", "title": one.title}
    return found | {name: value for name, value in known.items() if value}
