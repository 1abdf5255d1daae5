"""A visitor without a browser: asks as the page does, over HTTP, and says how long the answer took."""

from __future__ import annotations

import json
import re
import secrets
import time
from contextlib import AbstractContextManager
from html import unescape
from types import TracebackType
from typing import Any, NamedTuple

import httpx

WAIT_SECONDS = 120.0


class Told(NamedTuple):
    """What the page showed for a question."""

    question: str  # as it stands above the answer
    talk: str  # the conversation's id
    html: str
    seconds: float


class Visitor:
    """One browser: its cookie, its session, its conversation."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=WAIT_SECONDS, trust_env=False)
        self._client.get("/").raise_for_status()
        self._session = secrets.token_hex(6)
        config = self._client.get("/config").json()
        self._submit = next(
            one["id"] for one in config["dependencies"] if any(event == "submit" for _, event in one["targets"])
        )
        self._shelf = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "shelf")
        self.talk = ""

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, question: str) -> Told:
        """The last turn as it is shown. Raises AssertionError where the app fails."""
        began = time.perf_counter()
        data = self._run(self._submit, [question, None, "", self.talk])
        seconds = time.perf_counter() - began
        html = next(one for one in data if isinstance(one, str) and 'class="turns"' in one)
        self.talk = re.findall(r'data-talk="([\w-]*)"', html)[0]
        last = html[html.rindex('<article class="turn"') :]
        return Told(unescape(re.findall(r"<h2>(.*?)</h2>", last, re.DOTALL)[0]), self.talk, last, seconds)

    def leave(self, question: str) -> None:
        """Ask, and go as soon as the server has begun to tell."""
        self._join(self._submit, [question, None, "", self.talk])
        with self._told() as response:
            next(response.iter_lines())

    def queue(self) -> str:
        """What waits to be read, as the library's screen shows it."""
        body = {"session_hash": self._session, "component_id": self._shelf, "fn_name": "progress", "data": {}}
        answer = self._client.post("/gradio_api/component_server/", json=body)
        return str(answer.raise_for_status().json()["jobs"])

    def status(self, path: str) -> int:
        return self._client.get(path).status_code

    def _run(self, function: int, data: list[Any]) -> list[Any]:
        """The outputs of an event, as the page gets them."""
        self._join(function, data)
        shown: list[Any] = []
        is_told = False
        with self._told() as response:
            for line in response.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line.removeprefix("data:"))
                if message["msg"] == "process_generating":
                    shown = _patched(shown, message["output"]["data"])
                if message["msg"] == "process_completed":
                    assert message["success"], message
                    is_told = True  # the stream is left to end by itself, as a browser does
        assert is_told, "the stream ended without an answer"
        return shown

    def _join(self, function: int, data: list[Any]) -> None:
        body = {"data": data, "fn_index": function, "session_hash": self._session, "event_data": None, "trigger_id": 0}
        self._client.post("/gradio_api/queue/join", json=body).raise_for_status()

    def _told(self) -> AbstractContextManager[httpx.Response]:
        return self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session})


def _patched(shown: list[Any], data: list[Any]) -> list[Any]:
    """What the page shows after an update: the first is whole, later ones say what changed at the top."""
    if not shown:
        return data
    for position, changes in enumerate(data):
        for change in changes if isinstance(changes, list) else []:
            action, path, value = change
            if action == "replace" and not path:
                shown[position] = value
            elif action == "append" and not path:
                shown[position] += value
    return shown
