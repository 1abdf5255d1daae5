"""What README and docs name is there: commands, options, modules, files; and every dependency has its licence told."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from qa import cli
from qa.cli import options
from tests.parts.command import qa

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "bench/README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text("utf-8")
_COMMAND = re.compile(rf"\bqa (?:--library \S+ )?({'|'.join(cli.COMMANDS)})\b([^`\n#；，。（]*)")


def _options_of(command: str) -> set[str]:
    (commands,) = (action.choices for action in options._parser()._actions if action.dest == "command")
    return {word for action in commands[command]._actions for word in action.option_strings}  # type: ignore[index,call-overload]


def _named(pattern: str) -> list[tuple[str, str]]:
    found = ((page.name, name) for page in PAGES for name in re.findall(pattern, page.read_text("utf-8")))
    return sorted(set(found))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_are_those_of_the_command(page: Path) -> None:
    for command, words in _COMMAND.findall(page.read_text("utf-8")):
        assert set(re.findall(r"(?<!\S)--[a-z][a-z-]*", words)) <= _options_of(command), f"{command}{words}"


@pytest.mark.parametrize(("page", "module"), _named(r"python -m ((?:bench|training|qa)[\w.]*)"))
def test_modules_are_there(page: str, module: str) -> None:
    assert find_spec(module) is not None


@pytest.mark.parametrize(
    ("page", "file"), _named(r"\b((?:tests|qa|ui|bench|training|docs)/[\w./-]+\.(?:py|md|jsonl|json|html))\b")
)
def test_files_are_there(page: str, file: str) -> None:
    assert (ROOT / file).is_file() or file.startswith("docs/bench/")  # which a benchmark writes


@pytest.mark.parametrize(("page", "target"), _named(r"`make ([a-z-]+)"))
def test_targets_are_there(page: str, target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_readme_names_every_command_and_is_short() -> None:
    assert len(README.splitlines()) < 150
    chinese, _, english = README.partition("\n## English\n")
    for command in cli.COMMANDS:
        assert re.search(rf"\bqa {command}\b", chinese), command
        assert re.search(rf"\b{command}\b", english), command


def test_every_dependency_has_its_licence_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[\[=<>;~ ]", one)[0] for one in wanted} - {project["name"]}
    told = (ROOT / "docs/licences.md").read_text("utf-8")
    assert [name for name in sorted(names) if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told)] == []


@pytest.mark.parametrize(
    "shown", re.findall(r"\$ qa (ask [^\n]+)\n(.+?)(?=\n\n\$|\n```)", README, re.DOTALL), ids=lambda one: one[0]
)
def test_the_readme_shows_what_is_answered(shown: tuple[str, str], seeds_path: Path) -> None:
    words, said = shown
    told = qa("--library", seeds_path, *words.split()).stdout.decode()
    assert said.split("\n\n相关段落")[0] == told.split("\n\n最接近的报道")[0].split("\n\n相关段落")[0].rstrip("\n")


def test_what_is_to_be_changed_is_where_the_page_says() -> None:
    _, _, table = (ROOT / "docs/architecture.md").read_text("utf-8").partition("## Where do I change X")
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 12
    for row in rows:
        named = re.findall(r"`(\w+)` in `([\w/.]+)`", row)
        assert named or re.search(r"`(qa|ui|bench)/[\w/]+\.\w+`", row), row
        for name, file in named:
            defined = rf"^(def {name}\(|class {name}\b|{name}\b[^=\n]*=|from \S+ import .*\b{name}\b)"
            assert re.search(defined, (ROOT / file).read_text("utf-8"), re.MULTILINE), f"{name} in {file}"
