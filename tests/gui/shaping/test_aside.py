"""Hundreds of outlines are worked on beside the window, and Escape drops that."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt

from opacity_studio.domain.shape import Shape
from opacity_studio.gui.shaping.aside import MOST_AT_ONCE, Aside
from tests.window_fixtures import Desk


def many(count: int = 60) -> tuple[Shape, ...]:
    """Return overlapping outlines of 100 points in a row."""
    turns = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    round_it = np.stack((np.cos(turns), np.sin(turns)), axis=1)
    return tuple(Shape("opacity", (150 + 5 * n, 300) + 20 * round_it) for n in range(count))


@pytest.fixture
def full_desk(desk: Desk, films: Path) -> Desk:
    """A film with more outlines than are worked on at once, all selected."""
    desk.open(films / "film 2.png")
    session = desk.window.session
    shapes = many()
    assert sum(len(shape.points) for shape in shapes) > MOST_AT_ONCE
    session.commit("Draw", replace(session.annotation, shapes=shapes))
    session.select(shape.key for shape in shapes)
    return desk


def test_many_outlines_are_united_beside_the_window(full_desk: Desk):
    session = full_desk.window.session
    full_desk.act("shape.unite")
    assert len(session.annotation.shapes) == 60
    full_desk.wait(lambda: len(session.annotation.shapes) == 1)
    assert session.undo_label == "Unite opacity"
    assert len(session.selection) == 1


def test_escape_drops_what_is_under_way(full_desk: Desk):
    session = full_desk.window.session
    before = session.annotation
    full_desk.act("shape.unite")
    full_desk.key(Qt.Key.Key_Escape)
    full_desk.wait(lambda: not full_desk.window.is_busy)
    assert session.annotation is before


def test_an_edit_that_comes_first_stands(full_desk: Desk):
    session = full_desk.window.session
    full_desk.act("shape.unite")
    gone = session.annotation.shapes[0].key
    session.delete([gone])
    full_desk.wait(lambda: not full_desk.window.is_busy)
    assert len(session.annotation.shapes) == 59


def test_smoothing_many_is_shown_when_it_is_done_and_accepted_at_once(full_desk: Desk):
    session = full_desk.window.session
    before = session.annotation
    full_desk.act("shape.smooth")
    full_desk.wait(lambda: session.shown_annotation is not before)
    full_desk.window._outline_bar.slider.setValue(70)
    full_desk.window._outline_bar.accepted.emit()
    full_desk.wait(lambda: session.annotation is not before)
    assert session.undo_label == "Smooth 60 shapes"
    assert session.shown_annotation is session.annotation


def test_it_says_what_takes_long_and_fails_in_words(qtbot):
    said: list[str] = []
    parent = QObject()
    aside = Aside(said.append, parent)
    go_on, done = threading.Event(), []
    aside.work("Uniting", MOST_AT_ONCE + 1, lambda: go_on.wait(20), done.append)
    qtbot.waitUntil(lambda: said == ["Uniting … · Esc drops it"])
    go_on.set()
    qtbot.waitUntil(lambda: done == [True])
    aside.work("Dividing", MOST_AT_ONCE + 1, lambda: 1 / 0, done.append)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert "could not be worked out" in said[-1]
    assert not aside.is_busy
    assert not aside.take_key("Escape")
    aside.close()
