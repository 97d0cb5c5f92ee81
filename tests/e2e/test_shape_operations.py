"""What is done to whole shapes and vertices, with a real window, a real mouse and real keys."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation
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
    desk.click(400, 300, modifiers=SHIFT)
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
