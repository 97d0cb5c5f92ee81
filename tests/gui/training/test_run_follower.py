from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opacity_studio.files.run_results import log_path
from opacity_studio.gui.training import run_follower
from opacity_studio.gui.training.run_follower import FollowedRun, RunFollower
from tests.gui.training.recorded_runs import CANDIDATE, RecordedRun


class Heard:
    """A follower, and the last it told."""

    def __init__(self, wait: Callable[[Callable[[], bool]], None]) -> None:
        self.follower = RunFollower()
        self.follower.changed.connect(self._hear)
        self.last: FollowedRun | None = None
        self._wait = wait

    def _hear(self, followed: FollowedRun) -> None:
        self.last = followed

    def until(self, condition: Callable[[FollowedRun], bool]) -> FollowedRun:
        self._wait(lambda: self.last is not None and condition(self.last))
        assert self.last is not None
        return self.last


@pytest.fixture
def heard(qtbot) -> Iterator[Heard]:
    heard = Heard(lambda condition: qtbot.waitUntil(condition, timeout=10_000))
    yield heard
    heard.follower.close()


def test_events_are_told_as_they_come_and_the_end_with_its_comparison(heard: Heard, tmp_path: Path):
    run = RecordedRun(tmp_path).alive().begin()
    heard.follower.follow(run.folder)
    heard.until(lambda now: now.state == "running" and now.progress.stage == "preparing")
    run.train(3)
    now = heard.until(lambda now: len(now.progress.figures) == 4)
    assert now.progress.step == 7
    assert now.folder == str(tmp_path)
    run.finish()
    run.dead()
    now = heard.until(lambda now: now.is_over and now.comparison is not None)
    assert now.candidate == CANDIDATE
    assert now.comparison is not None
    assert now.comparison.verdict == "better"


def test_a_worker_that_is_gone_without_a_word_is_interrupted(heard: Heard, tmp_path: Path):
    run = RecordedRun(tmp_path).alive().begin().train(2)
    heard.follower.follow(run.folder)
    heard.until(lambda now: now.state == "running")
    run.dead()
    assert heard.until(lambda now: now.is_over).state == "interrupted"


def test_being_asked_to_stop_shows_until_it_has_stopped(heard: Heard, tmp_path: Path):
    run = RecordedRun(tmp_path).alive().begin().train(2)
    heard.follower.follow(run.folder)
    heard.until(lambda now: now.state == "running")
    run.folder.ask_to_stop()
    assert heard.until(lambda now: now.is_stopping).state == "running"
    run.cancel()
    run.dead()
    now = heard.until(lambda now: now.is_over)
    assert now.state == "cancelled"
    assert not now.is_stopping


def test_a_run_that_is_taken_up_again_is_not_over_before_its_worker_speaks(
    heard: Heard, tmp_path: Path, qtbot
):
    run = RecordedRun(tmp_path).begin().train(2)
    run.cancel()
    heard.follower.follow(run.folder, awaited=True)
    now = heard.until(lambda now: now.progress.last_word is not None)
    assert now.state is None
    assert not now.is_over
    run.alive()
    run.tell_now("accepted", run="r", task="opacity", parent=None, epochs=12, pid=1)
    assert heard.until(lambda now: now.state == "running").progress.last_word is None
    run.dead()


def test_a_worker_that_cannot_even_begin_has_failed_with_its_last_line(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run_follower, "PATIENCE", 0.5)
    run = RecordedRun(tmp_path, "never-made").folder
    for file in run.path.iterdir():
        file.unlink()
    run.path.rmdir()
    log_path(run).write_text("$ opacity-studio train\nNo module named opacity_studio\n")
    heard.follower.follow(run, awaited=True)
    now = heard.until(lambda now: now.is_over)
    assert now.state == "failed"
    assert now.trouble.endswith("No module named opacity_studio")


def test_a_worker_given_up_too_early_is_followed_once_it_speaks(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run_follower, "PATIENCE", 0.2)
    run = RecordedRun(tmp_path)
    log_path(run.folder).write_text("$ opacity-studio train\nWarning: an old processor\n")
    heard.follower.follow(run.folder, awaited=True)
    heard.until(lambda now: now.state == "failed")
    run.alive()
    run.tell_now("accepted", run="r", task="opacity", parent=None, epochs=12, pid=1)
    assert heard.until(lambda now: now.state == "running").trouble == ""
    run.dead()


def test_a_damaged_comparison_is_told_of(heard: Heard, tmp_path: Path):
    run = RecordedRun(tmp_path).begin().train(12).finish()
    (run.folder.path / "comparison.json").write_text("{")
    heard.follower.follow(run.folder)
    now = heard.until(lambda now: now.is_over)
    assert "is damaged" in now.trouble
