"""The main job with a real window and a real mouse: accept, correct, go on, find it on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.on_screen import ON_SCREEN, run_on_screen
from tests.real_labelme import RealLabelMe
from tests.window_fixtures import PATCH, Desk


def shapes_on_disk(film: Path) -> list[dict]:
    return json.loads(film.with_suffix(".json").read_text())["shapes"]


def outline(desk: Desk) -> np.ndarray:
    (shape,) = desk.window.session.annotation.labelled("opacity")
    return shape.points


def test_accept_drag_add_undo_redo_next_and_back(desk: Desk, films: Path):
    desk.open(films)
    session = desk.window.session
    assert session.predicted_regions

    desk.click(*PATCH)
    accepted = outline(desk).copy()
    desk.double_click(*PATCH)
    assert desk.window.view.zoom > 2

    start = tuple(accepted[0])
    # Outwards: a vertex stops where the outline would cross itself.
    outwards = np.subtract(start, accepted.mean(axis=0))
    away = tuple(start + 12 * outwards / np.hypot(*outwards))
    desk.drag(start, away)
    assert session.undo_label == "Move vertex"
    moved = outline(desk).copy()
    assert np.allclose(moved[0], away, atol=2)
    assert np.array_equal(moved[1:], accepted[1:])

    edge = longest_edge(moved)
    middle = (moved[edge] + moved[(edge + 1) % len(moved)]) / 2
    desk.drag(tuple(middle), (middle[0] + 9, middle[1] + 9))
    assert session.undo_label == "Add vertex"
    assert len(outline(desk)) == len(accepted) + 1
    added = outline(desk).copy()

    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(outline(desk), moved)
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert np.array_equal(outline(desk), added)

    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    (stored,) = shapes_on_disk(films / "film 1.png")
    assert stored["label"] == "opacity"
    assert np.array_equal(stored["points"], added)

    desk.key(Qt.Key.Key_A)
    desk.wait_for_film("film 1.png")
    assert np.array_equal(outline(desk), added)


def longest_edge(points: np.ndarray) -> int:
    return int(np.argmax(np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)))


def test_a_polygon_drawn_by_hand_is_what_is_on_disk(desk: Desk, films: Path):
    desk.open(films / "film 2.png")
    desk.key(Qt.Key.Key_P)
    corners = [(160, 260), (240, 260), (240, 330), (160, 330)]
    for corner in corners:
        desk.click(*corner)
    desk.key(Qt.Key.Key_Return)
    desk.wait_until_saved()

    (stored,) = shapes_on_disk(films / "film 2.png")
    assert np.allclose(stored["points"], corners, atol=1)
    assert stored["opacity_studio"]["source"] == "person"


def test_labelme_opens_what_was_saved(desk: Desk, films: Path, real_labelme: RealLabelMe):
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.wait_until_saved()
    saved = films / "film 1.json"
    copy = films / "from labelme.json"

    (outcome,) = real_labelme.resave([(saved, copy)])

    assert outcome.error is None
    ours, theirs = json.loads(saved.read_text()), json.loads(copy.read_text())
    assert [s["label"] for s in theirs["shapes"]] == [s["label"] for s in ours["shapes"]]
    for one, other in zip(theirs["shapes"], ours["shapes"], strict=True):
        assert np.allclose(one["points"], other["points"])


def test_marking_records_who_and_goes_on(desk: Desk, films: Path):
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.key(Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")

    record = json.loads((films / "film 1.json").read_text())["opacity_studio"]
    assert record["status"] == "annotated"
    assert record["events"][-1]["reader"] == "Test Reader"

    desk.key(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    desk.wait_for_film("film 3.png")
    record = json.loads((films / "film 2.json").read_text())["opacity_studio"]
    assert record["events"][-1]["kind"] == "no_opacity"
    assert desk.window.films.read_count == 2


@pytest.mark.skipif(ON_SCREEN in os.environ, reason="already on a screen")
def test_the_same_on_a_real_screen(tmp_path: Path):
    run_on_screen(Path(__file__), "not labelme", tmp_path, size="1920x1080", timeout=240)
