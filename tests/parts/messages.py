"""The codes of messages that the source tells, and with which fields, for tests of the catalogues."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SOURCES = [path for room in ("qa", "ui") for path in sorted((ROOT / room).rglob("*.py"))]
_BASES = {"QaError"}
_Constants = Mapping[str, ast.expr]


class Telling(NamedTuple):
    """A place in the source that tells a message: its codes, as far as they are written there, and its fields."""

    where: str
    codes: frozenset[str]
    fields: frozenset[str] | None  # None where they are given as a mapping


def fields(form: str) -> set[str]:
    """The names that a form has in braces."""
    return {name for _, name, _, _ in Formatter().parse(form) if name and name.isidentifier()}


def literals() -> set[str]:
    """Every string that stands in the source."""
    return {node.value for tree in _trees().values() for node in ast.walk(tree) if _is_text(node)}  # type: ignore[attr-defined]


def tellings() -> list[Telling]:
    """Every error of ours and every `Wording` that is made."""
    trees = _trees()
    classes, constants = _error_classes(trees), _constants(trees)
    return [
        Telling(
            f"{path.relative_to(ROOT)}:{node.lineno}",
            frozenset(_texts(node.args[0], constants[path])),
            None if any(one.arg is None for one in node.keywords) else frozenset(str(one.arg) for one in node.keywords),
        )
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and _name(node.func) in classes | {"Wording"}
    ]


def _trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _error_classes(trees: Mapping[Path, ast.Module]) -> set[str]:
    """`QaError` and all that come of it, but for those that make up their message themselves."""
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = set(_BASES)
    while more := {one.name for one in classes if {_name(base) for base in one.bases} & found} - found:
        found |= more
    own = {one.name for one in classes if any(isinstance(part, ast.FunctionDef) for part in one.body)}
    return found - (own - _BASES)


def _constants(trees: Mapping[Path, ast.Module]) -> dict[Path, _Constants]:
    """What the names of a module stand for; a name that it does not have is another's, under that name."""
    own = {path: _assigned(tree) for path, tree in trees.items()}
    others = {name: value for found in own.values() for name, value in found.items()}
    return {path: others | found for path, found in own.items()}


def _assigned(tree: ast.Module) -> _Constants:
    assignments = (node for node in tree.body if isinstance(node, ast.Assign))
    return {ast.unparse(target): node.value for node in assignments for target in node.targets}


def _texts(node: ast.expr, constants: _Constants) -> Iterator[str]:
    """The texts that an expression may stand for; an f-string stands for itself, in its source."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            yield ast.unparse(node)
        case ast.Name() | ast.Attribute() if isinstance(constants.get(_name(node)), ast.Constant | ast.Dict):
            yield from _texts(constants[_name(node)], constants)
        case ast.IfExp(body=body, orelse=other):
            yield from (*_texts(body, constants), *_texts(other, constants))
        case ast.Dict(values=values) | ast.BoolOp(values=values):
            yield from (text for value in values for text in _texts(value, constants))
        case ast.Subscript(value=value):
            yield from _texts(value, constants)
