"""Lines of a training run, there and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from opacity_studio.domain.run_events import RunEvent, event_line, event_of, run_state

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def test_an_event_is_one_line_with_its_name_and_time() -> None:
    line = event_line(RunEvent("step", NOON, {"step": 3, "loss": 0.5}))
    assert json.loads(line) == {
        "event": "step",
        "time": "2026-01-02T12:00:00.000+00:00",
        "step": 3,
        "loss": 0.5,
    }
    assert "\n" not in line


def test_what_is_not_known_is_kept() -> None:
    line = '{"event": "tea", "time": "2026-01-02T12:00:00Z", "sugar": [1, 2]}'
    event = event_of(line)
    assert (event.name, event.time, event["sugar"]) == ("tea", NOON, [1, 2])
    assert event["milk"] is None
    assert event_of(event_line(event)) == event


def test_what_is_no_number_is_null() -> None:
    event = RunEvent("epoch", NOON, {"loss": float("nan"), "deep": [{"x": float("inf")}, (1.5,)]})
    assert event_of(event_line(event)).fields == {"loss": None, "deep": [{"x": None}, [1.5]]}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[1]",
        '{"event": "step"}',
        '{"time": "2026-01-02T12:00:00Z"}',
        '{"event": "x", "time": "noon"}',
        '{"event": "st',
        "[" * 100_000,
    ],
)
def test_what_is_no_event_says_so(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is not for a person
        event_of(line)


def test_a_run_stands_as_its_last_word_says_else_as_its_worker_does() -> None:
    assert run_state(None, alive=True) == "running"
    assert run_state(RunEvent("step", NOON), alive=False) == "interrupted"
    assert run_state(RunEvent("finished", NOON), alive=True) == "finished"
    assert run_state(RunEvent("cancelled", NOON), alive=False) == "cancelled"
    assert run_state(RunEvent("failed", NOON), alive=False) == "failed"
