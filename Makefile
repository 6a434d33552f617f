PYTHON ?= python3
VENV = .venv/bin
# Settings as in production, to see that the checks are silent.
PRODUCTION = VAR_DIR=var/lint SECRET_KEY=$$(head -c 40 /dev/urandom | base64 | tr -d '\n') \
  ALLOWED_HOSTS=billing.example.com PUBLIC_BASE_URL=https://billing.example.com MAIL_FROM="Billing <billing@example.com>" EMAIL_HOST=mail.example.com \
  DATABASE_URL=postgres://billing@127.0.0.1/billing CELERY_BROKER_URL=redis://127.0.0.1/0 \
  PROOF_SIGNING_KEY=$$(head -c 32 /dev/urandom | base64 | tr '+/' '-_') \
  CLERK_ISSUER=https://clerk.example.com CLERK_AUTHORIZED_PARTIES=https://app.example.com

.PHONY: run test test-long test-browser coverage benchmark lint install documents figures

run: ## install, migrate, seed and run everything; PORT=8000
	@$(PYTHON) manage.py quickstart

install:
	@$(PYTHON) -m billing_site.bootstrap

test: install ## the whole suite
	$(VENV)/python -m pytest -n auto --maxprocesses 4

test-long: install ## the tests that take minutes
	$(VENV)/python -m pytest -m long

test-browser: install ## drives chromium from CHROMIUM_PATH or PATH
	$(VENV)/python -m pytest -m browser tests/browser

coverage: install ## branch coverage of each domain app, at least 95 %; APPS="wallets pricing" for these alone
	$(VENV)/python -m tools.coverage $(APPS)

benchmark: install ## the speed of each path against the least that it could cost; QUICK=1 for a short run of two minutes
	$(VENV)/python -m benchmarks $(if $(QUICK),--quick)

messages: install ## collect the texts of emails and papers for translation in locale/*/LC_MESSAGES/django.po (needs GNU gettext)
	DEVELOPMENT=1 $(VENV)/python manage.py makemessages --locale de --locale fr --extension html,txt,py --no-location --no-wrap \
	  --ignore .venv --ignore var --ignore tests --ignore "templates/admin*" --ignore "templates/unfold*"

compile-messages: install ## compile the translations to the .mo files that the site reads (needs GNU gettext)
	DEVELOPMENT=1 $(VENV)/python manage.py compilemessages --ignore .venv

lint: install ## style, types, layers, migrations, production settings
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	DEVELOPMENT=1 $(VENV)/python manage.py makemigrations --check --dry-run
	env -u DEVELOPMENT $(PRODUCTION) $(VENV)/python manage.py check --deploy --fail-level WARNING

documents: install ## write docs/data-model.md, docs/settings.md and the webhooks in apps/api/openapi.yaml
	DEVELOPMENT=1 DJANGO_SETTINGS_MODULE=billing_site.settings $(VENV)/python -m tools.documents

figures: install ## measure the code against the goals of CONTRIBUTING.md
	$(VENV)/python -m tools.figures
