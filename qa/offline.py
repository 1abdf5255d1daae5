"""``python -m qa.offline MODEL``: does the model work where no connection can be made? A process of its own, because a
refusal once installed holds for good.
"""

from __future__ import annotations

import subprocess
import sys

from qa import embedding
from qa.errors import ModelError

_SECONDS = 120
_REACHING_OUT = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname")


def fingerprint(model: str) -> str:
    """Of the model, after it embedded a question with every connection refused. Raises ModelError with the reason."""
    command = [sys.executable, "-m", "qa.offline", model]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"等了 {_SECONDS} 秒没有结果") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ModelError(f"断网时不能用（{told[-1] if told else done.returncode}）")
    return done.stdout.decode("ascii").strip()


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in _REACHING_OUT:
        raise ConnectionRefusedError(f"{event}: no connection may be made")


if __name__ == "__main__":
    sys.addaudithook(_refuse)
    loaded = embedding.load(sys.argv[1])
    loaded.embed_query("问报")
    sys.stdout.write(loaded.fingerprint)
