"""Attacks of `bench.attacks` on accepted data: killed, locked, deleted, damaged, tampered with."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import qa as qa_package
from bench.faults.attack_parts import (
    HERE,
    QA,
    QUESTION,
    Attack,
    Outcome,
    Server,
    Visitor,
    complaint_of,
    files_in,
    page_of,
    qa,
    served,
    sources_in,
    until,
)

SEEDS = 5  # files of the library to begin with
UPLOADS, WAITING = 59, 20
LOCKED_SECONDS = 8.0
READ_SECONDS = 120.0
DAMAGES, KILLS = 400, 8
ASKED = (QUESTION, "谁出席了会议？", "供暖从哪天开始？")
WRONG_VALUES = ("", "null", "[]", "{}", '{"k": 1}', "[1]", '[{"kind": 1}]', "{" * 5000, 7, 1.5, None)
FLIPPED = 64  # bytes
NAME_TOO_LONG, PATH_TOO_LONG = "长" * 200 + ".txt", "/".join(["a" * 200] * 30)


def killed_uploads(work: Path) -> Outcome:
    """`kill -9` right after many uploads were accepted, one more on its way: all that were accepted are read after the
    restart, and nothing is left of the one that was not.
    """
    library_path = work / "library"
    with served(library_path) as server:
        visitor = Visitor(server.url)
        accepted = [name for name, data in map(page_of, range(UPLOADS)) if visitor.upload(name, data) == 200]
        with _half_an_upload(server):
            until(lambda: bool(list(library_path.rglob("*.part"))), 5)
            server.end(signal.SIGKILL)
    with served(library_path) as server:
        visitor = Visitor(server.url)
        until(lambda: files_in(visitor) >= SEEDS + len(accepted), READ_SECONDS)
        shown = Visitor(server.url).ask("第7号桥长多少米？")
    missing, parts = set(accepted) - sources_in(library_path), list(library_path.rglob("*.part"))
    seen = f"{len(missing)} of {len(accepted)} accepted uploads forgotten, {len(parts)} .part files left"
    return Outcome(f"{seen}, answered from them: {'107米' in shown}", not missing and not parts and "107米" in shown)


@contextmanager
def _half_an_upload(server: Server) -> Iterator[None]:
    head = (
        f"POST /library/upload HTTP/1.1\r\nHost: {server.url.partition('//')[2]}\r\nOrigin: {server.url}\r\n"
        "X-Name: half.txt\r\nContent-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection((HERE, int(server.url.rpartition(":")[2]))) as connection:
        connection.sendall(head.encode() + b"x" * 500_000)
        yield


def locked_uploads(work: Path) -> Outcome:
    """Uploads while another process holds the right to write: they wait, say so, and go in when it is free."""
    library_path = work / "library"
    with served(library_path) as server:
        visitor = Visitor(server.url)
        with _another_writer(library_path):
            accepted = [name for name, data in map(page_of, range(WAITING)) if visitor.upload(name, data) == 200]
            time.sleep(LOCKED_SECONDS)
            shown = visitor.jobs()
            failed = shown.count('class="job failed"')
        done = until(lambda: files_in(visitor) >= SEEDS + len(accepted), READ_SECONDS)
        after = visitor.jobs().count('class="job failed"')
    in_it = len(set(accepted) & sources_in(library_path))
    said = "等" in shown and "另一个程序" in shown
    return Outcome(
        f"{len(accepted)} of {WAITING} accepted, while locked {failed} failed, said that they wait: {said}; {in_it}"
        f" went in afterwards, {after} failed", len(accepted) == WAITING and not failed and said and done and not after,
    )  # fmt: skip


@contextmanager
def _another_writer(library_path: Path) -> Iterator[None]:
    from filelock import FileLock

    with FileLock(library_path / "write.lock"):
        (library_path / "writer.pid").write_text(f"{os.getpid()}\n", encoding="ascii")
        yield


def deleted_folder(work: Path) -> Outcome:
    """The library's folder deleted under a running server: the next question is told so, and nothing is kept there."""
    library_path = work / "library"
    with served(library_path) as server:
        visitor = Visitor(server.url)
        visitor.ask(QUESTION)
        shutil.rmtree(library_path)
        shown = [visitor.ask(QUESTION), Visitor(server.url).ask(QUESTION)]
        status, alive = visitor.upload(*page_of(1)), server.process.poll() is None
        traces = server.said().count("Traceback")
    told = [any(word in one for word in ("没有库", "库被移走、删除或换掉了")) for one in shown]
    left = [path.name for path in library_path.rglob("*")] if library_path.exists() else []
    return Outcome(
        f"told at the next question: {told}, upload {status}, files made in the deleted place: {left or 'none'}, serves"
        f" on: {alive}, tracebacks {traces}", all(told) and not left and alive and not traces and status != 200,
    )  # fmt: skip


def damaged_conversations(work: Path) -> Outcome:
    """`conversations.db` damaged at random, its bytes or one of its values: every error is one of ours, and where a
    value is damaged the other conversations open.
    """
    from qa.errors import QaError

    whole = _three_conversations(work / "library")
    foreign, said, read, hidden = [], 0, 0, 0
    for seed in range(DAMAGES):
        place, choose = work / "damaged", random.Random(seed)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        damage = _damage_bytes if seed % 2 else _damage_a_value
        (place / "conversations.db").write_bytes(whole)
        damage(place / "conversations.db", choose)
        try:
            opened, refused = _read_all(place)
            read, said = read + opened, said + refused
            hidden += damage is _damage_a_value and opened < len(ASKED) - 1
        except QaError:
            said, hidden = said + 1, hidden + (damage is _damage_a_value)
        except Exception as error:  # noqa: BLE001 - any error that is not ours is what is looked for
            foreign.append(type(error).__name__)
    return Outcome(
        f"{DAMAGES} damages: {read} conversations read, {said} times an error of ours, foreign errors"
        f" {len(foreign)} {sorted(set(foreign)) or ''}, another conversation hidden {hidden} times",
        not foreign and not hidden,
    )


def _three_conversations(library_path: Path) -> bytes:
    """The file of three conversations of one visitor."""
    with served(library_path) as server:
        visitor = Visitor(server.url)
        for question in ASKED:
            visitor.talk = ""
            visitor.ask(question)
        server.end(signal.SIGINT)
    return (library_path / "conversations.db").read_bytes()


def _damage_bytes(file: Path, choose: random.Random) -> None:
    data = bytearray(file.read_bytes())
    for _ in range(choose.randint(1, 6)):
        at, count = choose.randrange(100, len(data) - 16), choose.randint(1, 16)
        data[at : at + count] = choose.randbytes(count)
    file.write_bytes(data)


def _damage_a_value(file: Path, choose: random.Random) -> None:
    """Another value in one field of one message: of another type, no JSON, JSON of another form."""
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        field = choose.choice(("question", "filters", "refused", "answer", "problem", "seconds", "position", "said"))
        with suppress(sqlite3.IntegrityError):  # not everything may be NULL
            plain.execute(
                f"UPDATE messages SET {field} = ? WHERE number = 2",
                [choose.choice((*WRONG_VALUES, choose.randbytes(20)))],
            )


def _read_all(place: Path) -> tuple[int, int]:
    """Read every conversation of everyone, and all feedback; how many opened, and how many said that they do not."""
    from qa.errors import QaError
    from qa.store.conversations import Conversations

    with closing(sqlite3.connect(place / "conversations.db")) as plain:
        try:
            owners = {row[0] for row in plain.execute("SELECT owner FROM conversations")}
        except (sqlite3.Error, UnicodeDecodeError):
            owners = {"nobody"}
    opened = refused = 0
    with Conversations.open(place) as kept:
        for owner in map(str, owners):
            for one in kept.listed(owner):
                try:
                    opened += bool(kept.messages(owner, one.id, lambda article: ()))
                except QaError:
                    refused += 1
        list(kept.feedback())
    return opened, refused


def killed_copies(work: Path) -> Outcome:
    """`qa export --all` and `qa import` killed at random moments: after the next that ends well no copy is left."""
    out, into = work / "out", work / "into"
    out.mkdir()
    backup = out / "backup.zip"
    cut_short = sum(_killed_at_its_copy(out, work / "library", "export", "--all", backup) for _ in range(KILLS))
    done = [qa(work / "library", "export", "--all", backup).returncode]
    for _ in range(KILLS):
        cut_short += _killed_at_its_copy(into, into, "import", backup)
        if (into / "library.db").exists():
            shutil.rmtree(into)
    done.append(qa(into, "import", backup).returncode)
    left = [path.name for path in (*out.iterdir(), *into.iterdir()) if _is_copy(path)]
    seen = f"{cut_short} of {2 * KILLS} killed with a copy half made, then exit {done}; left over: {left or 'nothing'}"
    return Outcome(seen, cut_short > KILLS and done == [0, 0] and not left)


def _killed_at_its_copy(place: Path, library_path: Path, *words: object) -> bool:
    """A call that is killed as soon as another copy appears in the place; whether it came to that."""
    before = set(filter(_is_copy, place.iterdir())) if place.is_dir() else set()
    process = subprocess.Popen(
        [QA, "--library", library_path, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    found = False
    while not found and process.poll() is None:
        found = place.is_dir() and bool(set(filter(_is_copy, place.iterdir())) - before)
        time.sleep(0.001)
    process.kill()
    return process.wait() == -signal.SIGKILL and found


def _is_copy(path: Path) -> bool:
    return path.name.startswith(("tmp", ".")) or ".tmp" in path.name


def terminated(work: Path) -> Outcome:
    """SIGTERM while files are read, a question is asked and a page is open: ends like Ctrl-C."""
    library_path, seen, held = work / "library", [], True
    for sign in (signal.SIGTERM, signal.SIGINT):
        with served(library_path) as server:
            visitor = Visitor(server.url)
            for number in range(10):
                visitor.upload(*page_of(number + 100 * sign))
            asking = threading.Thread(target=_ask_into_the_end, args=(server.url,))
            asking.start()
            began = time.monotonic()
            code, seconds = server.end(sign), time.monotonic() - began
            asking.join()
            traces = server.said().count("Traceback")
        left = [path.name for path in library_path.rglob("*-wal")]
        seen.append(f"{sign.name}: exit {code} after {seconds:.1f} s, left {left or 'nothing'}, tracebacks {traces}")
        held &= code == (0 if sign == signal.SIGTERM else code) and code in (0, 130) and not left and not traces
    checked = qa(library_path, "check", "--json")
    return Outcome("; ".join(seen), held and b"Traceback" not in checked.stderr)


def _ask_into_the_end(url: str) -> None:
    from httpx import HTTPError

    with suppress(HTTPError, StopIteration):
        Visitor(url).ask(QUESTION)


def long_paths(work: Path) -> Outcome:
    """A name or a path longer than the system takes: said as what it is, wherever one can be given."""
    library_path, seen = work / "library", {}
    for kind, path in (("name", NAME_TOO_LONG), ("path", PATH_TOO_LONG)):
        seen[f"add {kind}"] = complaint_of(qa(library_path, "add", work / path))
        seen[f"import {kind}"] = complaint_of(qa(work / "new", "import", work / path))
        seen[f"export {kind}"] = complaint_of(qa(library_path, "export", "--all", work / path))
        seen[f"library {kind}"] = complaint_of(qa(work / path, "ask", "谁？"))
        seen[f"new library {kind}"] = complaint_of(qa(work / path, "add", work / "library"))
        seen[f"questions {kind}"] = complaint_of(qa(library_path, "ask", "--questions", work / path))
    with served(library_path) as server:
        visitor = Visitor(server.url)
        for kind, path in (("name", NAME_TOO_LONG), ("path", PATH_TOO_LONG)):
            seen[f"screen {kind}"] = str(visitor.call("shelf", "folder", {"path": str(work / path)}).get("problem", ""))
    unnamed = [name for name, said in seen.items() if "太长" not in said]
    return Outcome(
        f"{len(seen) - len(unnamed)} of {len(seen)} say that it is too long; not: {unnamed or 'none'}", not unnamed
    )


def tampered_model(work: Path) -> Outcome:
    """64 bytes changed in any file that is loaded: found before it serves, so that results are the same or none."""
    installed = work / "installed"
    models = installed / "qa" / "made"
    shutil.copytree(
        Path(qa_package.__file__).parent, models.parent, ignore=shutil.ignore_patterns("made", "__pycache__")
    )
    shutil.copytree(_models(), models)
    wanted = _search(work / "library", installed)
    served_wrong, seen = [], 0
    for path in sorted(path for path in models.rglob("*") if path.is_file() and not path.name.startswith(".")):
        whole = path.read_bytes()
        _flip(path, whole)
        found, seen = _search(work / "library", installed), seen + 1
        served_wrong += [path.relative_to(models).as_posix()] if found not in (wanted, "") else []
        shutil.rmtree(models)
        shutil.copytree(_models(), models)
    return Outcome(
        f"{seen} files changed, {len(served_wrong)} served: {served_wrong or 'none'}", not served_wrong and seen > 0
    )


def _models() -> Path:
    """What ships, or what stands for it in a checkout that was not installed."""
    from qa.text import cache

    return cache.SHIPPED if cache.SHIPPED.exists() else cache.folder()


def _search(library_path: Path, installed: Path) -> str:
    """Passages with their scores; nothing where it is refused in words of ours."""
    nowhere = str(installed.parent / "none")
    done = qa(library_path, "search", "--json", QUESTION, PYTHONPATH=str(installed), QA_MODELS=nowhere)
    if done.returncode == 0:
        return json.dumps(json.loads(done.stdout)["passages"])
    return "" if complaint_of(done) not in ("", "traceback") else f"exit {done.returncode}: {done.stderr[-200:]!r}"


def _flip(path: Path, whole: bytes) -> None:
    """Change bytes in the middle of the file, in place: same size, same inode."""
    at = max(len(whole) // 2 - FLIPPED // 2, 0)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes(byte ^ 0x15 for byte in whole[at : at + FLIPPED]))


ATTACKS = (
    Attack("killed-uploads", "what was accepted is read after a restart; nothing is left of the rest", killed_uploads),
    Attack("locked-uploads", "they wait, say so, and go in when the lock is free", locked_uploads),
    Attack("deleted-folder", "the next question is told; nothing is kept into deleted files", deleted_folder),
    Attack("damaged-conversations", "every error is one of ours", damaged_conversations),
    Attack("killed-copies", "no copy is left behind", killed_copies),
    Attack("terminated", "SIGTERM ends like Ctrl-C: exit 0, no -wal, no traceback", terminated),
    Attack("long-paths", "an over-long path is named as what it is", long_paths),
    Attack("tampered-model", "what was changed is not served", tampered_model),
)  # fmt: skip
