PYTHON ?= python3
VENV = .venv/bin
# Settings as in production, to see that the checks are silent.
PRODUCTION = VAR_DIR=var/lint SECRET_KEY=$$(head -c 40 /dev/urandom | base64 | tr -d '\n') \
  ALLOWED_HOSTS=billing.example.com PUBLIC_BASE_URL=https://billing.example.com \
  DATABASE_URL=postgres://billing@127.0.0.1/billing CELERY_BROKER_URL=redis://127.0.0.1/0 \
  PROOF_SIGNING_KEY=$$(head -c 32 /dev/urandom | base64 | tr '+/' '-_') \
  CLERK_ISSUER=https://clerk.example.com CLERK_AUTHORIZED_PARTIES=https://app.example.com

.PHONY: run test test-long test-browser benchmark benchmark-reads benchmark-lists benchmark-ingest lint install documents figures

run: ## install, migrate, seed and run everything; PORT=8000
	@$(PYTHON) manage.py quickstart

install:
	@$(PYTHON) -m billing_site.bootstrap

test: install ## the whole suite
	$(VENV)/python -m pytest -n auto --maxprocesses 4

test-long: install ## what takes minutes
	$(VENV)/python -m pytest -m long

test-browser: install ## drives chromium from CHROMIUM_PATH or PATH
	$(VENV)/python -m pytest -m browser

benchmark: install ## moving credit, requests, webhooks, usage, each against the least it can cost; takes some minutes
	$(VENV)/python -m benchmarks.movements
	$(VENV)/python -m benchmarks.crowd
	$(VENV)/python -m benchmarks.views
	$(VENV)/python -m benchmarks.webhook
	$(VENV)/python -m benchmarks.ingest --rounds 10
	$(VENV)/python -m benchmarks.keys
	$(VENV)/python -m benchmarks.slow_bodies

benchmark-reads: install ## what reads cost at a million entries against ten thousand; takes many minutes
	$(VENV)/python -m benchmarks.reads

benchmark-lists: install ## what staff's lists cost over a million rows against a thousand; takes many minutes
	$(VENV)/python -m benchmarks.lists

benchmark-ingest: install ## what taking usage costs, against one database function that leaves the same rows
	$(VENV)/python -m benchmarks.ingest

lint: install ## style, types, layers, migrations, production settings
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	DEVELOPMENT=1 $(VENV)/python manage.py makemigrations --check --dry-run
	env -u DEVELOPMENT $(PRODUCTION) $(VENV)/python manage.py check --deploy --fail-level WARNING

documents: install ## write docs/data-model.md from the models and docs/settings.md from .env.example
	DEVELOPMENT=1 DJANGO_SETTINGS_MODULE=billing_site.settings $(VENV)/python -m tools.documents

figures: install ## measure the code against the goals of CONTRIBUTING.md
	$(VENV)/python -m tools.figures
