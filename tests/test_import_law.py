"""The import law of the house: who may import whom, and what must never be loaded where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import qa

ROOT = Path(__file__).parent.parent
INNERMOST = {"types", "errors"}
ALLOWED = {  # besides the innermost: each room reads rooms above it in the pipeline, and none below; or one module
    "text": set(),
    "formats": {"text.headings", "text.zh", "store.own_files"},
    "articles": {"text"},
    "models": {"text", "store.own_files"},
    "store": {"text.headings", "text.folding"},
    "index": {"text", "articles", "store"},
    "questions": {"text"},
    "retrieval": {"text", "articles", "questions"},
    "answering": {"text", "questions", "retrieval"},
    "citing": {"text"},
    "composing": {"text", "questions"},
    "library": {"text", "formats", "articles", "models", "store", "index", "questions", "retrieval",
                "answering", "composing"},
    "evaluation": {"text", "library"},
    "services": set(),  # this and the next: of the rest, the public names of `qa` alone
    "retrievers": {"services.wire"},
    "build": {"text", "models", "questions"},
}  # fmt: skip


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
    if room in {"cli", "__init__"}:
        return
    imported = {name.removeprefix("qa.") for name in _imports(path) if name.startswith("qa.")}
    if room in INNERMOST:
        assert {name.split(".")[0] for name in imported} <= INNERMOST
        outer = {name.split(".")[0] for name in _imports(path)} - {"qa"}
        assert outer <= set(sys.stdlib_module_names)
    else:
        public = set(qa.__all__) if room in {"services", "retrievers"} else set()
        allowed = ALLOWED[room] | INNERMOST | {room} | public
        assert not {name for name in imported if not allowed & {name, name.split(".")[0], name.rpartition(".")[0]}}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_terminal_prints_and_only_the_app_knows_gradio(path: Path) -> None:
    names = {name.split(".")[0] for name in _imports(path)}
    assert "gradio" not in names
    if path != ROOT / "qa" / "cli" / "terminal.py":
        calls = {node.func.id for node in ast.walk(ast.parse(path.read_text("utf-8")))
                 if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
        assert not calls & {"print", "exit", "quit"}


def test_gradio_is_imported_in_the_app_and_its_views_alone() -> None:
    for path in sorted((ROOT / "ui").rglob("*.py")):
        place = path.relative_to(ROOT / "ui")
        if "gradio" in {name.split(".")[0] for name in _imports(path)}:
            assert place == Path("app.py") or place.parts[0] == "views", place


def test_onnx_runtime_is_loaded_where_its_telemetry_is_off() -> None:
    for path in _modules():
        if "onnxruntime" in {name.split(".")[0] for name in _imports(path)}:
            assert path == ROOT / "qa" / "models" / "graphs.py", path


DEVELOPERS = ("bench", "tests", "training")


def _developers_modules() -> list[Path]:
    return sorted(
        path for room in DEVELOPERS for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts
    )


@pytest.mark.parametrize("path", _developers_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_tests_and_benchmarks_share_the_parts_alone(path: Path) -> None:
    """Tests of a benchmark lie with it; a test imports no other test; no path is put in front of others."""
    room, imported = path.relative_to(ROOT).parts[0], _imported(path)
    tests = {name for name in imported if name.split(".")[0] == "tests" or name.split(".")[0].startswith("test_")}
    assert all(name.startswith("tests.parts") for name in tests)
    assert room != "training" or not tests
    assert room == "bench" or not any(name.split(".")[0] == "bench" for name in imported)
    assert not re.search(r"sys\.path\.(insert|append|extend)", path.read_text("utf-8"))


def _imported(path: Path) -> set[str]:
    """What a module imports, and what the programs in its strings do."""
    written = re.findall(
        r"^\s*(?:[\"']|.*;\s*)?(?:from|import) ((?:bench|tests|test_)[\w.]*)", path.read_text("utf-8"), re.MULTILINE
    )
    return _imports(path) | set(written)


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "qa").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_product_knows_nothing_of_its_developers(path: Path) -> None:
    assert not {name.split(".")[0] for name in _imports(path)} & set(DEVELOPERS)


@pytest.mark.parametrize(
    "path",
    sorted(path for room in ("qa", "ui", "bench", "training", "tests/parts") for path in (ROOT / room).rglob("*.py")),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_says_in_one_line_what_it_is_for(path: Path) -> None:
    first, _, _ = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n\n")
    assert first.strip()
    assert "\n" not in first.strip()


def test_the_page_on_architecture_says_the_same() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `qa/(\w+)` \|[^|]+\| ([^|]+) \|$", page, re.MULTILINE)
    assert {room: set(re.findall(r"`([\w.]+)`", allowed)) for room, allowed in rows} == ALLOWED


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from qa.cli import options, terminal; options._parser().format_help(); print(sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    heavy = {"torch", "faiss", "gradio", "numpy", "onnxruntime", "tantivy", "opencc"}
    for name in heavy | {"fastapi", "mcp", "uvicorn", "pydantic"}:
        assert f"'{name}'" not in loaded
