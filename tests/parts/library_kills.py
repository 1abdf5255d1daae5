"""Kill a library at random moments of everything that changes it: adds, edits, exports, uploads and others.

Each change is made by a process of its own, forked from one that has everything imported already (a kill costs a
fraction of a second), over what the kills before it have left.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

from qa import cli
from qa.errors import ModelMismatch, UsageError
from qa.index import term_worker
from qa.library import adding
from qa.library.library import Library
from qa.types import Edit
from qa.types.protocols import Array, Progress
from tests.parts.library import HashingEmbedder, assert_whole, found_sources, open_library, story, write_records
from tests.parts.library_faults import named_by_check

FILES, RECORDS, LARGE = 9, 12, 60
EDITED = "0.jsonl"  # the one file whose stories are changed by hand
MODELS = {"hashing": 64, "other": 48}
UPLOADS = 3  # at a time
BATCH_SECONDS = 0.01  # of making vectors
SURE_SECONDS = 60.0  # in which whatever is not killed has ended
PRELOADED = (
    "tests.parts.library_kills", "anyio._backends._asyncio", "charset_normalizer", "fastapi", "filelock",
    "platformdirs", "rjieba", "starlette.testclient", "qa.articles.cutting", "qa.formats.plain", "qa.formats.jsonl",
    "ui.ingest", "ui.uploads",
)  # fmt: skip
"""What a process that changes a library imports: ten times as long as the change itself."""
MENDED_BY_GOING_ON = {"段还没有向量", "没有读完", "换模型没有做完"}


@dataclass
class Ground:
    """Where it happens, and what was told so far."""

    root: Path
    version: int = 0
    accepted: set[str] = field(default_factory=set)  # uploads answered with 200, and not removed since

    @property
    def papers(self) -> Path:
        return self.root / "papers"

    @property
    def library_path(self) -> Path:
        return self.root / "library"

    @property
    def backup(self) -> Path:
        return self.root / "out" / "backup.zip"

    @property
    def imported(self) -> Path:
        return self.root / "imported"

    @property
    def notes(self) -> Path:
        return self.root / "notes"

    def note(self, *words: str) -> None:
        """Say something that outlives a kill."""
        with self.notes.open("a", encoding="utf-8") as file:
            file.write("\t".join(words) + "\n")

    def told(self, of: str) -> list[str]:
        """What the last process said of something."""
        lines = self.notes.read_text("utf-8").splitlines() if self.notes.exists() else []
        return [word for line in lines for word in line.split("\t")[1:] if line.split("\t")[0] == of]


class Slow(HashingEmbedder):
    """So that kills fall into the making of vectors."""

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        time.sleep(BATCH_SECONDS)
        return super().embed_passages(texts, progress)


def opened(library_path: Path, *, create: bool = False) -> Library:
    """The library with whichever of the two models serves it now."""
    for name, dimension in MODELS.items():
        try:
            return open_library(library_path, create=create, embedder=Slow(name, dimension))
        except ModelMismatch:
            continue
    raise AssertionError("neither model")


def add(ground: Ground, choose: random.Random) -> None:
    adding._FEWEST_PAGES, adding._SOONEST_SECONDS = 20, 0.02  # the large file goes in by parts, no small one
    term_worker._BATCH = 20  # and a second process cuts its terms
    with opened(ground.library_path, create=True) as library:
        report = library.add([ground.papers], vectors=False)
        ground.note("reported", *report.added, *report.changed, *report.unchanged)
        library.vectors.make()


def remove(ground: Ground, choose: random.Random) -> None:
    with opened(ground.library_path) as library:
        sources = [info.source for info in library.files() if info.source != EDITED]
        chosen = choose.sample(sources, min(2, len(sources)))
        ground.note("removing", *chosen)
        library.remove(chosen)
        ground.note("removed", *chosen)


def edit(ground: Ground, choose: random.Random) -> None:
    with opened(ground.library_path) as library:
        article = choose.choice(library.articles_of(EDITED))
        title = f"改过的题目{choose.randrange(10_000)}"
        steps: list[Callable[[], object]] = [
            lambda: library.edit(article.id, Edit(article.id, title=title)),
            lambda: library.split(article.id, len(article.text) // 2),
            lambda: library.join(article.id),
            lambda: library.reset(article.id),
        ]
        which = choose.choice([0, 0, 1, 2, 3])
        try:
            steps[which]()
        except UsageError:  # the last of its page cannot be joined
            return
        if which == 0:
            ground.note("edited", title)


def export_all(ground: Ground, choose: random.Random) -> None:
    assert cli.main(["--library", str(ground.library_path), "--quiet", "export", "--all", str(ground.backup)]) == 0
    ground.note("exported")


def import_all(ground: Ground, choose: random.Random) -> None:
    assert cli.main(["--library", str(ground.imported), "--quiet", "import", str(ground.backup)]) == 0
    ground.note("imported")


def change_model(ground: Ground, choose: random.Random) -> None:
    with opened(ground.library_path) as library:
        name = next(name for name in MODELS if name != library.model)
        library.set_model(Slow(name, MODELS[name]))
        ground.note("model", name)


def upload(ground: Ground, choose: random.Random) -> None:
    """As a server does it: what waited before goes in as well."""
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from ui import uploads
    from ui.door import Quotas
    from ui.ingest import Ingest

    with opened(ground.library_path) as library:
        ingest = Ingest(library)
        ingest.start()
        application = FastAPI()
        application.include_router(uploads.router(library, ingest, Quotas()))
        client = TestClient(application)
        for _ in range(UPLOADS):
            number = choose.randrange(1 << 30)
            name = f"带来{number}.txt"
            answer = client.post(uploads.PATH, content=story(number).encode(), headers={"x-name": quote(name)})
            if answer.status_code == 200:
                ground.note("accepted", answer.json()["name"])
        while ingest.is_running or library.vectors.status.is_running:
            time.sleep(0.01)
        ground.note("done")
        ingest.close()


CHANGES: dict[str, Callable[[Ground, random.Random], None]] = {
    "add": add,
    "remove": remove,
    "edit": edit,
    "export": export_all,
    "import": import_all,
    "model": change_model,
    "upload": upload,
}


def kill_changes(root: Path, kills: int, seed: int, kinds: Sequence[str] = tuple(CHANGES)) -> Iterator[tuple[str, int]]:
    """As many kills in turn over the kinds of change, and a look at the library after each; yields the kind and how
    many were killed so far. AssertionError where something is wrong.
    """
    choose, ground = random.Random(seed), Ground(root)
    _prepare(ground)
    durations = {kind: _run(ground, kind, choose.random(), SURE_SECONDS)[1] for kind in kinds}
    look(ground)
    killed = turns = 0
    while killed < kills:  # some are done before their moment comes
        kind = kinds[turns % len(kinds)]
        turns += 1
        _turn(ground, kind)
        was_killed, seconds = _run(ground, kind, choose.random(), choose.uniform(0, durations[kind]))
        durations[kind] = durations[kind] if was_killed else (durations[kind] + seconds) / 2
        killed += was_killed
        look(ground)
        yield kind, killed
    finish(ground)


def _prepare(ground: Ground) -> None:
    """The library of the first version, and a backup of it."""
    ground.backup.parent.mkdir(parents=True)
    write_papers(ground)
    for kind in ("add", "export"):
        _run(ground, kind, 0.0, SURE_SECONDS)


def _turn(ground: Ground, kind: str) -> None:
    """What the next change finds: other papers for an add, no library where one is to be imported."""
    if kind == "add":
        ground.version += 1
        write_papers(ground)
    if kind == "import" and (ground.imported / "library.db").exists():
        shutil.rmtree(ground.imported)


def write_papers(ground: Ground) -> None:
    """Small files and a large one; with each version some of them are new, changed or gone. The edited one stays."""
    ground.papers.mkdir(exist_ok=True)
    for number in range(FILES):
        first = number * 1000 + (ground.version * 20 if number and number % 3 == ground.version % 3 else 0)
        write_records(ground.papers / f"{number}.jsonl", range(first, first + RECORDS))
    (ground.papers / f"large{ground.version - 1}.jsonl").unlink(missing_ok=True)
    first = 20_000 + ground.version % 50 * 100
    write_records(ground.papers / f"large{ground.version}.jsonl", range(first, first + LARGE))


def _run(ground: Ground, kind: str, seed: float, seconds: float) -> tuple[bool, float]:
    """Make a change, and kill it after so many seconds; whether it came to that, and the seconds it took."""
    ground.notes.unlink(missing_ok=True)
    context = get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    process = context.Process(target=_change, args=(ground, kind, seed))
    process.start()
    began = time.monotonic()
    process.join(seconds)
    took = time.monotonic() - began
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), f"{kind} ended with {process.exitcode}"
    assert seconds < SURE_SECONDS or process.exitcode == 0, f"{kind} does not end"
    return process.exitcode == -signal.SIGKILL, took


def _change(ground: Ground, kind: str, seed: float) -> None:
    """In the process of its own; what commands print is nobody's."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    CHANGES[kind](ground, random.Random(seed))


def look(ground: Ground) -> None:
    """What was told is so; what is found exists; a small file is in whole or not at all; nothing is half made."""
    removing, removed = ground.told("removing"), ground.told("removed")
    ground.accepted = (ground.accepted | set(ground.told("accepted"))) - set(removing)
    with opened(ground.library_path) as library:
        files = {info.source: info for info in library.files()}
        for source in ground.told("reported"):
            assert files[source].complete, source
        assert not files.keys() & set(removed), "removed, and there again"
        assert len(files.keys() & set(removing)) in (0, len(removing)), "removed in part"
        assert set(found_sources(library, "西集供暖工程")) <= set(files)
        for source, info in files.items():
            if info.source[0].isdigit() and source != EDITED:
                assert info.complete, source
                assert len(library.articles_of(source)) == RECORDS, source
        titles = {article.title for article in library.articles_of(EDITED)}
        assert set(ground.told("edited")) <= titles
        assert library.model in (ground.told("model") or MODELS)
        waiting = {path.name for path in library.inbox.glob("*.txt")} if library.inbox.exists() else set()
        assert ground.accepted <= files.keys() | waiting, "accepted, and gone"
    assert_whole(ground.library_path, embedded=False)
    assert named_by_check(ground.library_path) - MENDED_BY_GOING_ON == set()
    if (ground.imported / "library.db").exists():
        with opened(ground.imported) as library:
            found_sources(library, "西集供暖工程")  # makes its indexes
        assert_whole(ground.imported, embedded=False)
    assert not ground.told("imported") or (ground.imported / "library.db").exists()


def finish(ground: Ground) -> None:
    """Everything once more, undisturbed: all that was accepted is in, with vectors, as in a library made in one go, and
    nothing is left over.
    """
    for kind in ("upload", "add", "model", "export"):
        _run(ground, kind, 0.5, SURE_SECONDS)
        look(ground)
    _turn(ground, "import")
    _run(ground, "import", 0.5, SURE_SECONDS)
    look(ground)
    with opened(ground.library_path) as library, open_library(ground.root / "fresh", create=True) as fresh:
        library.add([ground.papers], prune=True)
        fresh.add([ground.papers])
        assert _ids(library) == _ids(fresh)
        assert ground.accepted <= {info.source for info in library.files()}, "accepted, and never read"
    assert_whole(ground.library_path)
    left = [path.name for path in ground.root.glob("*/*") if path.name.startswith(("tmp", ".")) or ".tmp" in path.name]
    assert not left, left
    assert not list(ground.library_path.rglob("*.part"))


def _ids(library: Library) -> set[str]:
    """Of the papers that nobody edits."""
    sources = [info.source for info in library.files() if info.source.endswith(".jsonl") and info.source != EDITED]
    return {article.id for source in sources for article in library.articles_of(source)}
