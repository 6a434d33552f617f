"""The documents: all links work, and generated pages are up to date."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tools import data_model, settings_page, webhook_schemas

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
)
_LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text()):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{link} leads to no file"
        assert not anchor or anchor in anchors(target), f"{link} leads to no heading"


def test_readme_fits_in_250_lines() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 250


def test_every_package_that_runs_in_production_says_what_it_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"[\w-]+", (ROOT / "docs/dependencies.md").read_text().lower())
    packages = {name.lower() for each in project["dependencies"] for name in re.findall(r"^[\w-]+", each)}
    assert packages - set(named) == set()


def test_decisions_are_all_in_their_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[a-z-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


def test_the_index_lists_every_decision_by_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    rows = dict(
        re.findall(r"^\| \[\d{4}\]\((\S+)\) \| [^|]+ \| (.+) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    )
    for path in folder.glob("0*.md"):
        titles = re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)
        assert not titles or rows[path.name] == "; ".join(titles), path.name


def test_every_decision_has_a_status_and_dates() -> None:
    for path in (ROOT / "docs" / "decisions").glob("0*.md"):
        text = path.read_text()
        assert re.search(r"^Status: (accepted|superseded by \[\d{4}\]).* 2\d{3}-\d\d-\d\d", text, re.MULTILINE), (
            path.name
        )


@pytest.mark.parametrize("module", [data_model, settings_page, webhook_schemas], ids=lambda module: module.PAGE.name)
def test_pages_made_from_code_are_up_to_date(module: object) -> None:
    assert module.PAGE.read_text() == module.page(), "run `make documents`"  # type: ignore[attr-defined]
