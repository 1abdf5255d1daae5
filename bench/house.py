"""Figures on the structure of `qa/`: `python -m bench.house [ROOT] [--names]`.

- files and lines: all of `qa/**/*.py`.
- entries: files and folders at the top of `qa/`, `__init__.py` aside.
- loose: modules outside any room; a package of fewer than three files is no room.
- depth: modules on the longest chain of imports inside `qa`, those inside functions too; what is imported for type
  checking alone does not run and does not count, and modules that import each other count as one.
- one importer: modules that exactly one module of `qa/` or `ui/` imports, packages among them. `from qa import text`
  imports `qa.text` and not `qa`, `from qa.articles import cut` imports `qa.articles`.
- public names: functions, classes and single values at the top of a module whose name does not begin with "_".

`--names` prints the longest chain and the modules with one importer as well.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOM_FILES = 3

Modules = Mapping[str, Path]
Imports = Mapping[str, frozenset[str]]


def modules(root: Path, package: str) -> dict[str, Path]:
    """The modules of a package by dotted name, a package under its own."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path, known: Modules) -> frozenset[str]:
    """Those of the known modules that a file imports when it runs."""
    return frozenset(_imported(ast.parse(path.read_text("utf-8")), known))


def _imported(tree: ast.AST, known: Modules) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = (f"{node.module}.{alias.name}" for alias in node.names)
            named = (name if name in known else str(node.module) for name in full)
            yield from (name for name in named if name in known)
        else:
            yield from _imported(node, known)


def longest_chain(imports: Imports) -> tuple[str, ...]:
    """The longest chain of imports, the importer first; "a = b" stands for modules that import each other."""
    reach = _reach(imports)
    group = {name: frozenset(other for other in reach[name] if name in reach[other]) | {name} for name in imports}
    chains: dict[frozenset[str], tuple[str, ...]] = {}

    def chain(members: frozenset[str]) -> tuple[str, ...]:
        if members not in chains:
            below = {group[name] for member in members for name in imports[member]} - {members}
            longest = max((chain(one) for one in below), key=len, default=())
            chains[members] = (" = ".join(sorted(members)), *longest)
        return chains[members]

    return max((chain(members) for members in group.values()), key=len)


def _reach(imports: Imports) -> dict[str, frozenset[str]]:
    reach = dict(imports)
    while True:
        wider = {name: found.union(*(reach[one] for one in found)) for name, found in reach.items()}
        if wider == reach:
            return reach
        reach = wider


def public_names(path: Path) -> Iterator[str]:
    """The public names that a module defines."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def loose(known: Modules) -> list[str]:
    """Modules that stand in no room."""
    rooms = Counter(name.split(".")[1] for name in known if "." in name)
    single = {name for name, path in known.items() if path.name != "__init__.py" and rooms[name.split(".")[1]] == 1}
    small = {name for name in known if "." in name and 1 < rooms[name.split(".")[1]] < ROOM_FILES}
    return sorted(single | small)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, nargs="?", default=Path(__file__).parent.parent)
    parser.add_argument("--names", action="store_true")
    args = parser.parse_args()
    known = modules(args.root, "qa")
    imports = {name: imported(path, known) - {name} for name, path in known.items()}
    outside = [imported(path, known) for path in modules(args.root, "ui").values()]
    importers = Counter(name for found in (*imports.values(), *outside) for name in found)
    single = sorted(name for name in known if importers[name] == 1)
    chain = longest_chain(imports)
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in known.values())
    print(f"{len(known)} files, {lines} lines, {len({name.split('.')[1] for name in known if '.' in name})} entries")
    print(f"{len(loose(known))} loose, {len(chain)} deep, {len(single)} with one importer")
    print(f"{sum(len(list(public_names(path))) for path in known.values())} public names")
    if args.names:
        print("\nchain:", *chain, sep="\n  ")
        print("\none importer:", *single, sep="\n  ")


if __name__ == "__main__":
    main()
