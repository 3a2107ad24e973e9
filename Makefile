# Two commands: `make run` (train, evaluate, tag the sample backlog) and `make test`. Python 3.11 and make are enough.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
OUT := out
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS = 1
export HF_HUB_DISABLE_TELEMETRY = 1
export MLFLOW_DISABLE_TELEMETRY = true
export TOKENIZERS_PARALLELISM = false

.PHONY: help install run full release test check clean
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/installed  ## .venv with everything, at the versions of constraints.txt

$(VENV)/installed: pyproject.toml constraints.txt
	$(shell command -v $(PYTHON) || command -v python3) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: install  ## the whole pipeline, then the sample backlog and its page
	@test -e .git || git init --quiet  # DVC wants a repository, also where only an archive was unpacked
	dvc repro
	$(if $(SKARGA_DATA_DIR),dvc repro benchmarks/dvc.yaml)
	python -m pipeline.reporting.cards
	@mkdir -p $(OUT)
	skarga tag data/backlog.jsonl -o $(OUT)/backlog.jsonl --model models/bundle --max-bad-share 0.05
	skarga report $(OUT)/backlog.jsonl -o $(OUT)/backlog.html
	@echo
	@echo "model             models/bundle"
	@echo "evaluation        models/report.html"
	@echo "tagged backlog    $(OUT)/backlog.jsonl"
	@echo "manager's page    $(OUT)/backlog.html"

# The recipe of the released model. It asks for every source: SKARGA_DATA_DIR names the folder of those outside git.
FULL := -S prepare.sources=full -S train.frozen_layers=6 -S train.epochs=4 -S train.learning_rate=1e-4 -S train.averaging=false \
	-S 'calibrate.target_sources=[complaints_real,brighter_ru,brighter_uk]'

full: install  ## train on every source (SKARGA_DATA_DIR=…), evaluate on the public tests too; an hour or two
	$(if $(SKARGA_DATA_DIR),,$(error name the folder of the data sets: make full SKARGA_DATA_DIR=…))
	dvc exp run $(FULL)
	dvc repro benchmarks/dvc.yaml

release: install  ## make models/bundle the model that users get, if it passes the gates: skarga promote
	skarga promote

test: install  ## all fast tests, offline
	pytest

check: install  ## what CI runs beside the tests: lint and types
	ruff check .
	ruff format --check .
	mypy

clean:  ## remove what `make run` made, not the cache of DVC
	rm -rf $(OUT) models/unfinished
