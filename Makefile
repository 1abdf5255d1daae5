# Two commands do everything: `make serve` and `make test`.
# PIP_ARGS goes to pip, e.g. PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
PYTHON ?= python3
PIP_ARGS ?=
BIN := .venv/bin
# As many containers have it: each start would compile Gradio and pandas anew, which takes longer than all else of it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup setup-dev serve serve-scan test test-platforms test-integrations check bench bench-quick screenshots clean

# What it takes to use it; `setup-dev` has what tests and training take too, torch among it.
setup: $(BIN)/qa

setup-dev: .venv/dev

# Rebuilt when the dependencies change. pip builds the model and the tables (qa/build.py) into qa/made. Of what it
# installs only that is compiled which a start loads, by loading it: all takes three times as long.
$(BIN)/qa: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新：make PYTHON=python3.11 …"; exit 1; }
	@echo "1/2 下载并安装（约 350 MB），其间备好模型与词表（“Building editable”，约 20 秒）"
	$(PYTHON) -m venv .venv
	@rm -rf qa/made
	$(BIN)/python -m pip install --no-compile $(PIP_ARGS) -e '.[formats]'
	@echo "2/2 编译"
	$(BIN)/python -m compileall -q qa ui
	$(BIN)/python -c "import ui.app, qa.library.library, faiss, onnxruntime, tantivy"
	@touch $@

.venv/dev: pyproject.toml $(BIN)/qa
	$(BIN)/python -m pip install $(PIP_ARGS) -e '.[dev]'
	@touch $@

serve: setup
	$(BIN)/qa serve --demo seeds

# The same with a scanned page, in a library of its own: what recognises pictures takes some 200 MB more.
serve-scan: setup
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e '.[scan]'
	$(BIN)/qa --library .demo-scan serve --demo docs/demo

# Side by side in up to four processes, each module's tests in one.
test: setup-dev
	$(BIN)/python -m pytest -n auto --dist loadfile

# Whether all that runs has wheels for every system and Python: asks the package index, a minute or two.
test-platforms: setup-dev
	$(BIN)/python -m pytest tests/platforms.py

# The packages that other programs bring lie in an environment of their own, on top of .venv.
test-integrations: setup
	$(PYTHON) -m venv .venv-integrations
	.venv-integrations/bin/python -c "import sysconfig; from pathlib import Path; \
	  below = next(Path('.venv').resolve().glob('lib/python*/site-packages')); \
	  Path(sysconfig.get_path('purelib'), 'below.pth').write_text(f'import site; site.addsitedir({str(below)!r})\n')"
	.venv-integrations/bin/python -m pip install --quiet $(PIP_ARGS) -e '.[integrations]'
	npm install --prefix tests/integrations --no-audit --no-fund --no-package-lock --silent
	.venv-integrations/bin/python -m pytest tests/integrations -o asyncio_mode=auto

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_import_law.py

# The quick numbers; bench/README.md lists the long ones, each with its command.
bench: setup-dev
	$(BIN)/python -m bench.seeds

# Whether anything became slower, against bench/ratios.json: ratios taken in one run, so they hold on other machines too.
bench-quick: setup-dev
	$(BIN)/python -m bench.quick

screenshots: setup-dev
	$(BIN)/python -m bench.material.screenshots

clean:
	rm -rf .venv .venv-integrations .demo-scan qa/made .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
