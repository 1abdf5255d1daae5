"""docs/programs.md: its examples run as they stand, against a server of the seed pages without a screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from qa.services.desk import AT_ONCE, K_MOST, WAITING
from qa.types.settings import MAX_FILE_MB, QUESTION_CHARS
from tests.parts.server import running
from ui.limits import BODY_BYTES

ROOT = Path(__file__).parent.parent
ALONE = """
import sys
from pathlib import Path
sys.modules["gradio"] = None  # whoever imports it fails
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.programs import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8971, announce=lambda url: print(url, flush=True))
"""


def test_the_limits_are_those_of_the_code() -> None:
    page = (ROOT / "docs/programs.md").read_text("utf-8")
    assert (
        f"问题最多 {QUESTION_CHARS} 字，一次最多 {K_MOST} 段，请求最多 {BODY_BYTES >> 20} MB（文件 {MAX_FILE_MB} MB）；"
        f"同时答 {AT_ONCE} 个，{WAITING} 个排队"
    ) in page


def test_the_page_on_programs_does_what_it_says(own_library: Path) -> None:
    page, _, _ = (ROOT / "docs/programs.md").read_text("utf-8").partition("\n## LangChain")
    blocks = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    told = [line.removeprefix("# → ") for block in blocks for line in block.splitlines() if line.startswith("# → ")]
    assert len(blocks) == 4
    with running(own_library, ALONE) as (url, _):
        program = "\n".join(blocks).replace("http://127.0.0.1:7860", url.rstrip("/"))
        path = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=path, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == told
