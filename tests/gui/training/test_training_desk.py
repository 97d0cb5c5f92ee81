"""Which run a window finds that is opened anew."""

import os
from pathlib import Path

from opacity_studio.files.run_folder import CONFIG
from tests.gui.training.recorded_runs import RecordedRun
from tests.window_fixtures import Desk


def test_a_run_that_goes_on_is_found_before_a_newer_one_that_is_over(desk: Desk, tmp_path: Path):
    going_on = RecordedRun(tmp_path, "opacity-20260101-080000").alive().begin().train(2)
    os.utime(going_on.folder.path / CONFIG, (1, 1))
    RecordedRun(tmp_path, "opacity-20260101-090000").begin().fail("Another training is going on.")
    training = desk.window.training.desk
    training.look_for_runs()
    desk.wait(lambda: training.current is not None)
    assert training.current.run == going_on.folder
    going_on.dead()


def test_a_failure_that_was_seen_does_not_hide_the_comparison_before_it(desk: Desk, tmp_path: Path):
    finished = RecordedRun(tmp_path, "opacity-20260101-080000").begin().train(12).finish()
    os.utime(finished.folder.path / CONFIG, (1, 1))
    failed = RecordedRun(tmp_path, "opacity-20260101-090000").begin()
    failed.fail("The disk is full: make room.")
    training = desk.window.training.desk
    training.look_for_runs(seen=failed.folder.name)
    desk.wait(lambda: training.current is not None)
    assert training.current.run == finished.folder


def test_a_failure_that_nobody_saw_is_found(desk: Desk, tmp_path: Path):
    finished = RecordedRun(tmp_path, "opacity-20260101-080000").begin().train(12).finish()
    os.utime(finished.folder.path / CONFIG, (1, 1))
    failed = RecordedRun(tmp_path, "opacity-20260101-090000").begin()
    failed.fail("The disk is full: make room.")
    training = desk.window.training.desk
    training.look_for_runs(seen=finished.folder.name)
    desk.wait(lambda: training.current is not None)
    assert training.current.run == failed.folder
