"""Attacks of `bench.attacks` by load: silent connections, bodies and questions too long, files slow to read."""

from __future__ import annotations

import lzma
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.faults.attack_parts import (
    ELSEWHERE,
    HERE,
    PASSWORD,
    QUESTION,
    Attack,
    Outcome,
    Server,
    Visitor,
    half_open,
    page_of,
    served,
    sources_in,
    spent,
    still_open,
    until,
)

DESCRIPTORS, HALF_OPEN = 64, 120
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "
ANSWER_SECONDS = 10.0
CLOSED_SECONDS = 60.0
LOG_LINES = 100
BODY_MB, GROWTH_MB = 150, 64
QUESTION_CHARS = 2000
READ_SECONDS, READ_MB = 90.0, 1500  # of one file; the models and the vectors of its neighbour are in it
FEWER = 5  # times fewer lines: what grows as the square of them takes 25 times less


def half_headers(work: Path) -> Outcome:
    """Many connections that say half a header, and a server with few descriptors: readers are answered, the half-open
    ones closed, and the log stays short.
    """
    with served(work / "library", password=PASSWORD, descriptors=DESCRIPTORS) as server:
        reader = Visitor(server.url)
        reader.log_in()
        opened = half_open(server.url, HALF_OPEN, ELSEWHERE, HALF_A_HEADER)
        slowest = max(_seconds_of_an_answer(reader) for _ in range(5))
        late = _seconds_of_an_answer(Visitor(server.url, cookies=dict(reader.cookies)))
        closed = until(lambda: not still_open(opened), CLOSED_SECONDS)
        left, lines = still_open(opened), server.said().count("\n")
        _close(opened)
    held = max(slowest, late) < ANSWER_SECONDS and closed and lines <= LOG_LINES
    return Outcome(
        f"{HALF_OPEN} half-open at {DESCRIPTORS} descriptors: slowest answer {slowest:.1f} s, one who comes then"
        f" {late:.1f} s, still open after {CLOSED_SECONDS:.0f} s: {left}, {lines} lines on stderr", held,
    )  # fmt: skip


def slow_bodies(work: Path) -> Outcome:
    """Connections that send a body byte by byte, and ones that stay open and say nothing: as before."""
    with served(work / "library", password=PASSWORD) as server:
        reader = Visitor(server.url)
        reader.log_in()
        drips = [
            connection
            for path in ("/login", "/gradio_api/queue/join", "/library/upload")
            for connection in half_open(server.url, HALF_OPEN // 3, ELSEWHERE, _head(server, path, 100_000).encode())
        ]
        idle = half_open(server.url, HALF_OPEN // 3, ELSEWHERE, b"")
        slowest, end = 0.0, time.monotonic() + 2 * CLOSED_SECONDS
        while still_open([*drips, *idle]) and time.monotonic() < end:
            slowest = max(slowest, _seconds_of_an_answer(reader))
            for connection in drips:
                with suppress(OSError):
                    connection.send(b"x")
            time.sleep(1)
        left = still_open(drips), still_open(idle)
        _close([*drips, *idle])
    return Outcome(
        f"slowest answer {slowest:.1f} s; still open after {2 * CLOSED_SECONDS:.0f} s: {left[0]} of {len(drips)} that"
        f" drip, {left[1]} of {len(idle)} that say nothing", slowest < ANSWER_SECONDS and not any(left),
    )  # fmt: skip


def large_bodies(work: Path) -> Outcome:
    """A body of 150 MB to every address that takes one, its length told or not: refused, and memory as before."""
    seen = {}
    with served(work / "library") as server:
        visitor = Visitor(server.url)
        visitor.ask(QUESTION)
        before = server.peak_mb()
        for path in ("/gradio_api/queue/join", "/gradio_api/component_server/", "/gradio_api/cancel", "/login"):
            for chunked in (False, True):
                seen[f"{path} {'chunked' if chunked else 'plain'}"] = _status_of(server, visitor, path, chunked)
        grown = server.peak_mb() - before
        answered = _seconds_of_an_answer(visitor)
    refused = sum(status in (0, 303, 400, 404, 413) for status in seen.values())  # 303: it needs no login, unread
    held = refused == len(seen) and grown <= GROWTH_MB and answered < ANSWER_SECONDS
    return Outcome(
        f"{refused} of {len(seen)} bodies of {BODY_MB} MB refused ({sorted(set(seen.values()))}; 0: cut off), memory"
        f" grew by {grown} MB, then an answer in {answered:.1f} s", held,
    )  # fmt: skip


def long_questions(work: Path) -> Outcome:
    """A question of 350,000, 100,000 and 2,001 characters: told, not kept; one of 2,000 is answered."""
    with served(work / "library") as server:
        told, shortest = [], 1 << 62
        for count in (350_000, 100_000, QUESTION_CHARS + 1):
            visitor, began = Visitor(server.url), server.peak_mb()
            status = _asked(visitor, "问" * count)
            told.append("2,000" in status or "2000" in status or "413" in status)
            shortest = min(shortest, began)
        grown = server.peak_mb() - shortest
        fits = Visitor(server.url)
        answered = 'class="turn' in _asked(fits, QUESTION.ljust(QUESTION_CHARS, "。"))
        kept = sum(path.stat().st_size for path in (work / "library").glob("conversations.db*"))
    held = all(told) and answered and kept < 1_000_000 and grown <= 2 * GROWTH_MB
    return Outcome(
        f"{sum(told)} of 3 told the limit; one of {QUESTION_CHARS:,} characters answered: {answered}; conversations"
        f" {kept / 1000:.0f} kB, memory grew by {grown} MB", held,
    )  # fmt: skip


def many_lines(work: Path) -> Outcome:
    """Files of very many short lines: read and cut in a time that grows as they do."""
    lines = {
        "行.html": ("<html><body><p>", "供暖<br>", 100_000),
        "行.txt": ("", "供暖\n", 150_000),
        "段.html": ("<html><body>", "<p>供暖</p>", 60_000),
        "段.md": ("", "供暖\n\n", 150_000),
    }
    seen = {}
    for name, (head, line, count) in lines.items():
        for part in (FEWER, 1):
            (work / name).write_text(head + line * (count // part), "utf-8")
            one = spent(work / "library", "add", "--dry-run", "--quiet", work / name, limit_seconds=READ_SECONDS)
            seen[name, count // part] = one
    growth = [
        seen[name, count].cpu_seconds / seen[name, count // FEWER].cpu_seconds for name, (*_, count) in lines.items()
    ]
    return Outcome(
        "; ".join(
            f"{count:,} {name} {one.cpu_seconds:.1f} CPU s, {one.peak_mb} MB" for (name, count), one in seen.items()
        ),
        all(one.code == 0 and one.peak_mb < READ_MB for one in seen.values()) and max(growth) < 1.2 * FEWER,
    )


def endless_files(work: Path) -> Outcome:
    """Files that unpack to a gigabyte of nothing, or draw themselves for ever: given up with a reason in bounded time
    and memory, and their neighbour goes in.
    """
    made = {
        "空行.jsonl.xz": _xz(b"\n", 1 << 30),
        "空格.jsonl.xz": _xz(b" ", 1 << 30),
        "自画一次.pdf": pdf_that_draws_itself(1),
        "自画多次.pdf": pdf_that_draws_itself(8),
        "互画.pdf": pdf_that_draws_itself(4, forms=2),
    }
    seen, neighbours = {}, []
    for number, (name, data) in enumerate(made.items()):
        papers, library_path = work / f"papers{number}", work / f"library{number}"
        papers.mkdir()
        (papers / name).write_bytes(data)
        neighbour, page = page_of(number)
        (papers / neighbour).write_bytes(page)
        seen[name] = spent(library_path, "add", "--quiet", papers, limit_seconds=READ_SECONDS)
        neighbours.append(neighbour in sources_in(library_path))
    held = all(one.code is not None and one.peak_mb < READ_MB and "Traceback" not in one.said for one in seen.values())
    said = "; ".join(f"{name} {one.seconds:.0f} s, {one.peak_mb} MB" for name, one in seen.items())
    return Outcome(f"{said}; neighbours in: {sum(neighbours)} of {len(neighbours)}", held and all(neighbours))


def pdf_that_draws_itself(times: int, forms: int = 1) -> bytes:
    """A page whose form draws itself, or the next form, as many times."""
    drawn = [
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    ]
    names = " ".join(f"/F{number} {number + 5} 0 R" for number in range(forms)).encode()
    drawn.append(
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<<"
        + names
        + b">>>>>>"
        b"endobj\n4 0 obj<</Length 6>>stream\n/F0 Do\nendstream endobj\n"
    )
    for number in range(forms):
        content = f"/F{(number + 1) % forms} Do\n".encode() * times
        drawn.append(
            f"{number + 5} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length {len(content)}".encode()
            + b"/Resources<</XObject<<" + names + b">>>>>>stream\n" + content + b"endstream endobj\n"
        )  # fmt: skip
    return b"".join([*drawn, b"trailer<</Root 1 0 R>>\n%%EOF\n"])


def _xz(byte: bytes, size: int) -> bytes:
    """A gigabyte in a few kilobytes: one stream of 16 MB, repeated, which the format allows."""
    return lzma.compress(byte * (1 << 24), preset=0) * (size >> 24)


def _asked(visitor: Visitor, question: str) -> str:
    """What the page shows, or the status of the refusal."""
    from httpx import HTTPError, HTTPStatusError

    try:
        return visitor.ask(question)
    except HTTPStatusError as error:
        return f"status {error.response.status_code}"
    except HTTPError as error:
        return f"{type(error).__name__}"


def _seconds_of_an_answer(visitor: Visitor) -> float:
    """Infinite where there is none."""
    began = time.monotonic()
    return time.monotonic() - began if 'class="turn' in _asked(visitor, QUESTION) else float("inf")


def _head(server: Server, path: str, length: int | None) -> str:
    told = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return (
        f"POST {path} HTTP/1.1\r\nHost: {server.url.partition('//')[2]}\r\nOrigin: {server.url}\r\n"
        f"Content-Type: application/json\r\n{told}\r\n\r\n"
    )


def _status_of(server: Server, visitor: Visitor, path: str, chunked: bool) -> int:
    """The status of the answer to a body of BODY_MB; 0 where the connection was cut."""
    head = _head(server, path, None if chunked else BODY_MB << 20)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    with socket.create_connection((HERE, int(server.url.rpartition(":")[2])), 30) as connection:
        try:
            connection.sendall(head.replace("\r\n\r\n", f"\r\nCookie: {cookie}\r\n\r\n").encode())
            for part in _body(visitor, chunked):
                connection.sendall(part)
        except OSError:
            pass  # refused while it is sent: the answer may be there all the same
        with suppress(OSError, ValueError, IndexError):
            return int(connection.recv(64).split()[1])
    return 0


def _body(visitor: Visitor, chunked: bool) -> Iterator[bytes]:
    """JSON as the page sends it, with a text of BODY_MB."""
    first = b'{"fn_index":0,"session_hash":"' + secrets.token_hex(6).encode() + b'","data":["'
    part = first.ljust(1 << 20, b"x")
    for number in range(BODY_MB):
        if number == BODY_MB - 1:
            part = part[:-3] + b'"]}'
        yield b"%x\r\n%s\r\n" % (len(part), part) if chunked else part
        part = b"x" * (1 << 20)
    if chunked:
        yield b"0\r\n\r\n"


def _close(connections: list[socket.socket]) -> None:
    for connection in connections:
        connection.close()


ATTACKS = (
    Attack("half-headers", "readers are answered, half-open connections closed, the log is short", half_headers),
    Attack("slow-bodies", "the same for bodies that drip and for connections that say nothing", slow_bodies),
    Attack("large-bodies", "refused unread; the memory does not grow", large_bodies),
    Attack("long-questions", "over 2,000 characters it is told, and nothing is kept", long_questions),
    Attack("many-lines", "reading and cutting are linear in lines", many_lines),
    Attack("endless-files", "given up with a reason, in bounded time and memory; the neighbour goes in", endless_files),
)  # fmt: skip
