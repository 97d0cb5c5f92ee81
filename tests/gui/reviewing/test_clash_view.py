"""An outline changed here and elsewhere at once: both are seen, by patterns, while one chooses."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.gui.reviewing.routine_at_desk import ANNOTATOR, press
from tests.window_fixtures import PATCH, Desk


@pytest.fixture
def desk(make_desk, films: Path) -> Desk:
    """Return a window that asks which of two outlines is to be kept."""
    desk: Desk = make_desk(settings=ANNOTATOR)
    desk.open(films)
    desk.click(*PATCH)
    desk.wait_until_saved()
    # What is drawn next is not on disk before the other program has written.
    desk.window.autosave.set_delay(60)
    session = desk.window.session
    (shape,) = session.annotation.labelled("opacity")
    points = shape.points.copy()
    points[0] += (-20, -20)
    session.commit("Move", session.annotation.replacing(shape.key, shape.with_outline(points)))
    path = films / "film 1.json"
    document = json.loads(path.read_text())
    x, y = document["shapes"][0]["points"][0]
    document["shapes"][0]["points"][0] = [x + 30, y + 30]
    path.write_text(json.dumps(document))
    desk.wait(lambda: choice(desk) is not None)
    return desk


def choice(desk: Desk) -> QPushButton | None:
    return desk.window.area.messages.findChild(QPushButton, "message.keep-mine")


def test_both_outlines_are_seen_until_one_is_chosen(desk: Desk):
    changes = desk.window.review.reviewing.changes
    assert changes.is_shown
    choice(desk).click()
    assert not changes.is_shown


def test_escape_takes_the_patterns_away_and_the_question_stays(desk: Desk):
    changes = desk.window.review.reviewing.changes
    press(Qt.Key.Key_Escape)
    assert not changes.is_shown
    assert choice(desk) is not None
