"""Runs the tests of the domain apps and checks each app's branch coverage: `python -m tools.coverage [APP …]`.

Without names the whole suite runs and every domain app is measured. With names the apps' own tests run, and those of
the surfaces that drive them (`DRIVEN_BY`), so that figure is a lower bound: the crawls open pages of every app.

Coverage counts lines and branches together, as `coverage report` does.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "var" / "coverage.json"
# The apps with business rules; pages, the API and the demo are covered by crawls and the contract tests.
DOMAIN = (
    *("approvals", "bank", "billing_profiles", "common", "contracts", "dunning", "idempotency", "invoices", "ledger"),
    *("mail", "notices", "outbox", "payments", "plans", "pricing", "proofs", "snapshots", "tenants", "top_ups"),
    *("usage", "vouchers", "wallets", "webhooks"),
)
LEAST_PERCENT = 95
# Tests outside an app's own folder that exercise it: its pages in the back office, its endpoints, and its callers.
DRIVEN_BY: dict[str, tuple[str, ...]] = {
    "approvals": ("backoffice/test_approved_moves.py", "backoffice/test_money_moves.py", "backoffice/test_requests.py"),
    "bank": ("backoffice/test_bank_pages.py",),
    "billing_profiles": ("backoffice/test_invoice_pages.py", "invoices"),
    "common": ("api", "backoffice", "ledger", "outbox", "wallets"),
    "dunning": ("backoffice/test_dunning_pages.py",),
    "invoices": ("api/invoices", "backoffice/test_invoice_pages.py", "contracts", "payments", "usage"),
    "ledger": ("backoffice", "wallets"),
    "mail": ("webhooks",),
    "notices": ("api/webhooks", "mail", "webhooks"),
    "outbox": ("backoffice", "payments"),
    "payments": ("api", "backoffice"),
    "pricing": ("api", "usage"),
    "proofs": ("api/test_proofs.py", "ledger"),
    "tenants": ("api", "backoffice"),
    "top_ups": ("api/top_ups", "payments"),
    "usage": ("api",),
    "wallets": ("api", "backoffice", "contracts", "usage"),
    "webhooks": ("api/webhooks", "api/usage_events"),
}


def main(names: list[str]) -> int:
    """Measure, print a line for each app, and return the exit code: 1 if one is below the minimum or a test fails."""
    unknown = set(names) - set(DOMAIN)
    if unknown:
        sys.exit(f"Not among the domain apps: {', '.join(sorted(unknown))}.")
    measured = names or list(DOMAIN)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--maxprocesses", "4", "--cov-branch"]
    command += [f"--cov=apps/{name}" for name in measured] + [f"--cov-report=json:{REPORT}"]
    folders = sorted({f"tests/{each}" for name in names for each in (name, *DRIVEN_BY.get(name, ()))})
    tests = subprocess.run([*command, *folders], cwd=ROOT, check=False)  # noqa: S603
    percents = percent_of_each(json.loads(REPORT.read_text())["files"])
    for name in measured:
        print(f"{percents[name]:6.2f} %  {name}{'' if percents[name] >= LEAST_PERCENT else f'  below {LEAST_PERCENT}'}")
    return int(tests.returncode != 0 or min(percents[name] for name in measured) < LEAST_PERCENT)


def percent_of_each(files: dict[str, dict[str, dict[str, int]]]) -> dict[str, float]:
    """Return the percentage of each app, from coverage's report by file."""
    sums: dict[str, list[int]] = {}
    for path, file in files.items():
        summary, total = file["summary"], sums.setdefault(Path(path).parts[1], [0, 0])
        total[0] += summary["covered_lines"] + summary["covered_branches"]
        total[1] += summary["num_statements"] + summary["num_branches"]
    return {name: 100 * covered / every for name, (covered, every) in sums.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
