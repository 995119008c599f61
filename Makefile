# make help lists the targets. Everything works in .venv; nothing is installed outside of it.
PYTHON ?= python3
BIN := .venv/bin
TESTS := tests
PROXY := configurable-http-proxy@5.3.0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONDONTWRITEBYTECODE # tests start many processes, none of which should compile everything anew

.DEFAULT_GOAL := help
# The tests that a mark expression chooses. A file's tests run in one process, which makes their fixtures once.
define pytest
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not browser and $(1)" $(TESTS)
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || [ -n "$$ORGLIFE_NO_SKIP" ]; \
	then $(BIN)/python -m pytest -n 3 --dist loadfile -m "browser and $(1)" tests/browser; \
	else echo 'browser tests skipped: no Chromium here (apt-get install chromium brings it)'; fi
endef

.PHONY: help setup demo test test-all mutants check newest compare hub-demo hub-proxy golden rules rooms reader bench bench-commands bench-bureau bench-papers bench-stores bench-live bench-saves bench-hub bench-browser browser soak handbook offline-kit clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST)

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q -U -c constraints.txt hatchling setuptools setuptools-scm
	$(BIN)/python -m pip install -q -c constraints.txt --no-build-isolation -e '.[dev,browser,docx,dask,server,hub]'
	-$(BIN)/orglife fonts --fetch
	touch $@

setup: .venv/ready ## .venv, pinned packages, fonts

demo: setup ## an invented bureau, checked and rendered, in orglife-demo
	$(BIN)/orglife demo

test: setup ## what guards a change, the browser's pages last; five minutes on two cores
	$(call pytest,not soak and not thorough)

test-all: setup ## every test but the long ones of make soak
	$(call pytest,not soak)

mutants: setup ## does a test notice when lib changes? COUNT=100 SEED=… ONLY=stages/
	$(BIN)/python -m tests.mutants --count $(or $(COUNT),100) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

check: setup ## format, lint, types, notebooks without outputs
	$(BIN)/ruff format --check lib tests kit
	$(BIN)/ruff check lib tests kit
	$(BIN)/mypy
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

newest: ## the tests with the newest packages that the ranges allow, in .venv-newest; LAB=4.7 also takes that JupyterLab
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install -q -U pip hatchling
	.venv-newest/bin/python -m pip install -q -e '.[dev,browser,docx,dask,server,hub]'
	$(if $(LAB),.venv-newest/bin/python -m pip install -q --pre --upgrade --no-deps 'jupyterlab==$(LAB).*')
	.venv-newest/bin/python -m pip freeze --exclude-editable | diff constraints.txt - || true
	.venv-newest/bin/python -m pytest -n auto -m "not soak and not browser" $(TESTS)

compare: setup ## every file of the demonstration against another checkout: make compare WITH=../other
	$(BIN)/python -m tests.compare $(WITH)

hub-demo: setup ## a site on trial, as root on Debian: database, JupyterHub, two branches, a bureau; PORT and passwords are printed
	@test "$$(id -u)" = 0 || { echo 'make hub-demo: as root, please; it needs accounts of its own'; exit 1; }
	command -v node >/dev/null && test -d /usr/lib/postgresql || { apt-get -qq update && apt-get -qq install -y --no-install-recommends postgresql nodejs; }
	command -v npm >/dev/null || apt-get -qq install -y --no-install-recommends npm
	$(MAKE) --no-print-directory hub-proxy
	$(BIN)/python -m kit.hub_demo

hub-proxy: setup ## JupyterHub's proxy beside .venv's Python; needs nodejs 18 or later and npm
	test -e .venv/node_modules/.bin/configurable-http-proxy || npm install --silent --prefix .venv $(PROXY)

golden: setup ## rewrite the golden records after a wanted change
	ORGLIFE_GOLDEN=1 $(BIN)/python -m pytest -q $$(grep -rl --include='test_*.py' golden_files tests)

rules: setup ## rewrite docs/rules.md and docs/demands.md from the rules
	$(BIN)/orglife docs docs

rooms: setup ## rewrite README's drawing of the rooms
	$(BIN)/python -m tests.test_house

reader: setup ## train the ranker of notices' sentences from the labelled notices in tests/notices
	$(BIN)/python -m tests.notices.train

bench: setup ## what a branch costs, three ways; writes docs/bench.md. SIZES=40,400,4000; FOLDER=… keeps the branches
	$(BIN)/python -m tests.bench.batch --sizes $(or $(SIZES),40) $(if $(FOLDER),--folder $(FOLDER))

bench-commands: setup ## what batch, overview and check cost here and in another checkout by turns: make bench-commands WITH=../other
	$(BIN)/python -m tests.bench.side_by_side $(WITH)

bench-bureau: setup ## what a bureau's desk costs, before and after in one run; writes docs/bench.md. SIZES=1000,10000; FOLDER=…
	$(BIN)/python -m tests.bench.bureau --sizes $(or $(SIZES),1000) $(if $(FOLDER),--folder $(FOLDER))

bench-papers: setup ## what the papers of a branch cost in a warm process; writes docs/papers-bench.md
	$(BIN)/python -m tests.bench.papers

bench-stores: setup ## what the store costs in a file and in a PostgreSQL database; writes a section of docs/bench.md
	$(BIN)/python -m tests.bench.stores

bench-hub: setup ## what a person costs on the site, as root, 20 people two ways; for docs/server.md. PEOPLE=100
	$(BIN)/python -m tests.bench.hub --people $(or $(PEOPLE),20)

bench-live: setup ## how soon an open overview shows a save on a server; writes a section of docs/bench.md
	$(BIN)/python -m tests.bench.live

bench-saves: setup ## what a save costs here and in another checkout: make bench-saves WITH=../other; writes a section of docs/bench.md
	$(BIN)/python -m tests.bench.saves $(WITH)

browser: setup ## the browser tests alone, the long ones among them
	$(BIN)/python -m pytest -m browser tests/browser

bench-browser: setup ## what the pages cost, for a branch of fifty; writes docs/browser.md
	$(BIN)/python -m tests.browser.figures

soak: setup ## the long tests: a thousand kills, power losses, attacks, mangled files
	$(BIN)/python -m pytest -m soak -p no:cacheprovider $(TESTS)

handbook: setup ## 操作手册: its pictures anew (PICTURES=no keeps them), then templates/handbook.pdf from docs/handbook
	$(if $(filter no,$(PICTURES)),,$(BIN)/python -m tests.browser.handbook)
	$(BIN)/python -m kit.handbook

offline-kit: setup ## dist/offline-kit: all that a computer without a network needs (downloads the wheels of Windows and Linux)
	$(BIN)/python -m kit.build

clean: ## remove what make made
	rm -rf .venv .venv-newest .mutants build dist orglife-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
