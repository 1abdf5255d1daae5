"""docs/programs.md: its examples run as they stand, against a server of the seed pages without a screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.parts.server import running

ROOT = Path(__file__).parent.parent
ALONE = """
import sys
from pathlib import Path
from qa.library.library import Library
from qa.conversations.store import Conversations
from ui.programs import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8971, announce=lambda url: print(url, flush=True))
    assert "gradio" not in sys.modules
"""


def test_the_page_on_programs_does_what_it_says(own_library: Path) -> None:
    blocks = re.findall(r"```python\n(.+?)```", (ROOT / "docs/programs.md").read_text("utf-8"), re.DOTALL)
    told = [line.removeprefix("# → ") for block in blocks for line in block.splitlines() if line.startswith("# → ")]
    assert len(blocks) == 4
    with running(own_library, ALONE) as (url, _):
        program = "\n".join(blocks).replace("http://127.0.0.1:7860", url.rstrip("/"))
        path = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=path, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == told
