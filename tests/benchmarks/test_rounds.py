"""Rounds of the benchmarks: ways alternate, a round warms up, and a server's children count."""

import os
import subprocess
import sys

from benchmarks.kit.processor import ProcessTree, ThisProcess
from benchmarks.kit.rounds import Cost, MeasuredCall, Rounds, take_turns

BURN = "import time\nwhile time.process_time() < 0.2: pass\n"


def test_ways_take_turns_and_the_first_round_is_not_counted() -> None:
    called: list[str] = []
    ways = {name: MeasuredCall(lambda name=name: called.append(name), ThisProcess()) for name in ("a", "b")}
    rounds = take_turns(ways, rounds=2, calls=2)
    assert called == ["a", "a", "b", "b"] * 3
    assert [sorted(costs) for costs in rounds.costs] == [["a", "b"]] * 2


def test_a_figure_is_the_median_of_the_rounds() -> None:
    pairs = [(1.0, 2.0), (9.0, 3.0), (1.0, 4.0)]
    rounds = Rounds(tuple({"raw": Cost(0, raw), "ours": Cost(0, ours)} for raw, ours in pairs))
    assert rounds.median(lambda costs: costs["raw"].processor_ms / costs["ours"].processor_ms) == 0.5
    assert rounds.details("ours") == {"ours": {"processorMs": 3.0, "wallMs": 0}}


def test_a_tree_has_the_time_of_children_that_run_and_of_those_that_have_ended() -> None:
    tree = ProcessTree(os.getpid())
    before = tree.seconds()
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert tree.seconds() - before >= 0.15
    running = subprocess.Popen(
        [sys.executable, "-c", BURN + "input('burned ')"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert running.pid in tree.processes()
        assert running.stdout is not None
        assert running.stdout.read(6) == b"burned"
        assert ProcessTree(running.pid).seconds() >= 0.2
    finally:
        running.communicate(b"\n")
