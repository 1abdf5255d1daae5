# Two commands do everything: `make serve` and `make test`.
# PIP_ARGS goes to pip, e.g. PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
PYTHON ?= python3
PIP_ARGS ?=
BIN := .venv/bin

.PHONY: setup serve test check bench bench-quick screenshots clean

setup: $(BIN)/qa

# Rebuilt when the dependencies change; `qa model --prepare` draws a progress bar and does nothing the second time.
$(BIN)/qa: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新：make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(PIP_ARGS) -e '.[dev]'
	$(BIN)/qa model --prepare
	$(BIN)/python -m compileall -q qa ui
	@touch $@

serve: setup
	$(BIN)/qa serve --demo seeds

# Side by side on up to four processors, each module's tests in one process.
test: setup
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_import_law.py

# The quick numbers; bench/README.md lists the long ones, each with its command.
bench: setup
	$(BIN)/python -m bench.seeds

# Whether anything became slower, against bench/ratios.json: ratios taken in one run, so they hold on other machines too.
bench-quick: setup
	$(BIN)/python -m bench.quick

screenshots: setup
	$(BIN)/python -m bench.material.screenshots

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
