"""What is made once from what is installed, and kept: the embedding models, the tables of words and characters.

It lies in the user's cache, or where the environment variable QA_MODELS says. All of it can be made again.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa import digests
from qa.errors import ModelError
from qa.system import reason_of

_DIGESTS = "digests.json"  # in a folder of the cache: {file: SHA-256}


def folder() -> Path:
    if given := os.environ.get("QA_MODELS"):
        return Path(given).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("wenbao", appauthor=False) / "models"


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of the cache; where it is not there, or not as it was made, `make` fills it now. Raises
    ModelError.

    All or nothing: an interrupt leaves no half-made folder, and two processes wait for each other.
    """
    place = folder() / name
    try:
        if not _is_whole(place):
            _fill(place, make)
    except OSError as error:
        raise ModelError(
            "{name} 在 {path} 读不到也写不进（{reason}）。腾出空间或改权限，或用 QA_MODELS 另指一处。",
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
        found = {file.name: digests.digest(made, (file.name,)) for file in sorted(made.iterdir())}
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
        expected: dict[digests.Files, str] = {(str(file),): str(sha256) for file, sha256 in found.items()}
    except (OSError, ValueError, AttributeError):
        return False
    return bool(expected) and not digests.altered(place, expected, place.with_name(f".{place.name}.checked"))
