"""Every enqueued, sent or scheduled name is a registered task."""

import ast
from collections.abc import Iterator
from importlib import import_module

import pytest

from apps.outbox.delivery import OUTBOX_TASKS
from billing_site.celery import BEAT_SCHEDULE, HEARTBEAT, app
from tests.sources import ROOT, modules_of_apps, nodes_of

ENQUEUE = ("enqueue", "enqueue_many")


def enqueued() -> Iterator[tuple[str, ast.expr, str]]:
    """Yield the place, the task argument and the module of each call that enqueues a task."""
    for path in modules_of_apps():
        if "enqueue" not in path.read_text():
            continue
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ENQUEUE:
                place = path.relative_to(ROOT)
                given = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "task")
                yield f"{place}:{node.lineno}", given, ".".join(place.with_suffix("").parts)


def named(given: ast.expr, module: str) -> object:
    """Return the name that an argument has as a literal or as a constant of its module."""
    if isinstance(given, ast.Constant):
        return given.value
    return eval(ast.unparse(given), vars(import_module(module)))  # raises if the name is not a constant


CALLS = list(enqueued())


@pytest.fixture(autouse=True)
def _tasks_are_known(db: None) -> None:
    """Load the tasks; this needs the database, because Django's checks run."""
    app.loader.import_default_modules()


@pytest.mark.parametrize(("given", "module"), [call[1:] for call in CALLS], ids=[call[0] for call in CALLS])
def test_what_is_enqueued_is_a_task_of_the_outbox(given: ast.expr, module: str) -> None:
    assert named(given, module) in OUTBOX_TASKS


def test_the_calls_are_found() -> None:
    assert len(CALLS) >= 10


def test_what_the_schedule_and_beat_send_is_a_task() -> None:
    names = {entry["task"] for entry in BEAT_SCHEDULE.values()} | {HEARTBEAT}
    assert names - app.tasks.keys() == set()


def test_what_the_outbox_hands_on_is_a_task() -> None:
    assert OUTBOX_TASKS.keys() - app.tasks.keys() == set()
