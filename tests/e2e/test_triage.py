"""Triage with a real window, mouse and keys, down to the file and back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from opacity_studio.domain.labels import OPACITY
from tests.on_screen import ON_SCREEN, run_on_screen
from tests.window_fixtures import PATCH, Desk

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NOTHING_THERE = (440, 300)
"""In the other lung, where the tiny network sees nothing."""


def draw(desk: Desk, x: float, y: float, half: float) -> None:
    """Draw a square with the polygon tool, corner by corner."""
    desk.key(Qt.Key.Key_P)
    for dx, dy in ((-half, -half), (half, -half), (half, half), (-half, half)):
        desk.click(x + dx, y + dy)
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_V)


def opacities(desk: Desk):
    return desk.window.session.annotation.labelled(OPACITY)


def listed(desk: Desk) -> int:
    desk.wait(lambda: not desk.window.review.triage.is_busy)
    return desk.window.review.triage._panel.model.rowCount()


def settle(desk: Desk, key: Qt.Key, left: int) -> None:
    """Decide on the difference looked at, by key."""
    desk.key(key, SHIFT)
    desk.wait(lambda: listed(desk) == left)


def stored(films: Path) -> dict:
    return json.loads((films / "film 1.json").read_text())


def test_a_film_is_gone_through_by_keys_alone(desk: Desk, films: Path):
    desk.open(films)
    draw(desk, *PATCH, 18)
    draw(desk, *NOTHING_THERE, 30)
    mine = opacities(desk)
    assert len(mine) == 2
    assert listed(desk) == 2

    desk.key(Qt.Key.Key_T, CONTROL)
    desk.wait(lambda: desk.window.review.triage._current is not None)
    difference = desk.window.review.triage._current
    took = {True: Qt.Key.Key_T, False: Qt.Key.Key_X}
    settle(desk, took[bool(difference.model)], left=1)
    desk.wait(lambda: desk.window.review.triage._current is not None)
    difference = desk.window.review.triage._current
    settle(desk, took[bool(difference.model)], left=0)

    sources = sorted(shape.provenance.source for shape in opacities(desk))
    assert sources == ["model", "person"]
    desk.wait_until_saved()
    shapes = [shape for shape in stored(films)["shapes"] if shape["label"] == OPACITY]
    theirs = next(s for s in shapes if s["opacity_studio"]["source"] == "model")
    assert theirs["opacity_studio"]["edited_by"] is None
    kept = [e for e in stored(films)["opacity_studio"]["events"] if e["kind"] == "kept"]
    assert [event["reader"] for event in kept] == ["Test Reader"]
    ours = next(s for s in shapes if s["opacity_studio"]["source"] == "person")
    assert kept[0]["outline"] == ours["opacity_studio"]["outline_digest"]

    # Each decision is one step: both taken back, the film is as it was drawn.
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert listed(desk) == 1
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert listed(desk) == 2
    assert [shape.key for shape in opacities(desk)] == [shape.key for shape in mine]
    desk.wait_until_saved()
    assert not [e for e in stored(films)["opacity_studio"]["events"] if e["kind"] == "kept"]


def test_what_was_kept_is_still_settled_the_next_day(make_desk, films: Path):
    first: Desk = make_desk()
    first.open(films)
    draw(first, *NOTHING_THERE, 30)
    assert listed(first) == 2
    first.key(Qt.Key.Key_E, SHIFT)
    settle(first, Qt.Key.Key_X, left=1)
    first.wait(lambda: first.window.review.triage._current is not None)
    settle(first, Qt.Key.Key_X, left=0)
    first.wait_until_saved()
    first.window.close()

    again: Desk = make_desk()
    again.open(films / "film 1.png")
    assert listed(again) == 0
    assert again.window.review.triage._panel._settled.text() == "2 settled"


@pytest.mark.skipif(ON_SCREEN in os.environ, reason="already on a screen")
def test_the_same_on_a_real_screen(tmp_path: Path):
    run_on_screen(Path(__file__), "not labelme", tmp_path, size="1920x1080", timeout=400)
