# Two commands on a fresh machine with Python 3.11 or newer: `make demo` and `make test`. Each builds .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Pure parts: every branch of them is tested. The rest is held at 95 %.
PURE := aggregator/model/*,aggregator/errors.py,aggregator/text.py,aggregator/urls.py,aggregator/cluster/*,aggregator/origin/*,aggregator/digest/*,aggregator/fetch/schedule.py,aggregator/fetch/guard.py,aggregator/extract/quality.py,aggregator/extract/article.py

.PHONY: demo run test check format lint types layers coverage wheel bench fmt lock clean

demo: $(READY) ## the main job, offline, on the seeds
	@$(BIN)/aggregator demo

run: $(READY) ## the daemon on this checkout's feeds.yaml
	@$(BIN)/aggregator run

test: $(READY) ## every test, with coverage
	@rm -f .coverage .coverage.*
	$(BIN)/pytest -q -n 2 --cov --cov-report=

check: format lint types layers test coverage wheel ## the one gate

format: $(READY)
	$(BIN)/ruff format --check -q aggregator tests benchmarks

lint: $(READY)
	$(BIN)/ruff check -q aggregator tests benchmarks

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

coverage: $(READY)
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include='$(PURE)' --fail-under=100

wheel: $(READY) ## the built wheel, installed elsewhere and run
	sh tests/wheel.sh $(BIN)/python

bench: $(READY) ## every figure at full size; DATA=DIR names the shared data
	@start=$$(date +%s); for one in benchmarks/*.py; do $(BIN)/python -m benchmarks.$$(basename $$one .py) --data "$${DATA:?set DATA to the data directory}" || exit 1; done; echo "all benchmarks: $$(($$(date +%s) - start)) s"

fmt: $(READY) ## formats and mends what can be mended
	$(BIN)/ruff check --fix -q aggregator tests benchmarks; $(BIN)/ruff format aggregator tests benchmarks

lock: ## resolves requirements.lock anew; needs uv
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock

clean:
	rm -rf .venv dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@echo "Setting up .venv (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
