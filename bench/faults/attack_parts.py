"""Shared parts of the attacks: a server on loopback, visitors without a browser, figures of a process (Linux)."""

from __future__ import annotations

import json
import os
import re
import resource
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

QA = Path(sys.executable).with_name("qa")
QUESTION = "区委召开2026年务虚会用了多长时间？"
PASSWORD = "暗号"
HERE, ELSEWHERE, THIRD = "127.0.0.1", "127.0.0.9", "127.0.0.17"  # three addresses that clients come from
START_SECONDS = 300.0
WAIT_SECONDS = 60.0
COMMAND_SECONDS = 600.0
LOOK_SECONDS = 0.05


class Outcome(NamedTuple):
    """What came of an attack."""

    seen: str  # one line
    held: bool


@dataclass(frozen=True)
class Attack:
    """`run` gets a folder of its own that holds `library`, a library of the seed pages."""

    name: str
    must: str  # what must hold
    run: Callable[[Path], Outcome]


class Refused(Exception):
    """What an attack needs is not there: a server that does not start, an option that it does not know."""


@dataclass
class Server:
    """A `qa serve` that listens."""

    url: str
    process: subprocess.Popen[bytes]
    stderr: Path

    def said(self) -> str:
        return self.stderr.read_text(encoding="utf-8", errors="replace")

    def peak_mb(self) -> int:
        """The most that the process ever held."""
        return status_kb(self.process.pid, "VmHWM") // 1024

    def end(self, sign: signal.Signals) -> int:
        """Its exit code after the signal."""
        self.process.send_signal(sign)
        return self.process.wait(WAIT_SECONDS)


@contextmanager
def served(
    library_path: Path, *words: str, password: str = "", descriptors: int = 0, through: Sequence[str] = ()
) -> Iterator[Server]:
    """`qa serve` over the library; killed at the end of the block. `descriptors`: as many, and no more. `through`: a
    program that runs it.

    Raises Refused where it does not come to listen.
    """
    port = free_port()
    stderr = library_path.parent / f"stderr-{port}"
    given = {**os.environ, "QA_PASSWORD": password}

    def limited() -> None:
        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    with stderr.open("wb") as written:
        process = subprocess.Popen(
            [*through, QA, "--library", library_path, "serve", "--port", str(port), *words],
            stdout=subprocess.DEVNULL, stderr=written, env=given, preexec_fn=limited,
        )  # fmt: skip
    server = Server(f"http://{HERE}:{port}", process, stderr)
    try:
        _wait_until_it_listens(server)
        yield server
    finally:
        for pid in reversed(family(process.pid)):  # what a tracer ran outlives it
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def _wait_until_it_listens(server: Server) -> None:
    end = time.monotonic() + START_SECONDS
    while f":{server.url.rpartition(':')[2]}/" not in server.said():
        if server.process.poll() is not None or time.monotonic() > end:
            raise Refused(f"the server does not start: {server.said().strip()[-200:]}")
        time.sleep(LOOK_SECONDS)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind((HERE, 0))
        return int(bound.getsockname()[1])


def qa(library_path: Path, *words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """One call of the command."""
    return subprocess.run(
        [QA, "--library", library_path, *map(str, words)],
        capture_output=True, env={**os.environ, **environment}, timeout=COMMAND_SECONDS,
    )  # fmt: skip


def complaint_of(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a call that failed said, on either stream (an add reports on the first); "traceback" where it is no message
    of ours, nothing where it did not fail.
    """
    said = b"\n".join((done.stdout, done.stderr)).decode("utf-8", "replace").strip()
    return "" if not done.returncode else "traceback" if "Traceback" in said else said


class Spent(NamedTuple):
    """What a process and its children took."""

    cpu_seconds: float
    peak_mb: int  # the most that all of them held at one look
    seconds: float
    code: int | None  # None: it was killed at the limit
    said: str


def spent(library_path: Path, *words: object, limit_seconds: float) -> Spent:
    """One call of the command, killed at the limit with all that it started."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = library_path.parent / f"said-{secrets.token_hex(4)}"
    with said.open("wb") as written:
        process = subprocess.Popen(
            [QA, "--library", library_path, *map(str, words)], stdout=written, stderr=written, start_new_session=True
        )
    peak = 0
    while process.poll() is None and time.monotonic() - began < limit_seconds:
        peak = max(peak, sum(status_kb(pid, "VmRSS") for pid in family(process.pid)) // 1024)
        time.sleep(LOOK_SECONDS)
    code = process.poll()
    if code is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu, peak, time.monotonic() - began, code, said.read_text("utf-8", "replace"))


def family(pid: int) -> list[int]:
    """A process and all that it started, as far as they live."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def status_kb(pid: int, field: str) -> int:
    """A figure of /proc/PID/status; 0 where the process has ended."""
    with suppress(OSError):  # it has ended
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
    return 0


@dataclass
class Visitor:
    """A browser without a screen: its address, its cookies (shared with another where the same mapping is given)."""

    url: str
    source: str = HERE
    cookies: dict[str, str] = field(default_factory=dict)
    odd: str = ""  # a cookie of somebody else, sent before ours
    after: bool = False  # … behind ours
    headers: Mapping[str, str] = field(default_factory=dict)
    talk: str = ""
    patience: float = WAIT_SECONDS

    def __post_init__(self) -> None:
        transport = httpx.HTTPTransport(local_address=self.source)
        self._client = httpx.Client(base_url=self.url, transport=transport, timeout=self.patience, trust_env=False)
        self._session = secrets.token_hex(6)
        self._config: dict[str, Any] = {}

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._send("GET", path, headers=headers)

    def post(self, path: str, *, headers: Mapping[str, str] | None = None, **body: Any) -> httpx.Response:
        return self._send("POST", path, headers={"origin": self.url, **(headers or {})}, **body)

    def log_in(self, password: str = PASSWORD) -> int:
        """The status of the answer: 303 lets in."""
        self.get("/")
        return self.post("/login", data={"password": password}).status_code

    @property
    def is_in(self) -> bool:
        return self.get("/config").status_code == 200

    def ask(self, question: str) -> str:
        """All that the page shows after a question."""
        shown = "\n".join(one for one in self._run("typed", [question, None, "", self.talk]) if isinstance(one, str))
        self.talk = next(iter(re.findall(r'data-talk="([\w-]+)"', shown)), self.talk)
        return shown

    def reload(self) -> str:
        """All that the page shows when it is opened anew: the list of conversations is in it."""
        return "\n".join(one for one in self._run("loaded", [self.talk]) if isinstance(one, str))

    def call(self, element: str, function: str, told: Mapping[str, Any] | None = None) -> Any:
        """What the server answers a part of the page, such as `shelf`."""
        number = next(one["id"] for one in self._known["components"] if one["props"].get("elem_id") == element)
        body = {"session_hash": self._session, "component_id": number, "fn_name": function, "data": told or {}}
        answer = self.post("/gradio_api/component_server/", json=body)
        answer.raise_for_status()
        return answer.json()

    def upload(self, name: str, data: bytes) -> int:
        """The status of the answer: 200 means that the file was accepted."""
        return self.post("/library/upload", content=data, headers={"x-name": quote(name)}).status_code

    def jobs(self) -> str:
        """The queue as it is shown."""
        return str(self.call("shelf", "progress")["jobs"])

    @property
    def _known(self) -> dict[str, Any]:
        if not self._config:
            self.get("/")
            self._config = self.get("/config").raise_for_status().json()
        return self._config

    def _send(self, method: str, path: str, *, headers: Mapping[str, str], **body: Any) -> httpx.Response:
        answer = self._client.request(method, path, headers=self._headers(headers), **body)
        self._client.cookies.clear()  # they are sent as they are kept here, odd ones too
        self._keep(answer)
        return answer

    def _headers(self, more: Mapping[str, str]) -> dict[str, bytes]:
        own = [f"{name}={value}" for name, value in self.cookies.items()]
        cookie = "; ".join(filter(None, [*own, self.odd] if self.after else [self.odd, *own]))
        given = {**self.headers, **({"cookie": cookie} if cookie else {}), **more}
        return {name: value.encode() for name, value in given.items()}

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if re.search(r"max-age=0\b", line, re.IGNORECASE) or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def _run(self, event: str, data: Sequence[Any]) -> list[Any]:
        """The outputs of an event of the page, the last ones."""
        number = next(one["id"] for one in self._known["dependencies"] if one.get("api_name") == event)
        body = {"data": data, "fn_index": number, "session_hash": self._session, "event_data": None, "trigger_id": 0}
        self.post("/gradio_api/queue/join", json=body).raise_for_status()
        where = f"/gradio_api/queue/data?session_hash={self._session}"
        shown: list[Any] = []
        with self._client.stream("GET", where, headers=self._headers({})) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") in ("process_generating", "process_completed"):
                    shown += _texts(message["output"].get("data") or [])
        self._client.cookies.clear()
        return shown


def _texts(value: Any) -> list[str]:
    """All texts in what an event tells: whole values at first, later what changed."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return _texts(list(value.values()))
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else []


def page_of(number: int) -> tuple[str, bytes]:
    """A small page to bring along: its name, its bytes."""
    text = f"第{number}号桥通车\n\n本报讯(记者 林小满)第{number}号桥五月{number % 28 + 1}日通车，长{number + 100}米。\n"
    return f"桥{number}.txt", text.encode()


def files_in(visitor: Visitor) -> int:
    """How many files the library holds, as the screen tells it; quick, where `sources_in` starts a process."""
    return int(visitor.call("shelf", "progress")["state"].split()[-2])


def sources_in(library_path: Path) -> set[str]:
    """The files that the library holds."""
    listed = qa(library_path, "list", "--json")
    return {json.loads(line).get("source", "") for line in listed.stdout.splitlines()}


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(5 * LOOK_SECONDS)
    return true()


def half_open(url: str, count: int, source: str, sent: bytes) -> list[socket.socket]:
    """As many connections that say no more than `sent`; those that were refused are left out."""
    port, opened = int(url.rpartition(":")[2]), []
    for _ in range(count):
        with suppress(OSError):
            connection = socket.create_connection((HERE, port), 5, source_address=(source, 0))
            connection.sendall(sent)
            opened.append(connection)
    return opened


def still_open(connections: Sequence[socket.socket]) -> int:
    """How many the other side has not closed."""
    return sum(_is_open(connection) for connection in connections)


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        while data := connection.recv(4096):  # an answer (408) may come before the end
            assert data
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False
