from datetime import UTC, datetime, timedelta

import pytest

from opacity_studio.domain.run_events import RunEvent
from opacity_studio.domain.run_progress import RunProgress


def event(name: str, *, after: float = 0.0, **fields: object) -> RunEvent:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    return RunEvent(name, began + timedelta(seconds=after), fields)


ACCEPTED = event("accepted", run="r", task="opacity", parent="opacity-1", epochs=4, pid=1)


def epoch(number: int, iou: float, best: int) -> RunEvent:
    return event(
        "epoch", epoch=number, epochs=4, loss=0.5, iou=0.4, validation_iou=iou, best_epoch=best
    )


def test_a_run_that_is_training():
    now = RunProgress().after(
        [
            ACCEPTED,
            event("data", train={"films": 9, "patients": 7}, new=3, skipped=[["a.png", "why"]]),
            epoch(1, 0.41, 1),
            event("step", epoch=2, epochs=4, step=5, steps=10, loss=0.3, seconds_left=60),
        ]
    )
    assert now.stage == "training"
    assert now.counts["train"]["patients"] == 7
    assert now.skipped == (("a.png", "why"),)
    assert now.share == pytest.approx(1.5 / 4)
    assert now.seconds_left == 60
    assert now.best is not None
    assert now.best.validation_iou == 0.41


def test_nothing_is_known_before_the_first_event():
    now = RunProgress()
    assert now.stage == "starting"
    assert now.share == 0
    assert now.best is None


def test_a_run_taken_up_again_goes_on_and_replaces_the_epoch_it_repeats():
    before = RunProgress().after([ACCEPTED, epoch(1, 0.4, 1), epoch(2, 0.5, 2)])
    cancelled = before.after([event("cancelled", best_epoch=2, model=None, folder=None)])
    assert cancelled.stage == "ended"
    assert cancelled.last_word is not None
    again = cancelled.after([ACCEPTED, epoch(2, 0.6, 2)])
    assert again.stage == "training"
    assert again.last_word is None
    assert [f.validation_iou for f in again.figures] == [0.4, 0.6]


def test_the_start_counts_as_epoch_nought_but_not_as_work_done():
    now = RunProgress().after([ACCEPTED, epoch(0, 0.5, 0)])
    assert now.share == 0
    assert now.best is not None
    assert now.best.epoch == 0


def test_unknown_events_and_odd_fields_are_no_trouble():
    now = RunProgress().after(
        [
            event("weather", rain=True),
            event("accepted", task=None, epochs="many"),
            event("data", train=3, skipped=[1, ["x"]]),
            event("step", loss=None, step=None),
            event("preview", epoch=1, films=["odd", {"image": "a", "file": "b"}]),
        ]
    )
    assert now.loss is None
    assert now.share == 0
    assert [film.file for film in now.previews] == ["b"]


def test_judging_takes_as_long_as_it_has_taken_so_far():
    begun = RunProgress().after([ACCEPTED, event("evaluating", done=0, films=0, after=10)])
    assert begun.seconds_left is None
    writing_done = begun.after([event("evaluating", done=0, films=16, after=40)])
    assert writing_done.seconds_left is None
    now = writing_done.after(
        [event("evaluating", done=n, films=16, after=40 + 2.0 * n) for n in (1, 2, 3, 4)]
    )
    assert now.judged == (4, 16)
    assert now.seconds_left == pytest.approx(24.0)
    assert now.after([event("evaluating", done=16, films=16, after=72)]).seconds_left == 0
