"""The patient's films below the one in view, and the earlier one beside it, by real keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from opacity_studio.domain.radiograph import Window
from opacity_studio.files.settings import Settings
from tests.window_fixtures import Desk, draw_film

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def two_of_one(films: Path) -> Path:
    """Films 1 and 3 are of one patient, the third taken first; film 2 is another's."""
    rows = ("filename,patientid,offset", "film 1.png,7,9", "film 2.png,8,0", "film 3.png,7,2")
    (films / "metadata.csv").write_text("\n".join(rows))
    return films


@pytest.fixture
def reading(desk: Desk, two_of_one: Path) -> Desk:
    desk.open(two_of_one)
    return desk


def settle(desk: Desk) -> None:
    desk.wait(lambda: not desk.window.is_busy)


def test_one_key_shows_the_patients_films_in_order_and_hides_them(reading: Desk) -> None:
    timeline = reading.window.review.patient.timeline
    assert not timeline.isVisible()
    reading.key(Qt.Key.Key_P, SHIFT)
    assert timeline.isVisible()
    assert [card.film.day_text for card in timeline.cards] == ["day 2", "day 9"]
    assert reading.window.actions_by_id["view.patient"].isChecked()
    reading.key(Qt.Key.Key_P, SHIFT)
    assert not timeline.isVisible()


def test_a_click_opens_another_film_of_the_patient(reading: Desk) -> None:
    reading.key(Qt.Key.Key_P, SHIFT)
    card = reading.window.review.patient.timeline.cards[0]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    reading.wait_for_film("film 3.png")


def test_the_film_does_not_move_where_a_patient_has_no_other(reading: Desk) -> None:
    reading.key(Qt.Key.Key_P, SHIFT)
    settle(reading)
    timeline, place = reading.window.review.patient.timeline, reading.window.view.geometry()
    reading.key(Qt.Key.Key_D)
    reading.wait_for_film("film 2.png")
    settle(reading)
    assert reading.window.view.geometry() == place
    assert timeline.alone.isVisible()
    assert "no other film of this patient" in timeline.alone.text()
    reading.key(Qt.Key.Key_D)
    reading.wait_for_film("film 3.png")
    settle(reading)
    assert reading.window.view.geometry() == place
    assert not timeline.alone.isVisible()
    assert all(card.isVisible() for card in timeline.cards)


def test_where_no_patient_has_several_films_there_is_no_strip(desk: Desk, films: Path) -> None:
    desk.open(films)
    desk.key(Qt.Key.Key_P, SHIFT)
    settle(desk)
    assert not desk.window.review.patient.timeline.isVisible()


def test_cards_get_their_room_when_another_patient_comes(make_desk, films: Path) -> None:
    patients = (7, 7, 8, 8, 8)
    for number in (4, 5):
        draw_film(films / f"film {number}.png")
    rows = [f"film {number}.png,{who},{number}" for number, who in enumerate(patients, start=1)]
    (films / "metadata.csv").write_text("\n".join(("filename,patientid,offset", *rows)))
    desk = make_desk(settings=Settings(reader_name="Test Reader", patient_timeline=True))
    desk.open(films)
    desk.window.desk.show(films / "film 3.png")
    desk.wait_for_film("film 3.png")
    settle(desk)
    timeline = desk.window.review.patient.timeline
    scroll = timeline.findChild(QScrollArea)
    assert len(timeline.cards) == 3
    assert scroll.width() >= sum(card.width() for card in timeline.cards)


def test_it_is_remembered(make_desk: Callable[..., Desk], two_of_one: Path) -> None:
    desk = make_desk(settings=Settings(reader_name="Test Reader", patient_timeline=True))
    desk.open(two_of_one)
    settle(desk)
    assert desk.window.review.patient.timeline.isVisible()


def test_percentages_and_states_follow_the_reading(reading: Desk) -> None:
    reading.key(Qt.Key.Key_P, SHIFT)
    reading.act("prediction.accept-all")
    card = reading.window.review.patient.timeline.cards[1]
    reading.wait(lambda: card.film.summary.percent is not None)
    assert "opacity" in card.accessibleName()
    trend = reading.window.review.patient.timeline.trend
    reading.wait(lambda: trend.accessibleDescription() != "")
    reading.wait_until_saved()


def test_the_earlier_film_stands_beside_through_the_same_greys(reading: Desk) -> None:
    window = reading.window
    reading.key(Qt.Key.Key_B, SHIFT)
    earlier = window.review.patient.earlier
    reading.wait(earlier.isVisible)
    assert "day 2" in earlier.accessibleDescription()
    assert earlier.film is not None
    assert earlier.film.path.name == "film 3.png"
    window.view.set_window(Window(90.0, 60.0))
    assert earlier.grey_window == Window(90.0, 60.0)
    window.view.set_inverted(True)
    assert earlier.presentation.inverted
    reading.key(Qt.Key.Key_B, SHIFT)
    assert not earlier.isVisible()
    assert earlier.film is None


def test_it_can_be_moved_but_never_drawn_on(reading: Desk) -> None:
    window = reading.window
    reading.key(Qt.Key.Key_B, SHIFT)
    earlier = window.review.patient.earlier
    reading.wait(earlier.isVisible)
    reading.act("tool.brush")
    earlier.zoom_by(3.0)
    before = earlier.image_to_widget(320, 320)
    middle = earlier.rect().center()
    QTest.mousePress(earlier, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(earlier, middle + QPoint(20, 10))
    QTest.mouseMove(earlier, middle + QPoint(30, 20))
    QTest.mouseRelease(earlier, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 20))
    assert earlier.image_to_widget(320, 320) != before
    assert not window.session.is_modified


def test_the_first_film_of_a_patient_has_none_before_it(reading: Desk) -> None:
    reading.key(Qt.Key.Key_P, SHIFT)
    QTest.mouseClick(reading.window.review.patient.timeline.cards[0], Qt.MouseButton.LeftButton)
    reading.wait_for_film("film 3.png")
    settle(reading)
    reading.key(Qt.Key.Key_B, SHIFT)
    assert not reading.window.review.patient.earlier.isVisible()
    assert not reading.window.actions_by_id["view.earlier-film"].isChecked()


def test_read_blind_a_film_nobody_has_marked_shows_no_percentage_of_the_model(
    make_desk: Callable[..., Desk], two_of_one: Path
) -> None:
    desk = make_desk(
        settings=Settings(reader_name="Test Reader", patient_timeline=True, blind_first=True)
    )
    desk.open(two_of_one)
    desk.window.films.set_model_percent(two_of_one / "film 3.png", 12.5)
    settle(desk)
    timeline = desk.window.review.patient.timeline
    assert [card.film.summary.model_percent for card in timeline.cards] == [None, None]
    desk.act("film.blind")
    desk.wait(lambda: timeline.cards[0].film.summary.model_percent == 12.5)
