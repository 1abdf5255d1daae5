"""The import law of the house: who may import whom, and what must never be loaded where."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INNERMOST = {"types", "errors", "protocols", "settings", "changes", "mentions", "shelf", "readings", "system"}
ALLOWED = {
    "numerals": set(),
    "sentences": {"types"},
    "cache": {"errors", "digests"},
    "private": set(),
    "digests": set(),
    "scratch": set(),
    "segmenter": {"cache"},
    "text": {"types", "numerals", "sentences", "segmenter"},
    "cutter": {"text"},
    "readers": {"types", "errors", "scratch"},
    "articles": {"types", "text", "dates"},
    "dates": {"types", "text"},
    "passages": {"types", "text"},
    "graphs": set(),
    "embedding": {"types", "errors", "cache", "graphs", "digests", "scratch"},
    "stores": {"types", "errors", "private", "scratch"},
    "questions": {"types", "text", "numerals"},
    "spelling": {"types", "text", "cache"},
    "verbatim": {"types", "text"},
    "exact": {"types", "text", "verbatim"},
    "glossary": {"types", "errors", "text", "verbatim"},
    "counting": {"types", "errors", "text", "verbatim"},
    "reprints": {"types", "text"},
    "timeliness": {"types"},
    "growing": {"types", "text"},
    "retrieve": {"types", "text", "reprints", "timeliness", "growing"},
    "answering": {"types", "text", "numerals", "errors", "graphs", "growing", "timeliness", "cache", "digests"},
    "suggest": {"types", "text"},
    "wire": {"types", "conversations"},
    "plain": {"types"},
    "usage": set(),
    "options": {"usage"},
    "terminal": {"types", "errors"},
    "given": {"types", "errors", "readers"},
    "archive": {"types", "errors", "text", "cutter", "numerals", "readers", "articles", "passages", "embedding",
                "stores", "questions", "spelling", "counting", "exact", "glossary", "suggest", "retrieve",
                "timeliness", "reprints", "answering"},
    "keys": {"errors", "private", "stores"},
    "conversations": {"types", "errors", "text", "private", "stores"},
    "evaluate": {"types", "errors", "text", "archive"},
    "offline": {"answering", "embedding", "errors", "types"},
    "check": {"types", "errors", "glossary", "archive", "stores", "answering", "embedding",
              "offline", "private", "conversations"},
}  # fmt: skip
ALWAYS = {"protocols", "settings", "changes", "mentions", "shelf", "readings", "system"}


def _modules() -> list[Path]:
    return sorted((ROOT / "qa").rglob("*.py"))


def _room(path: Path) -> str:
    first = path.relative_to(ROOT / "qa").parts[0]
    return first.removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_import_only_what_they_may(path: Path) -> None:
    room = _room(path)
    if room in {"cli", "commands", "__init__"}:
        return
    inner = {name.split(".")[1] for name in _imports(path) if name.startswith("qa.")}
    if room in INNERMOST:
        assert inner <= INNERMOST
        outer = {name.split(".")[0] for name in _imports(path)} - {"qa"}
        assert outer <= set(sys.stdlib_module_names)
    else:
        assert inner <= ALLOWED[room] | ALWAYS | {room}, f"{room} imports {inner}"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_terminal_prints_and_only_the_app_knows_gradio(path: Path) -> None:
    names = {name.split(".")[0] for name in _imports(path)}
    assert "gradio" not in names
    if _room(path) != "terminal":
        calls = {node.func.id for node in ast.walk(ast.parse(path.read_text("utf-8")))
                 if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
        assert not calls & {"print", "exit", "quit"}


def test_gradio_is_imported_in_the_app_and_its_views_alone() -> None:
    for path in sorted((ROOT / "ui").rglob("*.py")):
        place = path.relative_to(ROOT / "ui")
        if "gradio" in {name.split(".")[0] for name in _imports(path)}:
            assert place == Path("app.py") or place.parts[0] == "views", place


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, qa.cli, qa.options, qa.terminal; qa.options._parser().format_help(); print(sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    for heavy in ("torch", "faiss", "gradio", "numpy", "onnxruntime", "tantivy", "opencc"):
        assert f"'{heavy}'" not in loaded
