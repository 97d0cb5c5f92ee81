"""The brush's disc in the film view: there at once, whatever key brings it or turns it round."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.review.session import ReviewSession


@pytest.fixture
def view(qtbot, tmp_path):
    session = ReviewSession(Reader("A"))
    session.open(
        Radiograph(np.zeros((300, 400), np.uint8), tmp_path / "film.png"),
        Annotation("film.png", 400, 300),
    )
    session.set_brush_size(0.1)
    view = FilmView()
    qtbot.addWidget(view)
    view.set_session(session)
    view.resize(400, 300)
    view.show()
    return view


def ring_colours(view: FilmView, centre: QPoint) -> set[str]:
    """Return the colours along the edge of the disc."""
    picture = view.grab().toImage()
    radius = 40 * view.zoom
    angles = np.linspace(0, 2 * np.pi, 240)
    return {
        picture.pixelColor(
            round(centre.x() + radius * np.cos(t)), round(centre.y() + radius * np.sin(t))
        ).name()
        for t in angles
    }


def is_grey(name: str) -> bool:
    return name[1:3] == name[3:5] == name[5:7]


def test_the_disc_comes_with_the_tool_and_turns_with_control(view):
    at = QPoint(200, 150)
    QTest.mouseMove(view, at)
    assert ring_colours(view, at) == {"#000000"}
    view.set_tool("brush")
    assert not all(map(is_grey, ring_colours(view, at)))
    QTest.keyPress(view, Qt.Key.Key_Control)
    erasing = ring_colours(view, at)
    assert all(map(is_grey, erasing))
    assert "#ffffff" in erasing
    QTest.keyRelease(view, Qt.Key.Key_Control)
    assert not all(map(is_grey, ring_colours(view, at)))
    view.set_tool("select")
    assert ring_colours(view, at) == {"#000000"}


@pytest.mark.parametrize("change", ["another film", "zoom"])
def test_the_disc_stays_under_the_cursor_when_the_film_moves_below_it(view, tmp_path, change):
    at = QPoint(130, 100)
    # The test before may have left the mouse there.
    QTest.mouseMove(view, QPoint(10, 10))
    view.set_tool("brush")
    if change == "zoom":
        QTest.mouseMove(view, at)
        view.zoom_by(2.0)
    else:
        view.zoom_by(2.0)
        QTest.mouseMove(view, at)
        other = Radiograph(np.zeros((300, 400), np.uint8), tmp_path / "other.png")
        view._session.open(other, Annotation("other.png", 400, 300))
    assert not any(map(is_grey, ring_colours(view, at)))
