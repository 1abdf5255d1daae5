"""Attacks of `bench.attacks` on access: password, cookies, guessing, host names, files on disk."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.faults.attack_parts import (
    ELSEWHERE,
    HERE,
    PASSWORD,
    QUESTION,
    THIRD,
    Attack,
    Outcome,
    Refused,
    Server,
    Visitor,
    half_open,
    page_of,
    qa,
    served,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

ODD = (
    'prefs={"theme":"dark"}',
    "name=张三",
    "x=a b",
    "plain",
    'q="abc',
    "a[b]=1",
    "t=2025-01-01T00:00:00",
    "=nameless",
    "long=" + "y" * 3000,
)
GUESSES = 60
AT_ONCE_SECONDS = 2.0
BROWSER_MS = 30_000  # for anything to appear
MONTH_SECONDS = 30 * 24 * 3600


def browser(work: Path) -> Outcome:
    """In a real Chromium: a wrong password, the right one, a question, out again, and the door is shut."""
    with served(work / "library", password=PASSWORD) as server, _chromium() as page:
        page.goto(server.url)
        page.fill("#password", "不对")
        page.press("#password", "Enter")
        page.wait_for_load_state()
        refused = page.locator("[role=alert]").count() == 1 and page.locator("#password").count() == 1
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_load_state()
        page.wait_for_selector(".welcome")
        page.fill("#question textarea", QUESTION)
        page.press("#question textarea", "Enter")
        page.wait_for_selector(".turn .answer")
        kept = page.context.cookies()
        page.locator("[data-logout], a[href$=logout], form[action$=logout] button").first.click()
        page.wait_for_selector("#password")
        page.goto(server.url)
        shut = page.locator("#password").count() == 1
        old = Visitor(server.url, cookies={one["name"]: one["value"] for one in kept})
        return Outcome(
            f"wrong password refused: {refused}; logged in and answered; shut after logging out: {shut}; "
            f"the old cookies open it: {old.is_in}", refused and shut and not old.is_in,
        )  # fmt: skip


@contextmanager
def _chromium() -> Iterator[Page]:
    """A page of a Chromium of its own; Refused where something does not come to be seen on it."""
    from playwright.sync_api import Error, sync_playwright

    from tests.parts.browser import FLAGS, executable

    where = executable()
    if where is None:
        raise Refused("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=where, args=FLAGS)
        page = opened.new_page()
        page.set_default_timeout(BROWSER_MS)
        try:
            yield page
        except Error as error:
            raise Refused(f"{error.message.splitlines()[0]} The page says: {page.inner_text('body')[:80]!r}") from error
        finally:
            opened.close()


def odd_cookies(work: Path) -> Outcome:
    """With cookies of other programs on this host: still logged in, conversations still there."""
    shut, lost = [], []
    with served(work / "library", password=PASSWORD) as server:
        for odd in ODD:
            for after in (False, True):
                visitor = Visitor(server.url)
                visitor.log_in()
                visitor.odd, visitor.after = odd, after
                shut += [] if visitor.is_in and Visitor(server.url, odd=odd, after=after).log_in() == 303 else [odd]
    with served(work / "library") as server:
        visitor = Visitor(server.url)
        visitor.ask(QUESTION)
        for odd in ODD:
            again = Visitor(server.url, cookies=dict(visitor.cookies), odd=odd)
            lost += [] if QUESTION in again.reload() else [odd]
    return Outcome(
        f"{len(set(shut))} of {len(ODD)} odd cookies shut the user out, {len(lost)} hide the conversations",
        not shut and not lost,
    )


def two_libraries(work: Path) -> Outcome:
    """One browser, two libraries on two ports: logging in to one leaves the other as it was."""
    shared: dict[str, str] = {}
    with (
        served(work / "library", password=PASSWORD) as one,
        served(work / "other", password="另一个") as two,
    ):
        first, second = Visitor(one.url, cookies=shared), Visitor(two.url, cookies=shared)
        status = first.log_in(), second.log_in("另一个")
        first.ask(QUESTION)
        stays = first.is_in, second.is_in, first.is_in
        there = QUESTION in first.reload()
    held = status == (303, 303) and all(stays) and there
    return Outcome(f"logged in {status}, still in {stays}, conversations there: {there}", held)


def guessing(work: Path) -> Outcome:
    """Wrong passwords sent and dropped: the owner gets in at once from elsewhere, and a browser known from before too;
    the guesser is told to wait, at once.
    """
    with served(work / "library", password=PASSWORD) as server:
        known = Visitor(server.url, source=ELSEWHERE)
        known.log_in()
        device = dict(known.cookies)
        _drop_guesses(server, GUESSES)
        owner, seconds = _timed_login(Visitor(server.url, source=HERE))
        again, known_seconds = _timed_login(Visitor(server.url, source=ELSEWHERE, cookies=device))
        statuses, slowest = _guess(server, GUESSES, THIRD)
        late, _ = _timed_login(Visitor(server.url, source=THIRD))
        stays = known.is_in
    seen = (
        f"owner {owner} after {seconds:.1f} s, known browser at the guesser's address {again} after"
        f" {known_seconds:.1f} s; guesser told to wait {statuses.count(429)} of {GUESSES} times, slowest answer"
        f" {slowest:.1f} s, right password from there {late}; open page still in: {stays}"
    )
    quick = max(seconds, known_seconds, slowest) < AT_ONCE_SECONDS
    return Outcome(seen, (owner, again) == (303, 303) and quick and statuses.count(429) >= GUESSES // 2 and stays)


def forwarded(work: Path) -> Outcome:
    """A client's own word for its address counts for nothing, unless a proxy is said to stand before the server."""
    with served(work / "library", password=PASSWORD) as server:
        forged, _ = _guess(server, GUESSES, ELSEWHERE, forge=True)
    with served(work / "library", "--behind-proxy", password=PASSWORD) as server:
        _guess(server, GUESSES, HERE, forwarded="198.51.100.7")
        other = Visitor(server.url, headers={"x-forwarded-for": "198.51.100.8"}).log_in()
        prefixed, _ = _guess(server, GUESSES, HERE, forge=True, forwarded="198.51.100.9")
    seen = (
        f"with a forged address told to wait {forged.count(429)} of {GUESSES} times; behind a proxy another client"
        f" {other}, a forged first hop told to wait {prefixed.count(429)} of {GUESSES} times"
    )
    least = GUESSES // 2
    return Outcome(seen, forged.count(429) >= least and other == 303 and prefixed.count(429) >= least)


def _drop_guesses(server: Server, count: int) -> None:
    body = b"password=x"
    head = (
        f"POST /login HTTP/1.1\r\nHost: {server.url.partition('//')[2]}\r\nOrigin: {server.url}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    for connection in half_open(server.url, count, ELSEWHERE, head.encode() + body):
        connection.close()


def _timed_login(visitor: Visitor) -> tuple[int, float]:
    began = time.monotonic()
    return visitor.log_in(), time.monotonic() - began


def _guess(
    server: Server, count: int, source: str, *, forge: bool = False, forwarded: str = ""
) -> tuple[list[int], float]:
    """The statuses of as many wrong guesses, each with another forged address where so wished, and the slowest."""
    statuses, slowest = [], 0.0
    visitor = Visitor(server.url, source=source)
    for number in range(count):
        hops = [f"203.0.113.{number}"] * forge + [forwarded] * bool(forwarded)
        headers = {"x-forwarded-for": ", ".join(hops)} if hops else {}
        began = time.monotonic()
        statuses.append(visitor.post("/login", data={"password": f"猜{number}"}, headers=headers).status_code)
        slowest = max(slowest, time.monotonic() - began)
    return statuses, slowest


def server_folders(work: Path) -> Outcome:
    """Behind a tunnel, with a password on loopback: folders of the server cannot be named without --server-folders."""
    told = {"path": str(work)}
    with served(work / "library", password=PASSWORD) as server:
        visitor = Visitor(server.url)
        visitor.log_in()
        refused = "problem" in visitor.call("shelf", "folder", told)
    with served(work / "library", "--server-folders", password=PASSWORD) as server:
        visitor = Visitor(server.url)
        visitor.log_in()
        allowed = "problem" not in visitor.call("shelf", "folder", told)
    return Outcome(f"refused with a password: {refused}; allowed with --server-folders: {allowed}", refused and allowed)


def host_header(work: Path) -> Outcome:
    """Open to a network without a password: a page of another name that leads here (DNS rebinding) is refused.

    It listens on all addresses for some seconds; only loopback is asked.
    """
    words = ("--host", "0.0.0.0", "--no-password")
    with served(work / "library", *words, "--allowed-host", "archive.lan") as server:
        port = server.url.rpartition(":")[2]
        names = (
            "evil.example",
            f"evil.example:{port}",
            "archive.lan.evil.example",
            f"archive.lan:{port}",
            f"{HERE}:{port}",
        )
        statuses = [Visitor(server.url).get("/config", host=name).status_code for name in names]
    return Outcome(
        f"{dict(zip(names, statuses, strict=True))}", [one == 200 for one in statuses] == [False] * 3 + [True] * 2
    )


def planted_cookie(work: Path) -> Outcome:
    """A cookie planted in a browser before it logs in opens nothing for whoever planted it; cookies live 30 days."""
    with served(work / "library", password=PASSWORD) as server:
        planter = Visitor(server.url)
        planter.get("/")
        victim = Visitor(server.url, cookies=dict(planter.cookies))
        victim.log_in()
        victim.ask(QUESTION)
        kept = [name for name, value in planter.cookies.items() if victim.cookies.get(name) == value]
        outside = planter.is_in
        planter.log_in()
        reads = QUESTION in planter.reload()
        lives = [int(one) for one in _lives(server)]
    held = not kept and not outside and not reads and max(lives) <= MONTH_SECONDS
    return Outcome(
        f"planted cookies kept at login: {len(kept)}, planter let in: {outside}, reads the victim's conversations:"
        f" {reads}; a cookie lives {max(lives) / 86400:.0f} days", held,
    )  # fmt: skip


def _lives(server: Server) -> list[str]:
    """The Max-Age of every cookie of a login."""
    import re

    visitor = Visitor(server.url)
    answers = [visitor.get("/"), visitor.post("/login", data={"password": PASSWORD}), visitor.get("/")]
    lines = [line for answer in answers for line in answer.headers.get_list("set-cookie")]
    return re.findall(r"Max-Age=(\d+)", "\n".join(lines))


def private_files(work: Path) -> Outcome:
    """Whatever the umask: library, conversations, uploads and backup are their owner's alone; an old library's too,
    once it is written.
    """
    fresh, backup = work / "fresh", work / "backup.zip"
    name, data = page_of(1)
    (work / name).write_bytes(data)
    qa(fresh, "add", work / name)
    with served(fresh) as server:
        visitor = Visitor(server.url)
        visitor.ask("第1号桥长多少米？")
        visitor.upload(*page_of(2))
        time.sleep(1)
        open_now = _readable(fresh)
    qa(fresh, "export", "--all", backup)
    old = work / "library"
    for path in (old, *old.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    qa(old, "add", work / name)
    found = {"new library": open_now, "backup": _readable(backup), "old library after an add": _readable(old)}
    return Outcome(
        "; ".join(f"{name}: {len(paths)} readable by all" for name, paths in found.items()), not any(found.values())
    )


def _readable(place: Path) -> list[str]:
    """Names of the files and folders there that others than the owner have any right to."""
    paths = [place, *place.rglob("*")] if place.is_dir() else [place]
    return [path.name for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]


ATTACKS = (
    Attack("browser", "the password lets in from a browser, a wrong one does not, logging out shuts the door", browser),
    Attack("odd-cookies", "cookies of other programs on this host shut nobody out and hide nothing", odd_cookies),
    Attack("two-libraries", "two libraries on two ports do not share their cookies", two_libraries),
    Attack("guessing", "the owner and known browsers are let in at once; the guesser is told to wait", guessing),
    Attack("forwarded", "a client's word for its address counts only with --behind-proxy", forwarded),
    Attack("server-folders", "with a password no server folder is named without --server-folders", server_folders),
    Attack("host-header", "without a password only names that are allowed are answered", host_header),
    Attack("planted-cookie", "a cookie from before the login opens nothing; cookies live 30 days", planted_cookie),
    Attack("private-files", "files are 0600, folders 0700", private_files),
)  # fmt: skip
