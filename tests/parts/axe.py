"""What axe-core says of a page, where it is installed: `npm install --prefix tests`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.parts.browser import Page

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}


def serious(page: Page, within: str = "html") -> list[str]:
    """What axe-core finds in an element: rule, element, and what to do."""
    page.evaluate(AXE.read_text("utf-8"))
    page.wait_for_timeout(400)  # colours in transition have no contrast to speak of
    found = page.evaluate("within => axe.run(within, {resultTypes: ['violations']})", within)
    return [
        json.dumps([rule["id"], node["html"][:160], node["failureSummary"][:300]], ensure_ascii=False)
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]
