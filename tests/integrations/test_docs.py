"""docs/programs.md: the examples of the retrievers run as they stand, over the seed pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

for package in ("langchain_core", "llama_index.core", "haystack"):
    pytest.importorskip(package, reason="make test-integrations")

ROOT = Path(__file__).parent.parent.parent


def test_the_retrievers_do_what_the_page_says(seeds_path: Path, tmp_path: Path) -> None:
    shutil.copytree(seeds_path, tmp_path / "库")
    _, _, section = (ROOT / "docs/programs.md").read_text("utf-8").partition("\n## LangChain")
    blocks = re.findall(r"```python\n(.+?)```", section, re.DOTALL)
    told = [line.removeprefix("# → ") for block in blocks for line in block.splitlines() if line.startswith("# → ")]
    assert len(blocks) == 3
    path = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", "\n".join(blocks)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=path, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == told
