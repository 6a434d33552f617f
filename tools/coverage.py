"""Runs the tests of the domain apps and checks each app's branch coverage: `python -m tools.coverage [APP …]`.

Without names the whole suite runs and every domain app is measured. With names only those apps' own tests run, so the
figure is a lower bound: the crawls in `tests/backoffice` open most pages.

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


def main(names: list[str]) -> int:
    """Measure, print a line for each app, and return the exit code: 1 if one is below the minimum or a test fails."""
    unknown = set(names) - set(DOMAIN)
    if unknown:
        sys.exit(f"Not among the domain apps: {', '.join(sorted(unknown))}.")
    measured = names or list(DOMAIN)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--maxprocesses", "4", "--cov-branch"]
    command += [f"--cov=apps/{name}" for name in measured] + [f"--cov-report=json:{REPORT}"]
    tests = subprocess.run([*command, *(f"tests/{name}" for name in names)], cwd=ROOT, check=False)  # noqa: S603
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
