"""The second job, in a real window and with the real worker: retrain, judge, use, go back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.resource_path import resource
from opacity_studio.files.run_folder import runs_folder, runs_in
from opacity_studio.gui.training.run_follower import FollowedRun
from tests.learning.tiny_films import patients_on, write_film
from tests.on_screen import ON_SCREEN, run_on_screen
from tests.real_training import REAL_TRAINING
from tests.window_fixtures import Desk

pytestmark = REAL_TRAINING

LONGEST = 1_500_000
"""Milliseconds; the worker gives way to everything else on a busy machine."""


@pytest.fixture
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of models with the shipped networks, for the window and the worker."""
    folder = tmp_path / "own models"
    shutil.copytree(resource("models"), folder)
    monkeypatch.setenv("OPACITY_STUDIO_MODELS", str(folder))
    return folder


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    """Return a folder of few small films that a reader has marked."""
    folder = tmp_path / "films"
    for number, patient in enumerate(patients_on("train", 3)):
        write_film(folder, patient, opacity=number != 1)
    for side in ("validation", "test"):
        write_film(folder, patients_on(side, 1)[0])
    return folder


@pytest.fixture
def no_worker_left():
    """Ask what still trains to stop; a failed test must not leave a worker behind."""
    yield
    for run in runs_in(runs_folder()):
        if run.state() == "running":
            run.ask_to_stop()


class Reader:
    """A person with a window and a training."""

    def __init__(self, desk: Desk, qtbot) -> None:
        self.desk = desk
        self.training = desk.window.training
        self._qtbot = qtbot

    def wait(self, condition: Callable[[FollowedRun], bool]) -> FollowedRun:
        """Wait until the run is as wanted; one that fails is not waited for."""

        def reached() -> bool:
            now = self.training.desk.current
            if now is not None and now.state == "failed":
                pytest.fail(f"{now.trouble} {now.progress.last_word}")
            return now is not None and condition(now)

        self._qtbot.waitUntil(reached, timeout=LONGEST)
        now = self.training.desk.current
        assert now is not None
        return now

    def press(self, name: str) -> None:
        """Click the button of this name once it can be clicked."""

        def button() -> QPushButton | None:
            found = self.desk.window.findChildren(QPushButton, name)
            return next((each for each in found if each.isVisible() and each.isEnabled()), None)

        self.desk.wait(lambda: button() is not None)
        clicked = button()
        assert clicked is not None
        QTest.mouseClick(clicked, Qt.MouseButton.LeftButton)

    def set(self, name: str, value: int) -> None:
        """Type a number."""
        box = self.desk.window.findChild(QSpinBox, name)
        assert box is not None
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, str(value))
        assert box.value() == value

    def predicts_with(self, model: str) -> None:
        """Wait until the film in view shows the prediction of `model`."""

        def predicted() -> bool:
            prediction = self.desk.window.session.prediction
            return prediction is not None and prediction.model == model

        self._qtbot.waitUntil(predicted, timeout=60_000)


@pytest.mark.slow
def test_start_watch_stop_resume_finish_compare_use_and_roll_back(
    make_desk: Callable[..., Desk], own_models: Path, curated: Path, no_worker_left: None, qtbot
):
    in_use = ModelStore([own_models]).active().opacity.id
    first = Reader(make_desk(models_folder=own_models), qtbot)
    first.desk.open(curated)
    first.desk.act("prediction.retrain")
    first.press("training.start.scratch")
    first.press("training.advanced")
    first.set("training.epochs", 5)
    first.set("training.batch-size", 1)
    first.press("training.start")
    first.wait(lambda now: now.progress.step > 0)
    assert first.desk.window.status.training.text().startswith("training")
    first.desk.key(Qt.Key.Key_D)
    first.desk.wait_for_film()

    assert not first.desk.window.close()
    first.press("message.training-goes-on")
    assert not first.desk.window.isVisible()

    reader = Reader(make_desk(models_folder=own_models), qtbot)
    reader.desk.open(curated)
    reader.wait(lambda now: len(now.progress.figures) > 0)
    reader.desk.window.status.training.click()
    reader.press("training.stop")
    reader.press("training.stop-sure")
    stopped = reader.wait(lambda now: now.is_over)
    assert stopped.state == "cancelled"
    done = len(stopped.progress.figures)
    assert 1 <= done < 5

    reader.press("training.resume")
    ended = reader.wait(lambda now: now.state == "finished")
    assert len(ended.progress.figures) == 5
    assert ended.progress.previews
    assert ended.comparison is not None
    assert ended.comparison.incumbent == in_use
    drawer = reader.training.drawer
    assert drawer is not None
    assert drawer.page == "comparison"
    assert ModelStore([own_models]).active().opacity.id == in_use

    drawn = reader.desk.window.session.annotation
    reader.press("comparison.use")
    if ended.comparison.verdict not in ("better", "no clear difference"):
        reader.press("comparison.use-all-the-same")
    assert ended.candidate is not None
    reader.predicts_with(ended.candidate)
    assert ModelStore([own_models]).active().opacity.id == ended.candidate
    assert reader.desk.window.session.annotation is drawn
    reader.press("comparison.rollback")
    reader.predicts_with(in_use)
    assert ModelStore([own_models]).active().opacity.id == in_use
    assert reader.desk.window.session.annotation is drawn
    assert reader.desk.window.findChild(QWidget, "training-drawer").isVisible()


@pytest.mark.slow
def test_a_folder_without_a_test_patient_is_not_trained_on(
    make_desk: Callable[..., Desk], own_models: Path, tmp_path: Path, qtbot
):
    folder = tmp_path / "one patient"
    write_film(folder, patients_on("train", 1)[0])
    desk = make_desk(models_folder=own_models)
    desk.open(folder)
    desk.act("prediction.retrain")
    desk.wait(lambda: desk.window.training.drawer.setup._counted is not None)
    assert not desk.window.findChild(QPushButton, "training.start").isEnabled()


@pytest.mark.slow
@pytest.mark.skipif(ON_SCREEN in os.environ, reason="already on a screen")
def test_the_drawer_on_a_real_screen(tmp_path: Path):
    recorded = Path(__file__).parents[1] / "gui" / "training" / "test_retraining.py"
    chosen = "click or stopping or taken_back or closing"
    run_on_screen(recorded, chosen, tmp_path, size="1366x768", timeout=900)
