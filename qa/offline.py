"""``python -m qa.offline model|reader NAME``: does it work where no connection can be made? In a process of its own,
because a refusal once installed holds for good.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType

from qa import embedding
from qa.answering import shipped
from qa.errors import ModelError
from qa.readings import Window
from qa.settings import DEFAULT_MODEL
from qa.types import Span

_SECONDS = 120
_REACHING_OUT = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname")
_SENTENCE = "问报回答问题。"


def fingerprint(model: str) -> str:
    """Of the model, after it embedded a question with every connection refused. Raises ModelError with the reason."""
    return _tried("model", model)


def reader_fingerprint(reader: str) -> str:
    """Of the reader, after it read a sentence with every connection refused. Raises ModelError with the reason."""
    return _tried("reader", reader)


def _tried(kind: str, name: str) -> str:
    command = [sys.executable, "-P", "-m", "qa.offline", kind, name]  # nothing out of the folder it is run in
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, env=paths)
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"等了 {_SECONDS} 秒没有结果") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ModelError(f"断网时不能用（{told[-1] if told else done.returncode}）")
    return done.stdout.decode("ascii").strip()


def _try_model(name: str) -> str:
    model = embedding.load(name)
    model.embed_query(_SENTENCE)
    return model.fingerprint


def _try_reader(name: str) -> str:
    reader = shipped.loader(name)(embedding.lexicon_of(DEFAULT_MODEL))
    reader.read(_SENTENCE, [Window(_SENTENCE, (Span(0, len(_SENTENCE)),))])
    return reader.fingerprint


_TRIALS: Mapping[str, Callable[[str], str]] = MappingProxyType({"model": _try_model, "reader": _try_reader})


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in _REACHING_OUT:
        raise ConnectionRefusedError(f"{event}: no connection may be made")


if __name__ == "__main__":
    sys.addaudithook(_refuse)
    sys.stdout.write(_TRIALS[sys.argv[1]](sys.argv[2]))
