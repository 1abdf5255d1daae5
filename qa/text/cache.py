"""Files computed once from other packages, those that ship or in the user's cache, and the check that they are intact.

Beside the digest of a file is kept its size, the times of its last change (`mtime`, and `ctime`, which no program sets)
and its number on the disk; while all are as they were, it is not hashed again. So a start costs a look at each file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.errors import ModelError, reason_of

Files = tuple[str, ...]
"""Names of files of a folder that have one digest: that of their contents, one after the other."""

_SETTLED_NS = 2_000_000_000  # a file changed so lately may be changed again without its times telling


def digest(folder: Path, files: Files) -> str:
    """SHA-256 of the files, read whole. Raises OSError."""
    found = hashlib.sha256()
    for file in files:
        with (folder / file).open("rb") as read:
            hashlib.file_digest(read, lambda: found)
    return found.hexdigest()


def altered(folder: Path, expected: Mapping[Files, str], stamps: Path | None = None) -> tuple[Files, ...]:
    """Those of `expected` that have another digest than it says, or cannot be read.

    `stamps` is a file that knows what was found right before, written where it may be; without it, all is hashed.
    """
    known = _read(stamps) if stamps else {}
    seen = {files: _seen(folder, files, sha256) for files, sha256 in expected.items()}
    doubted = [files for files in expected if seen[files] is None or known.get(_key(files)) != seen[files]]
    wrong = tuple(files for files in doubted if not _is_right(folder, files, expected[files]))
    right = [files for files in doubted if files not in wrong and _is_settled(folder, files)]
    found = {_key(files): seen[files] for files in right if seen[files] == _seen(folder, files, expected[files])}
    if stamps and found:
        _write(stamps, {**known, **found})
    return wrong


def _key(files: Files) -> str:
    return "/".join(files)


def _seen(folder: Path, files: Files, sha256: str) -> list[object] | None:
    """What stands for the files being of that digest, as JSON gives it back; None where one is not there."""
    try:
        looked = [(folder / file).stat() for file in files]
    except OSError:
        return None
    return [sha256, *([one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino] for one in looked)]


def _is_right(folder: Path, files: Files, sha256: str) -> bool:
    try:
        return digest(folder, files) == sha256
    except OSError:
        return False


def _is_settled(folder: Path, files: Files) -> bool:
    looked = [(folder / file).stat() for file in files]
    latest = max(max(one.st_mtime_ns, one.st_ctime_ns) for one in looked)
    return latest + _SETTLED_NS < time.time_ns()


def _read(stamps: Path) -> dict[str, object]:
    """Nothing where there is none, or a damaged one: then all is hashed."""
    try:
        found = json.loads(stamps.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(stamps: Path, known: Mapping[str, object]) -> None:
    """Where it may be written: elsewhere each start hashes all."""
    partial = stamps.with_name(f"{stamps.name}.{os.getpid()}.{threading.get_ident()}")
    with suppress(OSError):
        stamps.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(known, sort_keys=True), encoding="utf-8")
        partial.replace(stamps)


_DIGESTS = "digests.json"  # in a folder of the cache: {file: SHA-256}
_PACKAGE = Path(__file__).parents[1]
SHIPPED = _PACKAGE / "made"
"""What `qa.build` made when this was installed, in the form that `folder` has; a checkout that was not installed has
none, and makes it in the cache."""


def folder() -> Path:
    """The user's cache of this program, or the folder that the environment variable QA_MODELS names."""
    if given := os.environ.get("QA_MODELS"):
        return Path(given).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("wenbao", appauthor=False) / "models"


def shipped(name: str) -> Path | None:
    """The folder `name` of what ships; None where it does not."""
    place = SHIPPED / name
    return place if place.is_dir() else None


def stamps(place: Path) -> Path:
    """The file that knows what the files in the folder `place` were like when they were last found right: beside it; in
    the cache for what is installed, which may not be written.
    """
    if _PACKAGE not in place.parents:
        return place.with_name(f".{place.name}.checked")
    return folder() / f".{place.name}-{hashlib.sha256(str(place).encode()).hexdigest()[:8]}.checked"


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of what ships, else of the cache; there `make` fills it now where it is missing, or not as it
    was made. Raises ModelError.

    All or nothing: an interrupt leaves no half-made folder, and two processes wait for each other.
    """
    if place := shipped(name):
        if not _is_whole(place):
            raise ModelError("install.damaged", file=place)
        return place
    place = folder() / name
    try:
        if not _is_whole(place):
            _fill(place, make)
    except ModuleNotFoundError as error:
        raise ModelError("cache.not-shipped", name=name, missing=error.name) from error
    except OSError as error:
        raise ModelError(
            "cache.unusable",
            name=name,
            path=place.parent,
            reason=reason_of(error),
        ) from error
    return place


@contextmanager
def scratch_for(place: Path) -> Iterator[Path]:
    """A folder beside `place` to make it in, while nobody else does; what a killed process left there is gone."""
    from filelock import FileLock

    prefix = f".{place.name}.making-"
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(place.parent / f".{place.name}.lock"):
        for left in place.parent.glob(f"{prefix}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=prefix) as scratch:
            yield Path(scratch)


def _fill(place: Path, make: Callable[[Path], None]) -> None:
    with scratch_for(place) as scratch:
        if _is_whole(place):  # another process was quicker
            return
        made = scratch / "made"
        made.mkdir()
        make(made)
        found = {file.name: digest(made, (file.name,)) for file in sorted(made.iterdir())}
        (made / _DIGESTS).write_text(json.dumps(found), encoding="utf-8")
        for file in made.iterdir():
            with file.open("rb") as written:
                os.fsync(written.fileno())
        if place.exists():
            place.replace(scratch / "old")
        made.replace(place)


def _is_whole(place: Path) -> bool:
    """Whether the folder holds what was made; one without digests is an earlier version's."""
    try:
        found = json.loads((place / _DIGESTS).read_text(encoding="utf-8"))
        expected: dict[Files, str] = {(str(file),): str(sha256) for file, sha256 in found.items()}
    except (OSError, ValueError, AttributeError):
        return False
    return bool(expected) and not altered(place, expected, stamps(place))
