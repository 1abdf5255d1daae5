"""The words that `qa` raises or tells, found in its source: what is in the hands of errors, skips and `Wording`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

QA = Path(__file__).parents[2] / "qa"
ROOMS = (
    "readers",
    "stores",
    "conversations",
    "embedding",
    "archive",
    "answering",
    "counting",
    "glossary.py",
    "system.py",
)  # what a screen may tell of
ELSEWHERE = {"backup.py", "editing.py", "refusing.py"}  # of the command line alone; told by its kind
_TOLD = re.compile(
    r"\w*(Error|Busy|Library|Damaged|Mismatch|NotFound|NotWritten|Bomb|Broken|NoText|Wording|Skipped|_skip)"
)
_HAN = re.compile("[\u4e00-\u9fff]")


def forms() -> set[str]:
    """Every form of words, with its fields in braces, and every fixed word that fills one."""
    return {form for path in sorted(QA.rglob("*.py")) if _may_tell(path) for form in _of(path)}


def _may_tell(path: Path) -> bool:
    return path.relative_to(QA).parts[0] in ROOMS and path.name not in ELSEWHERE


def _of(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _TOLD.fullmatch(ast.unparse(node.func).rpartition(".")[2]):
            for given in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from filter(_HAN.search, _texts(given, named))
        elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Call):
            yield from filter(_HAN.search, _texts(node.value, named))


def _texts(node: ast.expr, named: Mapping[str, ast.expr]) -> Iterator[str]:
    """The texts that an expression may stand for; an f-string stands for itself, in its source."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            yield ast.unparse(node)
        case ast.Name(id=name) if name in named:
            yield from _texts(named[name], named)
        case ast.BinOp(left=ast.Constant(value=str(left)), right=right):
            yield from (left + text for text in _texts(right, named))
        case ast.IfExp(body=body, orelse=other):
            yield from (*_texts(body, named), *_texts(other, named))
        case ast.BoolOp(values=values) | ast.Dict(values=values) | ast.Tuple(elts=values):
            yield from (text for value in values for text in _texts(value, named))
        case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(value=value)):
            yield from _texts(value, named)
