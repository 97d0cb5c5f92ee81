"""Quiet warnings below the measurements, with a real window, mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from opacity_studio.domain.checks import Code
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.shape import Shape
from tests.window_fixtures import Desk

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def box(label: str, left: float, top: float, right: float, bottom: float) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]])


RIGHT, LEFT = box(RIGHT_LUNG, 110, 120, 290, 540), box(LEFT_LUNG, 350, 120, 530, 540)
BOW = [[380, 200], [450, 260], [450, 200], [380, 260]]


@pytest.fixture
def opened(desk: Desk, films: Path) -> Desk:
    desk.open(films)
    return desk


def draw(desk: Desk, *shapes: Shape) -> None:
    session = desk.window.session
    assert session.commit("Draw", session.annotation.adding(*shapes))


def codes(desk: Desk) -> list[Code]:
    desk.wait(lambda: not desk.window.review.findings.is_busy)
    return [finding.code for finding in desk.window.review.findings.found]


def link(desk: Desk):
    return desk.window.side.measurement.link


def menu(desk: Desk) -> QMenu:
    return desk.window.review.findings._menu


def test_a_good_film_says_nothing(opened: Desk):
    draw(opened, RIGHT, LEFT, box(OPACITY, 380, 200, 450, 260))
    assert codes(opened) == []
    assert not link(opened).isVisible()


def test_the_count_follows_edits_and_undo_and_moves_nothing(opened: Desk):
    draw(opened, RIGHT, LEFT)
    codes(opened)
    panel = opened.window.side.measurement
    height = panel.height()
    draw(opened, Shape(OPACITY, BOW))
    assert codes(opened) == [Code.CROSSING_OUTLINE]
    assert link(opened).isVisible()
    assert link(opened).text().endswith("1 to check")
    assert panel.height() == height
    opened.key(Qt.Key.Key_Z, CONTROL)
    assert codes(opened) == []
    assert not link(opened).isVisible()


def test_a_click_lists_them_and_a_click_on_one_goes_there(opened: Desk):
    bow = Shape(OPACITY, BOW)
    draw(opened, RIGHT, LEFT, bow, box(OPACITY, 120, 200, 124, 203))
    assert codes(opened) == [Code.CROSSING_OUTLINE, Code.SPECK]
    assert link(opened).text().endswith("1 to check")
    QTest.mouseClick(link(opened), Qt.MouseButton.LeftButton)
    opened.wait(menu(opened).isVisible)
    texts = [action.text() for action in menu(opened).actions()]
    assert len(texts) == 2
    assert "crosses itself" in texts[0]
    zoom = opened.window.view.zoom
    QTest.mouseClick(
        menu(opened),
        Qt.MouseButton.LeftButton,
        pos=menu(opened).actionGeometry(menu(opened).actions()[0]).center(),
    )
    assert opened.window.session.selection == {bow.key}
    assert opened.window.view.zoom > zoom


def test_its_key_lists_them_and_says_when_there_are_none(opened: Desk):
    opened.key(Qt.Key.Key_C, SHIFT)
    assert not menu(opened).isVisible()
    draw(opened, RIGHT)
    assert codes(opened) == [Code.ONE_LUNG]
    opened.key(Qt.Key.Key_C, SHIFT)
    opened.wait(menu(opened).isVisible)
    QTest.keyClick(menu(opened), Qt.Key.Key_Escape)
    assert not menu(opened).isVisible()


def test_only_hints_are_no_warning(opened: Desk):
    draw(opened, RIGHT, LEFT, box(OPACITY, 120, 200, 124, 203))
    assert codes(opened) == [Code.SPECK]
    assert link(opened).text() == "1 hint"
    assert not link(opened).property("warns")


def test_a_label_met_on_the_film_is_still_told_of(opened: Desk):
    draw(opened, RIGHT, LEFT, box("Opacity", 380, 200, 450, 260))
    assert codes(opened) == [Code.UNKNOWN_LABEL]


def test_another_film_has_its_own(opened: Desk, films: Path):
    draw(opened, RIGHT)
    assert codes(opened) == [Code.ONE_LUNG]
    opened.open(films / "film 2.png")
    opened.wait_for_film("film 2.png")
    assert codes(opened) == []
    assert not link(opened).isVisible()
