"""The files of docs/deploy: whether who reads them takes them, and what they run is there."""

from __future__ import annotations

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from qa.cli import options

DEPLOY = Path(__file__).parent.parent / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def test_the_composition_names_what_it_takes() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = told["services"]
    assert set(services) == {"postgres", "serve1", "serve2", "worker", "nginx"}
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert ("image" in service) != ("build" in service)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in told["volumes"] or (DEPLOY / source).is_file()
    for name in ("serve1", "serve2", "worker"):
        built = services[name]["build"]
        assert (DEPLOY / built["context"] / built["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
        assert options.parse(services[name]["command"].split()).command in ("serve", "worker")
        assert "QA_LIBRARY" in services[name]["environment"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_there_is(path: Path) -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, "utf-8")
    program, *words = unit["Service"]["ExecStart"].split()
    assert Path(program).name == "qa"
    assert options.parse(words).command in ("serve", "worker")
    assert unit["Install"]["WantedBy"] == "multi-user.target"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_a_unit(path: Path, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze")
    program = shutil.which("true")
    copy = tmp_path / path.name.replace("@", "@1")
    copy.write_text(path.read_text("utf-8").replace("/opt/wenbao/bin/qa", str(program)), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert path.name.partition(".")[0].partition("@")[0] not in done.stderr, done.stderr


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not program:
        pytest.skip("needs nginx")
    told = (DEPLOY / "nginx.conf").read_text("utf-8").replace("serve1", "127.0.0.1").replace("serve2", "127.0.0.2")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; error_log {tmp_path}/log;\n{told}", "utf-8")
    done = subprocess.run([program, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
