# Guichet: `make demo` and `make test` are all the set-up there is.
.DEFAULT_GOAL := help
.PHONY: help pictures demo accounts test test-slow check fix bench messages locks clean
PORT ?= 8000
ARGS ?=
# The first Python that is new enough and can make an environment.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && command -v $$p && break; done)
B := .venv/bin
RUN := $(B)/python -m

help: ## what can be asked
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: .venv/.base ## the whole site with real example data: http://localhost:8000 (PORT=8001 for another port)
	@PORT=$(PORT) $(RUN) tools.demo

accounts: .venv/.base ## the accounts of the running demo, with the codes of their second factor
	@$(RUN) tools.demo accounts

pictures: .venv/.dev ## the pictures of the documentation, from the running demo
	@GUICHET_MODE=demo DATABASE_URL="$$($(RUN) tools.postgres url)" $(RUN) tools.pictures http://localhost:$(PORT)

test: .venv/.dev ## the whole suite (ARGS="-k word" for a part)
	@$(RUN) pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

test-slow: .venv/.dev ## the tests that take minutes
	@$(RUN) pytest -m slow $(ARGS) || [ $$? = 5 ] # 5: no slow test has this name

check: .venv/.dev ## style, types, floors, templates, migrations, translations, documents, locks
	@$(RUN) tools.check

fix: .venv/.dev ## what a machine can mend: style, templates, translations' order
	@$(RUN) tools.check --fix

bench: .venv/.dev ## response times and query counts
	@$(RUN) bench $(ARGS)

messages: .venv/.dev ## extract the sentences to translate, compile the translated
	@$(RUN) tools.messages extract
	@$(RUN) tools.messages compile

# One lock for every Python from 3.11 on (markers), hashes for every machine, no address.
LOCK := $(B)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links
locks: .venv/.dev ## write the locked requirements anew after a change of pyproject.toml
	@$(LOCK) pyproject.toml -o requirements/base.txt
	@$(LOCK) pyproject.toml --group dev -o requirements/dev.txt

clean: ## forget the environment and the caches; var/ (your data) is kept
	@if [ -x $(B)/python ]; then $(RUN) tools.postgres stop; fi
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache locale/*/LC_MESSAGES/*.mo

.venv/.made:
	@if [ -z "$(PYTHON)" ]; then \
		if python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Python cannot make an environment here. Mend it with: sudo apt-get install -y python3-venv"; \
		else \
			echo "Guichet needs Python 3.11 or newer. Mend it with: sudo apt-get install -y python3 python3-venv"; \
			echo "(on Ubuntu 22.04: python3.11 python3.11-venv; or name one: make demo PYTHON=/path/to/python3.12)"; \
		fi; exit 1; fi
	@echo "Making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv
	@$(B)/pip install -q --disable-pip-version-check uv || echo "uv cannot be installed here: pip will do, more slowly."
	@touch $@

# $(call sync,FILE): the environment holds exactly what the file locks, hashes checked. What uv cannot do (a proxy of its own certificate), pip may.
define sync
	@echo "Installing $(1)"
	@{ [ -x $(B)/uv ] && VIRTUAL_ENV=$(CURDIR)/.venv $(B)/uv pip sync -q --require-hashes $(1); } || \
	$(B)/pip install -q --disable-pip-version-check --require-hashes -r $(1)
endef

.venv/.dev: requirements/dev.txt .venv/.made
	$(call sync,requirements/dev.txt)
	@touch .venv/.base $@

# After `make test` the environment holds more than the demo needs, and keeps it.
.venv/.base: requirements/base.txt .venv/.made
	$(call sync,$(if $(wildcard .venv/.dev),requirements/dev.txt,requirements/base.txt))
	@touch $@
