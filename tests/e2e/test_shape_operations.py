"""What is done to whole shapes and vertices, with a real window, a real mouse and real keys."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.masks import with_mask_pixels
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.gui.shaping.shape_delegate import icon_boxes
from tests.on_screen import ON_SCREEN, run_on_screen
from tests.window_fixtures import HEIGHT, WIDTH, Desk

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def box(label: str, left: float, top: float, right: float, bottom: float, **extra) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


def outline_film(film: Path, *shapes: Shape) -> None:
    data = dump_annotation(Annotation(film.name, WIDTH, HEIGHT, shapes))
    film.with_suffix(".json").write_bytes(data)


def shapes_on_disk(film: Path) -> list[dict]:
    return json.loads(film.with_suffix(".json").read_text())["shapes"]


def select(desk: Desk, *numbers: int) -> None:
    """Select the shapes with these places in drawing order, one after the other."""
    session = desk.window.session
    for last in range(1, len(numbers) + 1):
        session.select(session.annotation.shapes[number].key for number in numbers[:last])


def test_copied_on_one_film_and_pasted_on_the_next(desk: Desk, films: Path):
    outline_film(films / "film 1.png", box("opacity", 300, 200, 360, 280, extra={"kept": 1}))
    desk.open(films)
    desk.click(330, 240)
    desk.key(Qt.Key.Key_C, CTRL)
    assert json.loads(QGuiApplication.clipboard().text())["shapes"][0]["kept"] == 1
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    desk.key(Qt.Key.Key_V, CTRL)
    desk.wait_until_saved()
    (stored,) = shapes_on_disk(films / "film 2.png")
    assert stored["points"] == [[300, 200], [360, 200], [360, 280], [300, 280]]
    assert stored["kept"] == 1
    assert stored["opacity_studio"]["source"] == "person"


def test_cut_and_pasted_twice_makes_two_beside_each_other(desk: Desk, films: Path):
    outline_film(films / "film 1.png", box("opacity", 300, 200, 360, 280))
    desk.open(films)
    desk.click(330, 240)
    desk.key(Qt.Key.Key_X, CTRL)
    assert desk.window.session.annotation.shapes == ()
    desk.key(Qt.Key.Key_V, CTRL)
    desk.key(Qt.Key.Key_V, CTRL)
    lefts = [shape.points[0, 0] for shape in desk.window.session.annotation.shapes]
    assert lefts == [300, 308]


def test_text_on_the_clipboard_is_nothing_to_paste(desk: Desk, films: Path):
    desk.open(films)
    QGuiApplication.clipboard().setText("a sentence")
    desk.key(Qt.Key.Key_V, CTRL)
    assert desk.window.session.annotation.shapes == ()


def test_findings_of_the_patients_earlier_film(desk: Desk, films: Path):
    table = "filename,patientid,offset\nfilm 1.png,7,0\nfilm 2.png,8,1\nfilm 3.png,7,2\n"
    (films / "metadata.csv").write_text(table)
    lungs = box("right_lung", 110, 120, 290, 540), box("left_lung", 350, 120, 530, 540)
    outline_film(films / "film 1.png", *lungs, box("opacity", 150, 300, 250, 420))
    outline_film(films / "film 3.png", *lungs)
    desk.open(films / "film 3.png")
    desk.key(Qt.Key.Key_V, CTRL | SHIFT)
    session = desk.window.session
    desk.wait(lambda: bool(session.annotation.labelled("opacity")))
    (pasted,) = session.annotation.labelled("opacity")
    assert np.array_equal(pasted.points, box("opacity", 150, 300, 250, 420).points)
    assert session.undo_label == "Paste earlier opacity"


def test_two_outlines_united_by_one_key(desk: Desk, films: Path):
    outline_film(
        films / "film 1.png",
        box("opacity", 300, 200, 360, 280),
        box("effusion", 340, 240, 420, 320),
    )
    desk.open(films)
    desk.click(320, 220)
    desk.click(400, 300, modifiers=SHIFT)
    desk.key(Qt.Key.Key_J)
    (united,) = desk.window.session.annotation.shapes
    assert united.label == "opacity"
    assert len(united.points) == 8
    desk.key(Qt.Key.Key_Z, CTRL)
    assert len(desk.window.session.selection) == 2  # What undo brought back, ready for another try.
    desk.key(Qt.Key.Key_J, SHIFT)
    assert desk.window.session.undo_label == "Subtract opacity"
    desk.key(Qt.Key.Key_Z, CTRL)
    select(desk, 0, 1)
    desk.key(Qt.Key.Key_J, CTRL)
    assert desk.window.session.undo_label == "Intersect opacity"


def test_opacity_clipped_to_the_predicted_lungs_and_snapped_to_them(desk: Desk, films: Path):
    outline_film(films / "film 1.png", box("opacity", 60, 300, 180, 400))
    desk.open(films)
    session = desk.window.session
    assert session.predicted_lungs
    desk.key(Qt.Key.Key_K)
    assert session.undo_label == "Clip opacity to lungs"
    assert session.annotation.shapes[0].points[:, 0].min() > 100
    desk.key(Qt.Key.Key_Z, CTRL)
    select(desk, 0)
    desk.key(Qt.Key.Key_K, SHIFT)
    assert session.undo_label is None
    near = session.predicted_lungs[0].points[:, 0].min() + 3
    desk.drag((60, 300), (near, 300))
    desk.drag((60, 400), (near, 400))
    desk.key(Qt.Key.Key_K, SHIFT)
    assert session.undo_label == "Snap opacity"


def rough_outline() -> Shape:
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = 70 + (np.arange(120) % 2)
    return Shape(
        "opacity", np.stack((430 + radius * np.cos(angles), 250 + radius * np.sin(angles)), 1)
    )


def test_simplify_shows_what_the_slider_says_until_enter(desk: Desk, films: Path):
    outline_film(films / "film 1.png", rough_outline())
    desk.open(films)
    session = desk.window.session
    desk.click(430, 250)
    desk.key(Qt.Key.Key_M, CTRL)
    bar = desk.window.findChild(QWidget, "outline-bar")
    slider = bar.findChild(QWidget, "outline-bar.amount")
    counts = bar.findChild(QLabel, "outline-bar.counts")
    assert bar.isVisible()
    assert slider.hasFocus()
    assert "120 → " in counts.text()
    first = len(session.shown_annotation.shapes[0].points)
    assert first < 120
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_PageUp)
    thinner = session.shown_annotation
    assert len(thinner.shapes[0].points) < first
    assert session.undo_label is None
    QTest.keyClick(slider, Qt.Key.Key_Return)
    assert not bar.isVisible()
    assert session.undo_label == "Simplify opacity"
    assert len(session.annotation.shapes[0].points) == len(thinner.shapes[0].points)
    assert session.annotation.status.value != "annotated"
    assert desk.window.view.hasFocus()


def test_smooth_is_dropped_by_escape_by_undo_and_by_another_selection(desk: Desk, films: Path):
    outline_film(films / "film 1.png", rough_outline(), box("opacity", 150, 200, 200, 260))
    desk.open(films)
    session = desk.window.session
    bar = desk.window.findChild(QWidget, "outline-bar")
    slider = bar.findChild(QWidget, "outline-bar.amount")
    desk.click(430, 250)
    desk.key(Qt.Key.Key_Right)

    desk.key(Qt.Key.Key_M, CTRL | SHIFT)
    assert session.shown_annotation is not session.annotation
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    assert session.shown_annotation is session.annotation
    assert not bar.isVisible()
    assert session.selection

    desk.key(Qt.Key.Key_M, CTRL | SHIFT)
    desk.key(Qt.Key.Key_Z, CTRL)
    assert session.shown_annotation is session.annotation

    desk.key(Qt.Key.Key_M, CTRL | SHIFT)
    desk.click(175, 230)
    assert session.shown_annotation is session.annotation
    assert not bar.isVisible()
    assert session.undo_label == "Move opacity"


def test_enter_over_the_film_accepts_and_does_not_mark_it(desk: Desk, films: Path):
    outline_film(films / "film 1.png", rough_outline())
    desk.open(films)
    desk.click(430, 250)
    desk.key(Qt.Key.Key_M, CTRL | SHIFT)
    desk.window.view.setFocus()
    desk.key(Qt.Key.Key_Return)
    assert desk.window.session.undo_label == "Smooth opacity"
    assert desk.window.desk.current.name == "film 1.png"


def test_vertices_under_a_band_are_dragged_nudged_and_deleted(desk: Desk, films: Path):
    corners = [[400, 200], [440, 180], [480, 200], [520, 180], [560, 200], [560, 300], [400, 300]]
    outline_film(films / "film 1.png", Shape("opacity", corners))
    desk.open(films)
    session = desk.window.session
    desk.click(480, 260)
    desk.drag((385, 160), (530, 220))
    assert len(session.selected_vertices) == 4
    desk.drag((440, 180), (440, 160))
    moved = session.annotation.shapes[0].points
    assert np.allclose(moved[:4], np.array(corners[:4]) - (0, 20), atol=2)
    assert np.array_equal(moved[4:], corners[4:])
    desk.key(Qt.Key.Key_Up)
    desk.key(Qt.Key.Key_Up, SHIFT)
    assert np.allclose(session.annotation.shapes[0].points[:4], moved[:4] - (0, 11))
    desk.click(560, 300, modifiers=SHIFT)
    assert len(session.selected_vertices) == 5
    desk.click(560, 300, modifiers=SHIFT)
    desk.click(400, float(session.annotation.shapes[0].points[0, 1]), modifiers=SHIFT)
    assert len(session.selected_vertices) == 3
    desk.key(Qt.Key.Key_Delete)
    assert session.undo_label == "Delete 3 vertices"
    assert len(session.annotation.shapes[0].points) == 4


def test_a_mask_and_a_rectangle_are_moved_and_deleted(desk: Desk, films: Path):
    inside = np.zeros((60, 80), bool)
    inside[10:50, 10:70] = True
    mask = with_mask_pixels(Shape("area", [[300, 100], [379, 159]], shape_type="mask"), inside)
    rectangle = Shape("tube", [[400, 200], [460, 260]], shape_type="rectangle")
    outline_film(films / "film 2.png", mask, rectangle)
    desk.open(films / "film 2.png")
    session = desk.window.session
    desk.drag((340, 130), (360, 150))
    moved = session.annotation.shapes[0]
    assert np.allclose(moved.points, mask.points + 20, atol=2)
    assert (moved.points == np.rint(moved.points)).all()
    assert moved.mask == mask.mask
    desk.click(430, 230)
    desk.key(Qt.Key.Key_Delete)
    desk.wait_until_saved()
    (stored,) = shapes_on_disk(films / "film 2.png")
    assert stored["shape_type"] == "mask"
    assert stored["mask"] == mask.mask


def test_order_hiding_and_locking_by_keys(desk: Desk, films: Path):
    outline_film(
        films / "film 2.png",
        box("effusion", 300, 200, 360, 280),
        box("opacity", 320, 220, 420, 320),
    )
    desk.open(films / "film 2.png")
    session = desk.window.session
    under, over = (shape.key for shape in session.annotation.shapes)
    session.select({under})
    desk.key(Qt.Key.Key_Up, CTRL)
    assert [shape.key for shape in session.annotation.shapes] == [over, under]
    desk.key(Qt.Key.Key_Down, CTRL | SHIFT)
    assert [shape.key for shape in session.annotation.shapes] == [under, over]

    desk.key(Qt.Key.Key_H, CTRL)
    assert session.hidden == {under}
    desk.key(Qt.Key.Key_H, CTRL | SHIFT)
    assert session.hidden == frozenset()
    desk.key(Qt.Key.Key_L, SHIFT)
    assert session.locked == {under}
    desk.click(310, 210)
    assert session.selection == frozenset()
    desk.key(Qt.Key.Key_L, CTRL | SHIFT)
    desk.click(310, 210)
    assert session.selection == {under}


def test_the_eye_and_the_lock_of_a_row(desk: Desk, films: Path):
    outline_film(films / "film 2.png", box("opacity", 300, 200, 360, 280))
    desk.open(films / "film 2.png")
    session, rows = desk.window.session, desk.window.side.shapes.list
    (shape,) = session.annotation.shapes
    eye, lock = icon_boxes(rows.visualRect(rows.model().index(0)))
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QTest.mouseClick(rows.viewport(), left, none, eye.center().toPoint())
    assert session.hidden == {shape.key}
    QTest.mouseClick(rows.viewport(), left, none, eye.center().toPoint())
    assert session.hidden == frozenset()
    QTest.mouseClick(rows.viewport(), left, none, lock.center().toPoint())
    assert session.locked == {shape.key}
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 3.png")
    assert desk.window.side.shapes.model.locked == frozenset()


def test_a_new_label_gets_a_chip_a_key_and_a_line_beside_the_films(desk: Desk, films: Path):
    outline_film(films / "film 2.png", box("opacity", 300, 200, 360, 280))
    desk.open(films / "film 2.png")
    window, session = desk.window, desk.window.session
    strip = window.side.shapes.labels
    desk.click(330, 240)
    QTest.mouseClick(strip.findChild(QWidget, "labels.new"), Qt.MouseButton.LeftButton)
    field = window.findChild(QWidget, "label-bar.field")
    QTest.keyClicks(field, "effusion")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.annotation.shapes[0].label == "effusion"
    desk.wait((films / "labels.txt").exists)
    assert (films / "labels.txt").read_text().splitlines()[-1] == "effusion"
    assert strip.findChild(QWidget, "labels.effusion").isVisible()
    desk.key(Qt.Key.Key_1)
    assert session.annotation.shapes[0].label == "opacity"
    desk.key(Qt.Key.Key_4)
    assert session.annotation.shapes[0].label == "effusion"
    session.select(())
    desk.key(Qt.Key.Key_4)
    assert session.current_label == "effusion"
    assert strip.findChild(QWidget, "labels.effusion").isChecked()


def test_a_label_is_locked_on_every_film(desk: Desk, films: Path):
    for number in (2, 3):
        outline_film(films / f"film {number}.png", box("effusion", 320, 200, 345, 280))
    desk.open(films / "film 2.png")
    session = desk.window.session
    desk.click(330, 240)
    desk.key(Qt.Key.Key_L, CTRL | Qt.KeyboardModifier.AltModifier)
    assert session.locked
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 3.png")
    assert session.locked == {session.annotation.shapes[0].key}
    chip = desk.window.side.shapes.labels.findChild(QWidget, "labels.effusion")
    assert "locked" in chip.accessibleName()


@pytest.mark.skipif(ON_SCREEN in os.environ, reason="already on a screen")
def test_the_same_on_a_real_screen(tmp_path: Path):
    run_on_screen(Path(__file__), "test_", tmp_path, size="1366x768", timeout=600)
