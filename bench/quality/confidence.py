"""Plot how well confidence is calibrated: `python -m bench.quality.confidence [NAME=]FILE... [--out docs/quality.png]`.

FILEs are what `qa eval --json` printed. On the left the reliability of each: how
many of the answers of about the same confidence are right (on the diagonal, confidence is what it says). On the right
the answered/right curve: with the threshold rising, how many of the answerable questions are answered, and how many of
the answers are right.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot

OUT = Path(__file__).parents[2] / "docs" / "quality.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="[NAME=]FILE")
    parser.add_argument("--out", type=Path, default=OUT)
    call = parser.parse_args()
    draw(dict(_named(one) for one in call.files), call.out)


def _named(argument: str) -> tuple[str, dict[str, Any]]:
    name, _, file = argument.rpartition("=")
    scores: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    return name or Path(file).stem, scores


def draw(sets: dict[str, dict[str, Any]], out: Path) -> None:
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
    left.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, scores in sets.items():
        bins = scores["reliability"]
        error = f"{name} (ECE {scores['calibration_error']:.3f})"
        left.plot([one["confidence"] for one in bins], [one["right"] for one in bins], marker="o", label=error)
        points = [one for one in scores["answered_right"] if one["right"] is not None]
        right.plot([one["answered"] for one in points], [one["right"] for one in points], marker=".", label=name)
    left.set(xlabel="confidence", ylabel="share right", title="Reliability", xlim=(0, 1), ylim=(0, 1))
    right.set(xlabel="answered, of the answerable", ylabel="right, of the answers", title="Answered and right")
    for axes in (left, right):
        axes.legend(fontsize="small")
        axes.grid(alpha=0.3)
    figure.savefig(out, dpi=110)


if __name__ == "__main__":
    main()
