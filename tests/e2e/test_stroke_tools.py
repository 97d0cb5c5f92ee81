"""Every tool that draws with strokes, with a real window and a real mouse: what is on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from opacity_studio.domain.geometry import region_of
from opacity_studio.files.labelme_json import parse_annotation
from tests.on_screen import ON_SCREEN, run_on_screen
from tests.real_labelme import RealLabelMe
from tests.window_fixtures import PATCH, Desk

LEFT, PLAIN, CTRL = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
)
Place = tuple[float, float]


def line(start: Place, end: Place, steps: int = 8) -> list[Place]:
    return [tuple(point) for point in np.linspace(start, end, steps).tolist()]


def stroke(desk: Desk, points: Sequence[Place], held: Qt.KeyboardModifier = PLAIN) -> None:
    """Drag with the left button along `points` (image coordinates)."""
    view = desk.window.view
    QTest.mouseMove(view, desk.place(*points[0]), delay=2)
    QTest.mousePress(view, LEFT, held, desk.place(*points[0]), delay=2)
    for point in points[1:]:
        QTest.mouseMove(view, desk.place(*point), delay=2)
    QTest.mouseRelease(view, LEFT, held, desk.place(*points[-1]), delay=2)


def shift_wheel(desk: Desk, at: Place, notches: int) -> None:
    view, where = desk.window.view, QPointF(desk.place(*at))
    event = QWheelEvent(
        where,
        view.mapToGlobal(where),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def on_disk(desk: Desk, film: Path, label: str = "opacity") -> list[shapely.Geometry]:
    """Return what the saved shapes of `label` enclose, bridges reopened."""
    desk.wait_until_saved()
    path = film.with_suffix(".json")
    saved = parse_annotation(path.read_bytes(), path)
    return [region_of(shape) for shape in saved.labelled(label)]


def nearly(region: shapely.Geometry, wanted: shapely.Geometry, slack: float) -> bool:
    """Whether the outlines lie within `slack` film pixels of each other."""
    return region.is_valid and shapely.hausdorff_distance(region.exterior, wanted.exterior) < slack


def test_brush_and_eraser(desk: Desk, films: Path):
    film = films / "film 2.png"
    desk.open(film)
    desk.key(Qt.Key.Key_B)
    desk.window.session.set_brush_size(0.03)
    radius = desk.window.session.brush_radius
    stroke(desk, line((160, 250), (240, 250)))
    painted = shapely.LineString([(160, 250), (240, 250)]).buffer(radius)
    (region,) = on_disk(desk, film)
    assert nearly(region, painted, 2.0)

    for _ in range(5):
        desk.key(Qt.Key.Key_BracketLeft)
    stroke(desk, [(200, 250), (200, 251)], CTRL)
    (region,) = on_disk(desk, film)
    assert len(region.interiors) == 1
    for _ in range(5):
        desk.key(Qt.Key.Key_BracketRight)

    desk.key(Qt.Key.Key_E)
    stroke(desk, line((200, 200), (200, 300)))
    parts = on_disk(desk, film)
    assert len(parts) == 2
    left, right = sorted(parts, key=lambda part: part.centroid.x)
    assert left.bounds[2] == pytest.approx(200 - radius, abs=1.5)
    assert right.bounds[0] == pytest.approx(200 + radius, abs=1.5)
    groups = {
        shape["group_id"] for shape in json.loads(film.with_suffix(".json").read_text())["shapes"]
    }
    assert len(groups) == 1
    assert None not in groups

    stroke(desk, line((130, 250), (290, 250), 16))
    assert on_disk(desk, film) == []
    for _ in range(4):
        desk.key(Qt.Key.Key_Z, CTRL)
    assert desk.window.session.undo_label is None


def test_the_brush_grows_by_keys_and_wheel_and_keeps_its_size(desk: Desk, films: Path):
    desk.open(films / "film 2.png")
    session = desk.window.session
    desk.key(Qt.Key.Key_B)
    first = session.brush_radius
    desk.key(Qt.Key.Key_BracketRight)
    assert session.brush_radius > first
    desk.key(Qt.Key.Key_BracketLeft)
    assert session.brush_radius == pytest.approx(first)
    zoom = desk.window.view.zoom
    shift_wheel(desk, (200, 300), 2)
    assert session.brush_radius > first
    assert desk.window.view.zoom == zoom
    chosen = session.brush_size
    desk.act("view.zoom-in")
    assert session.brush_size == chosen
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 3.png")
    assert session.brush_size == chosen
    desk.window.close()
    assert desk.window._preferences.settings.brush_size == chosen


def test_two_quick_dabs_are_two_strokes(desk: Desk, films: Path):
    film = films / "film 2.png"
    desk.open(film)
    desk.key(Qt.Key.Key_B)
    view = desk.window.view
    QTest.mouseClick(view, LEFT, PLAIN, desk.place(200, 250))
    QTest.mouseDClick(view, LEFT, PLAIN, desk.place(260, 300))
    QTest.mouseMove(view, desk.place(300, 300))
    QTest.mouseRelease(view, LEFT, PLAIN, desk.place(300, 300))
    dab, drag = sorted(on_disk(desk, film), key=lambda region: region.area)
    assert drag.area > 2 * dab.area


def test_freehand_and_redraw(desk: Desk, films: Path):
    film = films / "film 2.png"
    desk.open(film)
    desk.key(Qt.Key.Key_F)
    loop = [
        (200 + 50 * np.cos(t), 300 + 70 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 60).tolist()
    ]
    stroke(desk, loop)
    (drawn,) = on_disk(desk, film)
    assert nearly(drawn, shapely.Polygon(loop), 3.0)
    before = desk.window.session.annotation.shapes[0].points

    start, end = loop[52], loop[8]
    stroke(desk, [start, *line((285, 250), (285, 350)), end])
    (redrawn,) = on_disk(desk, film)
    assert redrawn.bounds[2] == pytest.approx(285, abs=2)
    after = desk.window.session.annotation.shapes[0].points
    far = before[before[:, 0] < 200].tolist()
    assert len(far) > 5
    assert {tuple(p) for p in far} <= {tuple(p) for p in after.tolist()}
    assert desk.window.session.undo_label == "Redraw opacity"


def test_lines_from_border_to_border(desk: Desk, films: Path):
    """From lung border to lung border, from an outline back into it, and with Ctrl across it."""
    film = films / "film 2.png"
    desk.open(film)
    session = desk.window.session
    desk.key(Qt.Key.Key_F)
    lung = min(session.offered_lungs, key=lambda shape: shape.points[:, 0].mean())
    left, _ = lung.points.min(axis=0).tolist()
    right, bottom = lung.points.max(axis=0).tolist()
    stroke(desk, line((left - 8, bottom - 120), (right + 8, bottom - 120), 16))
    (filled,) = on_disk(desk, film)
    assert filled.bounds[1] == pytest.approx(bottom - 120, abs=5)
    assert filled.bounds[3] == pytest.approx(bottom, abs=1)
    assert session.undo_label == "Draw opacity"

    middle, higher = (left + right) / 2, bottom - 180
    start, end = (middle - 30, bottom - 80), (middle + 30, bottom - 80)
    stroke(desk, [*line(start, (start[0], higher)), *line((end[0], higher), end)])
    (extended,) = on_disk(desk, film)
    assert extended.bounds[1] == pytest.approx(higher, abs=5)
    assert session.undo_label == "Extend opacity"

    stroke(desk, line((left - 8, bottom - 40), (right + 8, bottom - 40), 16), CTRL)
    (rest,) = on_disk(desk, film)
    assert rest.bounds[3] == pytest.approx(bottom - 40, abs=5)
    assert session.undo_label == "Cut off opacity"
    for _ in range(3):
        desk.key(Qt.Key.Key_Z, CTRL)
    assert session.undo_label is None


def test_the_select_tool_draws_and_cuts_off_with_ctrl(desk: Desk, films: Path):
    film = films / "film 2.png"
    desk.open(film)
    session = desk.window.session
    loop = [
        (200 + 50 * np.cos(t), 300 + 70 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 60).tolist()
    ]
    stroke(desk, loop, CTRL)
    (drawn,) = on_disk(desk, film)
    assert nearly(drawn, shapely.Polygon(loop), 3.0)
    stroke(desk, line((130, 330), (270, 330), 16), CTRL | Qt.KeyboardModifier.ShiftModifier)
    (rest,) = on_disk(desk, film)
    assert rest.bounds[3] == pytest.approx(330, abs=5)
    assert session.undo_label == "Cut off opacity"
    assert desk.window.view.tool == "select"


def test_keys_let_the_predicted_regions_grow_and_shrink(desk: Desk, films: Path):
    desk.open(films / "film 1.png")
    session = desk.window.session
    first = session.threshold
    desk.key(Qt.Key.Key_Plus)
    assert session.threshold < first
    desk.key(Qt.Key.Key_Minus)
    assert session.threshold == pytest.approx(first)


@pytest.mark.parametrize(
    ("key", "held", "step"),
    [
        (Qt.Key.Key_E, PLAIN, "Accept and erase opacity"),
        (Qt.Key.Key_B, CTRL, "Accept and erase opacity"),
        (Qt.Key.Key_F, CTRL, "Accept and cut off opacity"),
    ],
)
def test_a_stroke_accepts_and_corrects_a_predicted_region(
    desk: Desk, films: Path, key: Qt.Key, held: Qt.KeyboardModifier, step: str
):
    film = films / "film 1.png"
    desk.open(film)
    session = desk.window.session
    (region,) = session.predicted_regions
    desk.key(key)
    across = line((PATCH[0] - 150, PATCH[1] + 40), (PATCH[0] + 150, PATCH[1] + 40), 16)
    stroke(desk, across, held)
    left = shapely.union_all(on_disk(desk, film))
    assert 0 < left.area < region_of(region).area
    assert session.undo_label == step
    assert not session.predicted_regions
    desk.key(Qt.Key.Key_Z, CTRL)
    assert session.predicted_regions == (region,)
    assert not session.annotation.shapes


def test_cut_by_a_drag_and_by_clicks(desk: Desk, films: Path):
    film = films / "film 2.png"
    desk.open(film)
    desk.key(Qt.Key.Key_P)
    for corner in [(150, 200), (250, 200), (250, 400), (150, 400)]:
        desk.click(*corner)
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_X)
    stroke(desk, line((130, 260), (280, 260)))
    parts = on_disk(desk, film)
    assert len(parts) == 2
    assert sum(part.area for part in parts) == pytest.approx(20000, rel=0.03)

    desk.click(200, 300)
    desk.click(200, 330)
    desk.double_click(290, 340)
    assert len(on_disk(desk, film)) == 2
    desk.click(200, 240)
    desk.click(200, 330)
    desk.double_click(290, 330)
    assert len(on_disk(desk, film)) == 3
    groups = {shape.group_id for shape in desk.window.session.annotation.shapes}
    assert len(groups) == 1


def test_the_probability_brush_stops_where_the_network_does(desk: Desk, films: Path):
    film = films / "film 1.png"
    desk.open(film)
    session = desk.window.session
    predicted = shapely.union_all([region_of(shape) for shape in session.model_regions])
    desk.key(Qt.Key.Key_Q)
    session.set_brush_size(0.05)
    stroke(desk, line(PATCH, (PATCH[0] - 150, PATCH[1]), 12))
    painted = shapely.union_all(on_disk(desk, film))
    assert painted.bounds[0] == pytest.approx(predicted.bounds[0], abs=12)
    assert painted.bounds[0] > PATCH[0] - 150
    assert session.undo_label == "Grow opacity"

    desk.key(Qt.Key.Key_B)
    stroke(desk, line(PATCH, (PATCH[0] - 150, PATCH[1]), 12))
    beyond = shapely.union_all(on_disk(desk, film))
    assert beyond.bounds[0] < PATCH[0] - 150
    desk.key(Qt.Key.Key_Q)
    stroke(desk, line((PATCH[0] - 150, PATCH[1]), PATCH, 12), CTRL)
    trimmed = shapely.union_all(on_disk(desk, film))
    assert trimmed.bounds[0] > PATCH[0] - 90
    assert trimmed.contains(shapely.Point(PATCH))


def test_labelme_opens_what_was_painted(desk: Desk, films: Path, real_labelme: RealLabelMe):
    film = films / "film 2.png"
    desk.open(film)
    desk.key(Qt.Key.Key_B)
    ring = [(220 + 60 * np.cos(t), 330 + 60 * np.sin(t)) for t in np.linspace(0, 6.5, 40).tolist()]
    stroke(desk, ring)
    desk.key(Qt.Key.Key_X)
    stroke(desk, line((220, 200), (225, 330)))
    desk.key(Qt.Key.Key_F)
    stroke(desk, [(400, 300), (460, 300), (460, 360), (400, 360)])
    regions = on_disk(desk, film)
    assert len(regions) == 2
    assert len(regions[0].interiors) == 1
    saved, copy = film.with_suffix(".json"), films / "from labelme.json"

    (outcome,) = real_labelme.resave([(saved, copy)])

    assert outcome.error is None
    ours = json.loads(saved.read_text())["shapes"]
    theirs = json.loads(copy.read_text())["shapes"]
    for one, other in zip(theirs, ours, strict=True):
        assert np.allclose(one["points"], other["points"])
    back = parse_annotation(copy.read_bytes(), copy)
    for shape, region in zip(back.shapes, regions, strict=True):
        assert region_of(shape).symmetric_difference(region).area < 1e-6


def test_the_same_on_a_real_screen(tmp_path: Path):
    if ON_SCREEN in os.environ:
        pytest.skip("already on a screen")
    run_on_screen(Path(__file__), "not labelme", tmp_path, size="1920x1080", timeout=300)
