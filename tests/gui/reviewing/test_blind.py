"""Blind first: nothing of the prediction until the reader's own mark, or until asked for."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from opacity_studio.files.settings import load_settings
from opacity_studio.gui.worklist.row_data import Role
from tests.gui.reviewing.routine_at_desk import ANNOTATOR, events, press, record_on_disk, says
from tests.window_fixtures import Desk


@pytest.fixture
def desk(make_desk, films: Path) -> Desk:
    """Return a window on a film that is read blind."""
    desk: Desk = make_desk(settings=replace(ANNOTATOR, blind_first=True))
    desk.open(films)
    return desk


def shows_prediction(desk: Desk) -> bool:
    session = desk.window.session
    return session.prediction is not None and bool(session.predicted_regions)


def test_nothing_of_the_prediction_is_there_at_first(desk: Desk):
    assert not shows_prediction(desk)
    assert desk.window.side.blind.isVisible()
    assert not desk.window.side.prediction.isVisible()
    assert not desk.window.actions_by_id["prediction.accept-all"].isEnabled()


def test_the_list_gives_nothing_away(desk: Desk):
    desk.wait(lambda: not desk.window.desk.is_reading_ahead)
    model = desk.window.films
    for row in range(model.rowCount()):
        assert model.index(row).data(Role.SUMMARY).model_percent is None
        assert "%" not in model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
    desk.act("film.blind")
    desk.wait(lambda: model.index(0).data(Role.SUMMARY).model_percent is not None)


def test_g_shows_it_and_the_record_says_so(desk: Desk, films: Path):
    press(Qt.Key.Key_G)
    desk.wait(lambda: shows_prediction(desk))
    assert desk.window.side.prediction.isVisible()
    assert desk.window.actions_by_id["prediction.show"].isChecked()
    assert events(desk) == ["revealed"]
    desk.act("prediction.accept-all")
    press(Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")
    desk.wait_until_saved()
    mark = record_on_disk(films / "film 1.png")["events"][-1]
    assert (mark["kind"], mark["blind"]) == ("annotated", False)
    # The next film is read blind again.
    assert not shows_prediction(desk)


def test_the_button_does_the_same(desk: Desk):
    desk.window.findChild(QPushButton, "blind.show").click()
    assert shows_prediction(desk)
    assert events(desk) == ["revealed"]


def test_the_first_mark_shows_it_and_stays_the_next_goes_on(desk: Desk, films: Path):
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert desk.window.desk.current.name == "film 1.png"
    assert shows_prediction(desk)
    assert "Enter goes on" in says(desk)
    (mark,) = desk.window.session.annotation.review.events
    assert (mark.kind, mark.blind, mark.model) == ("no_opacity", True, None)
    press(Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")
    desk.wait_until_saved()
    assert len(record_on_disk(films / "film 1.png")["events"]) >= 1


def test_a_film_marked_before_is_not_blind_again(desk: Desk):
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")
    press(Qt.Key.Key_A)
    desk.wait_for_film("film 1.png")
    assert shows_prediction(desk)


def test_the_menu_turns_the_mode_on_and_off(make_desk, films: Path):
    desk: Desk = make_desk(settings=ANNOTATOR)
    desk.open(films)
    assert shows_prediction(desk)
    desk.act("film.blind")
    assert load_settings().blind_first
    # It has been seen already.
    assert shows_prediction(desk)
    press(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert desk.window.side.blind.isVisible()
    desk.act("film.blind")
    assert not load_settings().blind_first
    assert not desk.window.side.blind.isVisible()
    assert desk.window.session.prediction is not None
