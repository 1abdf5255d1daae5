"""Print what was measured, a line a row."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping


def print_report(report: Mapping[str, Mapping[str, float | int]], seconds: float, pages: int, *, as_json: bool) -> None:
    """As a table, with the seconds on stderr, or as one JSON object."""
    if as_json:
        print(json.dumps({"seconds": round(seconds, 2), "report": report}, ensure_ascii=False))
        return
    for key, row in report.items():
        print(f"{key:20}", *(f"{name} {value:<7}" for name, value in row.items()))
    print(f"{seconds:.1f} s for {pages} pages", file=sys.stderr)
