"""Click to add and local threshold with a real window and a real mouse, down to the file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from opacity_studio.domain.geometry import region_of, union_of
from tests.on_screen import ON_SCREEN, run_on_screen
from tests.window_fixtures import PATCH, Desk

CONTROL = Qt.KeyboardModifier.ControlModifier
ELSEWHERE = (440, 300)
"""In the other lung, where the tiny network sees nothing."""


def opacities(desk: Desk):
    return desk.window.session.annotation.labelled("opacity")


def proposed(desk: Desk) -> float:
    tool = desk.window.view._tool
    return sum(shapely.Polygon(ring).area for ring in tool.draft.proposal)


def wheel(desk: Desk, x: float, y: float, notches: int) -> None:
    view = desk.window.view
    at = QPointF(desk.place(x, y))
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def control_click(desk: Desk, x: float, y: float) -> None:
    QTest.mouseMove(desk.window.view, desk.place(x, y), delay=5)
    QTest.mouseClick(
        desk.window.view, Qt.MouseButton.LeftButton, CONTROL, desk.place(x, y), delay=5
    )


def test_click_to_add_proposes_grows_and_is_saved(desk: Desk, films: Path):
    desk.open(films)
    desk.key(Qt.Key.Key_C)
    assert desk.window.view.tool == "add"
    desk.click(*PATCH)
    first = proposed(desk)
    assert first > 0
    assert opacities(desk) == ()

    zoom = desk.window.view.zoom
    wheel(desk, *PATCH, 3)
    assert proposed(desk) > first
    assert desk.window.view.zoom == zoom
    wheel(desk, *PATCH, -3)
    assert proposed(desk) == pytest.approx(first)
    desk.key(Qt.Key.Key_Return)

    (shape,) = opacities(desk)
    assert region_of(shape).contains(shapely.Point(PATCH))
    assert union_of(desk.window.session.predicted_lungs).buffer(1e-6).covers(region_of(shape))
    assert desk.window.session.undo_label == "Add opacity"
    assert desk.window.desk.current.name == "film 1.png"
    desk.wait_until_saved()
    (stored,) = json.loads((films / "film 1.json").read_text())["shapes"]
    assert stored["opacity_studio"]["source"] == "model"
    assert stored["opacity_studio"]["edited_by"] is None

    desk.key(Qt.Key.Key_Z, CONTROL)
    assert opacities(desk) == ()
    wheel(desk, *PATCH, 1)
    assert desk.window.view.zoom > zoom


def test_a_drag_grows_what_a_click_proposes_and_a_double_click_accepts(desk: Desk, films: Path):
    desk.open(films)
    desk.key(Qt.Key.Key_C)
    desk.click(*PATCH)
    first = proposed(desk)
    desk.key(Qt.Key.Key_Escape)
    assert proposed(desk) == 0
    assert desk.window.view.tool == "add"
    desk.drag(PATCH, (PATCH[0], PATCH[1] - 60))
    assert proposed(desk) > first
    desk.double_click(*PATCH)
    assert len(opacities(desk)) == 1


def test_clicks_add_and_control_clicks_take_away(desk: Desk, films: Path):
    desk.open(films)
    desk.key(Qt.Key.Key_C)
    desk.click(*PATCH)
    one = proposed(desk)
    desk.click(*ELSEWHERE)
    assert proposed(desk) > one
    assert len(desk.window.view._tool.draft.foreground) == 2
    control_click(desk, *ELSEWHERE)
    assert proposed(desk) == pytest.approx(one)
    desk.key(Qt.Key.Key_Backspace)
    control_click(desk, PATCH[0], PATCH[1] + 45)
    assert 0 < proposed(desk) < one
    desk.key(Qt.Key.Key_Return)
    shapes = opacities(desk)
    assert not union_of(shapes).contains(shapely.Point(PATCH[0], PATCH[1] + 45))


def test_where_the_model_is_silent_the_film_is_asked(desk: Desk, films: Path):
    desk.open(films / "film 2.png")
    desk.key(Qt.Key.Key_C)
    desk.click(*ELSEWHERE)
    assert proposed(desk) > 0
    desk.key(Qt.Key.Key_Return)
    desk.wait_until_saved()
    (stored,) = json.loads((films / "film 2.json").read_text())["shapes"]
    assert stored["opacity_studio"]["source"] == "person"
    assert stored["opacity_studio"]["edited_by"] == "Test Reader"


def test_local_threshold_changes_one_region_and_nothing_else(desk: Desk, films: Path):
    desk.open(films)
    session = desk.window.session
    desk.key(Qt.Key.Key_P)
    for corner in [(400, 300), (470, 300), (470, 380)]:
        desk.click(*corner)
    desk.key(Qt.Key.Key_Return)
    (mine,) = opacities(desk)
    (offered,) = session.predicted_regions

    desk.key(Qt.Key.Key_O)
    assert desk.window.view.tool == "local_threshold"
    desk.drag(PATCH, (PATCH[0], PATCH[1] - 70))
    changed = opacities(desk)[1]
    assert session.undo_label == "Local threshold"
    assert region_of(changed).area > region_of(offered).area
    assert opacities(desk)[0] is mine
    assert session.predicted_regions == ()

    level = changed.provenance.threshold
    desk.drag(PATCH, (PATCH[0], PATCH[1] + 90))
    again = opacities(desk)[1]
    assert again.key == changed.key
    assert again.provenance.threshold > level
    assert region_of(again).area < region_of(changed).area

    before = session.annotation
    for threshold in (0.1, 0.9, 0.5):
        session.set_threshold(threshold)
    assert session.annotation is before
    desk.wait_until_saved()
    stored = json.loads((films / "film 1.json").read_text())["shapes"][1]
    assert stored["opacity_studio"]["source"] == "model"
    assert stored["opacity_studio"]["threshold"] == again.provenance.threshold

    desk.key(Qt.Key.Key_Z, CONTROL)
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert opacities(desk) == (mine,)
    assert len(session.predicted_regions) == 1


def test_escape_during_the_drag_puts_the_region_back(desk: Desk, films: Path):
    desk.open(films)
    desk.key(Qt.Key.Key_O)
    view, left, none = (
        desk.window.view,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QTest.mouseMove(view, desk.place(*PATCH), delay=5)
    QTest.mousePress(view, left, none, desk.place(*PATCH), delay=5)
    QTest.mouseMove(view, desk.place(PATCH[0], PATCH[1] - 50), delay=5)
    assert desk.window.session.shown_annotation is not desk.window.session.annotation
    desk.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(view, left, none, desk.place(PATCH[0], PATCH[1] - 50), delay=5)
    assert opacities(desk) == ()
    assert desk.window.session.shown_annotation is desk.window.session.annotation


@pytest.mark.skipif(ON_SCREEN in os.environ, reason="already on a screen")
def test_the_same_on_a_real_screen(tmp_path: Path):
    run_on_screen(Path(__file__), "not labelme", tmp_path, size="1920x1080", timeout=400)
