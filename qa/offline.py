"""``python -m qa.offline MODEL``: does the model work where no connection can be made? A process of its own, because a
refusal once installed holds for good.
"""

from __future__ import annotations

import subprocess
import sys

from qa import embedding

_SECONDS = 120
_REACHING_OUT = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname")


def trouble(model: str) -> str | None:
    """What went wrong when a question was embedded with every connection refused; None where nothing did."""
    command = [sys.executable, "-m", "qa.offline", model]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"等了 {_SECONDS} 秒没有结果"
    return None if done.returncode == 0 else (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["?"])[-1]


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in _REACHING_OUT:
        raise ConnectionRefusedError(f"{event}: no connection may be made")


if __name__ == "__main__":
    sys.addaudithook(_refuse)
    embedding.load(sys.argv[1]).embed_query("问报")
