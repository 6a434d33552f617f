"""Measure paths as ratios within one run: `python -m benchmarks [--quick] [--only NAME …] [--json FILE]`.

`python -m benchmarks --markdown FILE` measures nothing: it puts the table of an earlier run into docs/speed.md.

It starts its own PostgreSQL and web servers and measures over HTTP. Each path alternates with its lower bounds, a raw
database function on the same database and an empty view on the same web server; figures are medians of five rounds. It
prints a table and writes it as JSON. Run it on an otherwise idle machine. Linux only.
"""

import argparse
import json
import sys
import time
import traceback
from pathlib import Path

from benchmarks.kit import bench, database
from benchmarks.kit.document import put_into
from benchmarks.kit.table import GOALS, Table


def main() -> None:
    """Measure, print and write; or put an earlier run into the documents."""
    asked = _arguments()
    if asked.markdown:
        put_into(database.ROOT / "docs" / "speed.md", json.loads(asked.markdown.read_text()))
    else:
        _measure(asked)


def _measure(asked: argparse.Namespace) -> None:
    table = Table(is_quick=asked.quick or asked.smoke)
    with database.started() as here:
        from benchmarks.paths import MEASURES

        run = bench.Bench(here, bench.SMOKE if asked.smoke else bench.QUICK if asked.quick else bench.FULL)
        try:
            table.print_head()
            for name in asked.only or GOALS:
                started = time.perf_counter()
                try:
                    table.add(name, MEASURES[name](run))
                except Exception as error:  # the other groups are still measured
                    traceback.print_exc()
                    table.errors[name] = repr(error)
                table.seconds[name] = round(time.perf_counter() - started, 1)
                table.write(asked.json)  # after each group, so that a stopped run keeps its results
        finally:
            run.close()
    missed = [row["path"] for row in table.rows if row["isMet"] is False]
    print(f"{len(missed)} of {len(table.rows)} figures miss their goals; the details are in {asked.json}.")
    if table.errors:
        sys.exit(f"Not measured: {', '.join(table.errors)}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a short run, in about two minutes")
    size.add_argument(
        "--smoke", action="store_true", help="everything once, to see that it runs; the figures mean nothing"
    )
    parser.add_argument("--only", nargs="+", choices=GOALS, metavar="NAME", help=f"some of {', '.join(GOALS)}")
    parser.add_argument("--json", type=Path, default=Path("var/benchmark.json"), metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="put the run of this JSON into docs/speed.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
