# Every target makes what it needs. All that is written is below .venv, build/, Python's __pycache__, and the user's
# caches of pip, uv and jsii.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# A developer's own settings must not change what is built or tested.
unexport NODE_OPTIONS NODE_PATH PIP_PREFIX PIP_TARGET PIP_USER PYTEST_ADDOPTS PYTEST_PLUGINS PYTHONHOME PYTHONPATH
unexport PYTHONDONTWRITEBYTECODE PYTHONWARNINGS VIRTUAL_ENV CDK_CONTEXT_JSON CDK_OUTDIR COVERAGE_PROCESS_START

# Seconds that uv waits for an index on a slow network or a busy machine.
export UV_HTTP_TIMEOUT ?= 120

BIN := .venv/bin
READY := .venv/.ready
WHEELS := build/wheels/.ready
OLD_PIPS := build/old-pips/.ready
UV := .venv/bin/uv
# What the environment has of pyproject.toml; the extras `browser` and `site` are added for the targets that need them.
EXTRAS := console dev examples export infra local mcp pandas
# What `make test` runs beside one another, and `make rehearsals`.
JOBS := deployment-tests laptop-tests fast-tests
LONG_JOBS := deployment-rehearsals emulator-tests long-tests browser-tests
CODE := acceptance bench docs functions infra state_machines local wfm tests app.py
COMPILE := $(UV) pip compile --system-certs --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock"

# An environment that its own Python or this clone no longer fits (an upgrade, a clone that was moved) is made anew.
ifneq ($(wildcard $(READY)),)
$(shell [ "$$(cat $(READY))" = "$$PWD" ] && $(BIN)/python -c "" 2>/dev/null || rm -f $(READY))
endif

.PHONY: help setup synth deploy cdk demo acceptance bench soak test rehearsals static $(JOBS) $(LONG_JOBS) coverage mutants flakes unit \
	lint types contracts format snapshot pictures screenshots browser site lock clean

help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do \
		printf '  %-10s %s\n' "$$name" "$$text"; done

setup: $(WHEELS) ## Make the environment (.venv) and the wheels of the Lambda asset

$(READY): requirements/dev.txt requirements/installer.txt pyproject.toml .ci/setup
	@.ci/setup

$(WHEELS): $(READY) requirements/lambda.txt
	@$(BIN)/python -m infra.asset
	@touch $@

# What tests/setup needs, so that they run without a network.
$(OLD_PIPS): $(READY) tests/setup/old_pips.txt requirements/installer.txt
	@$(BIN)/python -m tests.setup.old_pips
	@touch $@

synth: $(WHEELS) ## Write the cloud assemblies build/cdk.out (AWS) and build/cdk.out.local
	@$(BIN)/python app.py
	@CDK_CONTEXT_JSON='{"platform":"local"}' $(BIN)/python app.py

# ARGS go to `cdk deploy`, for instance `make deploy ARGS="--require-approval never"`.
deploy: $(WHEELS) ## Deploy to AWS what cdk.json says, the stack or its pipeline (docs/deploy.md)
	@$(BIN)/python app.py
	@$(BIN)/python -m infra.deploy $(ARGS)

cdk: $(READY) ## The AWS CDK command, with any ARGS: make cdk ARGS="diff --app build/cdk.out"
	@$(BIN)/python -m infra.node $(ARGS)

demo: $(WHEELS) ## Run WFM on this machine: 60 requests of three tenants, watched live
	@$(BIN)/python -m local.demo

# For someone with an AWS account: PROFILE, REGION and YES=1 are optional; REMOVE=name only takes down.
acceptance: $(WHEELS) ## WFM on your AWS account, checked and removed again (docs/acceptance.md); TARGET=local rehearses
	@$(BIN)/python -m acceptance --target $(or $(TARGET),account) $(if $(PROFILE),--profile $(PROFILE)) \
		$(if $(REGION),--region $(REGION)) $(if $(YES),--yes) $(if $(REMOVE),--remove $(REMOVE))

bench: $(WHEELS) ## Fail if a run costs a fifth more than in docs/measures.md; measure onboarding and the tests' minutes
	@$(BIN)/python -m bench.run_polls --check
	@$(BIN)/python -m bench.onboarding
	@$(BIN)/python -m bench.suite_times

soak: $(WHEELS) ## 10,000 requests of 100 tenants while everything goes wrong; hours (docs/reliability.md)
	@$(BIN)/python -m bench.soak

# What takes long and goes wrong seldom, or only with what it is about, is rehearsed: on a deployment that it shares with
# others, on deployments of its own, or without one.
SHARING := $(patsubst %,tests/e2e/wfm/test_%.py,adoption alarms auth backfill changed_backfill crash_points data_sources \
	deliveries freshness migration operations outage refresh run_logs soak storms tenant_changes tenant_values)
ALONE := tests/e2e/upgrade $(patsubst %,tests/e2e/test_%.py,acceptance bad_day client first_deployment idle pages \
	recovery side_by_side story)
LONG := tests/setup $(patsubst %,tests/%.py,infra/test_acceptance infra/test_asset infra/test_delivery_asset infra/test_lint \
	infra/test_simulator_asset infra/test_synthesis local/test_delivery_memory local/test_flakes local/test_growth \
	local/test_mutations machines/test_second_interpreter reliability/test_chains reliability/test_fuzz_entries \
	reliability/test_outages reliability/test_refreshes reliability/test_schedule_rules reliability/test_workflow_sync \
	wfm/test_speed wfm/cli/test_completion wfm/console/test_hostile_text wfm/console/test_many_runs)

test: $(WHEELS) ## All tests but the rehearsals, lint, types and contracts: some minutes
	@$(MAKE) --no-print-directory --output-sync=target --jobs=4 $(JOBS) static

rehearsals: $(WHEELS) $(OLD_PIPS) ## What takes long: updates, recovery, a bad day, kills at each call, the emulator; CI runs them besides
	@$(MAKE) --no-print-directory --output-sync=target --jobs=4 $(LONG_JOBS)
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ALONE)

static: lint contracts types

# Tests of a deployment mostly wait. So two deployments stand beside one another, each with whole files of its own, whichever
# come next; more of them take the processors from one another. What only computes is nice: it leaves them to what goes on.
deployment-tests: $(WHEELS)
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/e2e/wfm $(addprefix --ignore=,$(SHARING))

deployment-rehearsals: $(WHEELS)
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(SHARING)

emulator-tests: $(WHEELS)
	@$(BIN)/python -m pytest tests/e2e/emulator

laptop-tests: $(WHEELS)
	@$(BIN)/python -m pytest tests/e2e $(addprefix --ignore=,tests/e2e/wfm tests/e2e/emulator $(ALONE))

# Two at a time, for two processors: the other jobs leave both of them to these in the end.
fast-tests: $(WHEELS)
	@nice $(BIN)/python -m pytest -n 2 --dist worksteal $(addprefix --ignore=,tests/e2e tests/browser $(LONG))

long-tests: $(WHEELS) $(OLD_PIPS)
	@nice $(BIN)/python -m pytest -n 2 --dist worksteal $(LONG)

# In a process of their own: Playwright leaves an event loop running in it. Without the extra `browser` there are none.
browser-tests: $(WHEELS)
	@if [ -n "$${WFM_BROWSER_NEEDED:-}" ] || $(BIN)/python -c "import playwright" 2> /dev/null; then \
		$(BIN)/python -m pytest tests/browser; fi

# Playwright comes without a browser: it drives Debian's Chromium.
browser: $(READY) ## The extra `browser`, for tests/browser in Chromium (apt-get install chromium)
	@$(UV) pip install --quiet --python $(BIN)/python --system-certs --no-deps --only-binary :all: --require-hashes \
		--requirement requirements/browser.txt

# Zensical warns of dead links, and then there is no site.
site: $(READY) ## The documentation as a site, build/site: HTML, Markdown and llms.txt
	@$(UV) pip install --quiet --python $(BIN)/python --system-certs --no-deps --only-binary :all: --require-hashes \
		--requirement requirements/site.txt
	@$(BIN)/python -m docs.site

screenshots: browser ## Take docs/images/console/ anew, of the console in Chromium
	@WFM_ACCEPT_SCREENSHOTS=1 $(BIN)/python -m pytest --quiet tests/browser/test_for_eyes_and_hands.py

coverage: $(WHEELS) ## What the tests beside those of the deployment leave out of functions/
	@mkdir -p build/coverage
	@$(BIN)/python -m pytest --ignore tests/e2e/wfm --cov --cov-report=term

mutants: $(WHEELS) ## Which small changes of the core does no fast test notice? Some minutes
	@mkdir -p build/coverage
	@$(BIN)/python -m bench.mutants --sample 40

flakes: $(WHEELS) $(OLD_PIPS) ## The fast tests at odd times, in odd zones and settings, in random order: a quarter of an hour
	@$(BIN)/python -m bench.flakes

unit: $(READY) ## The fast tests only
	@$(BIN)/python -m pytest -n 2 tests/unit

lint: $(READY) ## ruff, its formatter included
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)

types: $(READY) ## mypy, strict
	@nice $(BIN)/mypy

contracts: $(READY) ## import-linter: who may import whom
	@$(BIN)/lint-imports --cache-dir build/cache/import-linter

format: $(READY) ## Apply the formatter and ruff's safe fixes
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

snapshot: $(WHEELS) ## Accept what a review of the template shows (tests/infra/snapshots/)
	@WFM_ACCEPT_SNAPSHOT=1 $(BIN)/python -m pytest --quiet tests/infra/test_snapshot.py \
		tests/infra/test_grants.py

pictures: synth ## Draw docs/images/*.svg anew from the definitions
	@$(BIN)/python -m docs.pictures

lock: $(READY) ## Bring the locks up to date with pyproject.toml
	@$(COMPILE) pyproject.toml $(addprefix --extra ,$(EXTRAS)) --group functions --output-file requirements/dev.txt
	@$(COMPILE) pyproject.toml --extra browser --constraint requirements/dev.txt --output-file requirements/browser.txt
	@$(COMPILE) pyproject.toml --extra site --constraint requirements/dev.txt --output-file requirements/site.txt
	@$(COMPILE) --group functions --constraint requirements/dev.txt --output-file requirements/lambda.txt
	@$(COMPILE) --group delivery --constraint requirements/dev.txt --output-file requirements/delivery.txt
	@$(COMPILE) --group simulator --constraint requirements/dev.txt --output-file requirements/simulator.txt
	@$(COMPILE) --group installer --output-file requirements/installer.txt

clean: ## Remove build/ and .venv
	@rm -rf build .venv
