"""The film view under a real mouse: what it shows and what it does to the session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import OPACITY, RIGHT_LUNG
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.radiograph import Radiograph, Window
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.review.session import ReviewSession

LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
NONE = Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier

SQUARE = [[100, 80], [180, 80], [180, 160], [100, 160]]
LUNG = [[40, 30], [240, 30], [240, 270], [40, 270]]


def film(width: int = 400, height: int = 300, *, bits: int = 8) -> Radiograph:
    top = 2**bits - 1
    ramp = np.add.outer(np.arange(height) * 3, np.arange(width) * 5) * (top // 255)
    pixels = (ramp % (top + 1)).astype(np.uint8 if bits == 8 else np.uint16)
    return Radiograph(pixels, Path("film.png"))


def prediction(width: int = 400, height: int = 300) -> Prediction:
    """One region: about x 250–350, y 150–250, inside and outside the lung of `LUNG`."""
    y, x = np.mgrid[0:80, 0:80] * np.array([height / 80, width / 80])[:, None, None]
    inside = (abs(x - 300) < 50) & (abs(y - 200) < 50)
    box = Box(0, 0, width, height)
    return Prediction((inside * 250).astype(np.uint8), box, width, height, (), False, "m", "l", 0.5)


class Bench:
    """A shown view, its session, and a mouse."""

    def __init__(self, view: FilmView, session: ReviewSession) -> None:
        self.view, self.session = view, session

    def at(self, x: float, y: float) -> QPoint:
        return self.view.image_to_widget(x, y).toPoint()

    def event(
        self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
    ) -> None:
        event = QMouseEvent(kind, at, self.view.mapToGlobal(at), button, held, PLAIN)
        QApplication.sendEvent(self.view, event)

    def drag(
        self, start: QPointF, end: QPointF, button: Qt.MouseButton = LEFT, *, release: bool = True
    ) -> None:
        self.event(QEvent.Type.MouseMove, start, NONE, NONE)
        self.event(QEvent.Type.MouseButtonPress, start, button, button)
        for share in (0.25, 0.5, 0.75, 1.0):
            self.event(QEvent.Type.MouseMove, start + (end - start) * share, NONE, button)
        if release:
            self.event(QEvent.Type.MouseButtonRelease, end, button, NONE)

    def drag_image(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.drag(self.view.image_to_widget(*start), self.view.image_to_widget(*end))

    def hover(self, x: float, y: float) -> None:
        self.event(QEvent.Type.MouseMove, self.view.image_to_widget(x, y), NONE, NONE)

    def wheel(self, at: QPointF, turn: int = 120, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        event = QWheelEvent(
            at,
            self.view.mapToGlobal(at),
            QPoint(),
            QPoint(0, turn),
            NONE,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)

    def key(self, kind: QEvent.Type, key: Qt.Key, *, repeats: bool = False) -> None:
        QApplication.sendEvent(self.view, QKeyEvent(kind, key, PLAIN, "", repeats))

    def picture(self) -> QImage:
        self.view.finish_painting()
        return self.view.grab().toImage()

    def colour(self, x: float, y: float) -> QColor:
        return self.picture().pixelColor(self.at(x, y))


@pytest.fixture
def bench(qtbot) -> Bench:
    session = ReviewSession(Reader("A. Reader"))
    view = FilmView()
    qtbot.addWidget(view)
    view.set_session(session)
    view.set_held_keys({"view.pan": Qt.Key.Key_Space, "view.hide-overlays": Qt.Key.Key_H})
    view.resize(800, 600)
    view.show()
    qtbot.waitExposed(view)
    annotation = Annotation("film.png", 400, 300, (Shape(RIGHT_LUNG, LUNG), Shape(OPACITY, SQUARE)))
    session.open(film(), annotation)
    return Bench(view, session)


def opacity_of(session: ReviewSession) -> Shape:
    return session.annotation.labelled(OPACITY)[0]


# Zoom, pan, fit ---------------------------------------------------------------------------


def test_a_new_film_is_fitted_and_centred(bench):
    left, top = bench.view.image_to_widget(0, 0).toTuple()
    right, bottom = bench.view.image_to_widget(400, 300).toTuple()
    assert 0 < left < 20
    assert left == pytest.approx(800 - right, abs=1.5)
    assert top == pytest.approx(600 - bottom, abs=1.5)


def test_fit_follows_the_size_of_the_view_until_the_person_zooms(bench):
    bench.view.resize(400, 300)
    assert bench.view.image_to_widget(400, 300).x() <= 400
    bench.wheel(QPointF(200, 150))
    zoom = bench.view.zoom
    bench.view.resize(600, 400)
    assert bench.view.zoom == zoom
    bench.view.fit()
    assert bench.view.zoom != zoom


@pytest.mark.parametrize("modifiers", [PLAIN, Qt.KeyboardModifier.ControlModifier])
def test_the_wheel_zooms_and_keeps_the_image_point_under_the_cursor(bench, modifiers):
    at = QPointF(313, 207)
    before, zoom = bench.view.widget_to_image(at), bench.view.zoom
    for _ in range(9):
        bench.wheel(at, modifiers=modifiers)
    assert bench.view.zoom > 4 * zoom
    assert bench.view.widget_to_image(at) == pytest.approx(before, abs=1e-6)
    for _ in range(9):
        bench.wheel(at, -120, modifiers)
    assert bench.view.zoom == pytest.approx(zoom)
    assert bench.view.widget_to_image(at) == pytest.approx(before, abs=1e-6)


def test_shift_and_wheel_leave_the_zoom_alone(bench):
    zoom = bench.view.zoom
    bench.wheel(QPointF(300, 200), modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert bench.view.zoom == zoom


def test_zoom_has_an_end_both_ways(bench):
    for _ in range(80):
        bench.wheel(QPointF(400, 300))
    assert bench.view.zoom == 64
    for _ in range(160):
        bench.wheel(QPointF(400, 300), -120)
    assert 0.4 < bench.view.zoom <= 1


def test_one_to_one_shows_a_film_pixel_on_a_screen_pixel(bench):
    bench.view.zoom_to_pixels()
    a, b = bench.view.image_to_widget(10, 10), bench.view.image_to_widget(11, 10)
    assert (b - a).x() == pytest.approx(1 / bench.view.devicePixelRatioF())


@pytest.mark.parametrize("space", [False, True])
def test_middle_drag_and_space_with_left_drag_pan(bench, space):
    before = bench.view.image_to_widget(50, 60)
    if space:
        bench.key(QEvent.Type.KeyPress, Qt.Key.Key_Space)
    bench.drag(QPointF(400, 300), QPointF(451, 281), LEFT if space else MIDDLE)
    assert bench.view.image_to_widget(50, 60) - before == QPointF(51, -19)
    assert bench.session.undo_label is None
    if space:
        bench.key(QEvent.Type.KeyRelease, Qt.Key.Key_Space)
        bench.drag(QPointF(10, 300), QPointF(30, 300))
        assert bench.view.image_to_widget(50, 60) - before == QPointF(51, -19)


def test_the_film_cannot_be_lost(bench):
    for start, end in (((20, 20), (790, 590)), ((790, 590), (20, 20))):
        for _ in range(5):
            bench.drag(QPointF(*start), QPointF(*end), MIDDLE)
    right, bottom = bench.view.image_to_widget(400, 300).toTuple()
    assert right >= 150
    assert bottom >= 120


def test_double_click_selects_a_shape_and_zooms_to_it(bench):
    QTest.mouseDClick(bench.view, LEFT, pos=bench.at(140, 120))
    assert bench.session.selection == {opacity_of(bench.session).key}
    corners = [bench.view.image_to_widget(*corner) for corner in SQUARE]
    assert max(p.y() for p in corners) - min(p.y() for p in corners) > 300
    assert bench.session.undo_label is None


# What is painted --------------------------------------------------------------------------


def test_the_film_is_shown_pixel_for_pixel_at_one_to_one(bench):
    bench.view.set_all_overlays_hidden(True)
    bench.view.zoom_to_pixels()
    x0, y0 = bench.view.image_to_widget(0, 0).toTuple()
    picture = bench.picture()
    pixels = bench.session.radiograph.pixels
    for row, column in ((150, 50), (80, 200), (250, 390), (299, 399)):
        at = QPoint(round(x0) + column, round(y0) + row)
        assert picture.pixelColor(at).red() == pixels[row, column]


@pytest.mark.parametrize("bits", [8, 16])
def test_the_window_is_what_the_person_drags(bench, bits):
    bench.session.open(film(bits=bits), Annotation("film.png", 400, 300))
    before, seen = bench.view.grey_window, []
    bench.view.window_changed.connect(seen.append)
    bench.drag(QPointF(300, 300), QPointF(400, 250), RIGHT)
    after = bench.view.grey_window
    assert after.width > before.width
    assert after.centre < before.centre
    assert seen[-1] == after
    bench.view.reset_window()
    assert bench.view.grey_window == before


def test_dragging_the_window_up_is_brighter_also_when_inverted(bench):
    def brightness() -> int:
        return bench.colour(300, 100).red() + bench.colour(20, 20).red()

    for inverted in (False, True):
        bench.view.reset_window()
        bench.view.set_inverted(inverted)
        before = brightness()
        bench.drag(QPointF(300, 300), QPointF(300, 200), RIGHT)
        assert brightness() > before


def test_a_window_and_its_inverse_are_shown_through_the_table(bench):
    bench.view.set_all_overlays_hidden(True)
    bench.view.zoom_by(4)
    bench.view.set_window(Window(centre=100.5, width=2))
    x, y = bench.view.widget_to_image(QPointF(400, 300))
    column, row = int(x), int(y)
    expected = 0 if bench.session.radiograph.pixels[row, column] < 100 else 255
    assert bench.colour(column + 0.5, row + 0.5).red() == expected
    bench.view.set_inverted(True)
    assert bench.colour(column + 0.5, row + 0.5).red() == 255 - expected


def test_outlines_are_drawn_in_the_colour_of_their_label(bench):
    on_edge, lung = bench.colour(140, 80), bench.colour(40, 150)
    assert on_edge.hsvHue() == pytest.approx(QColor("#D55E00").hsvHue(), abs=6)
    assert lung.hsvHue() == pytest.approx(QColor("#56B4E9").hsvHue(), abs=6)


def test_a_hole_stays_clear(bench):
    hole = [[120, 100], [160, 100], [160, 140], [120, 140]]
    grey = bench.session.radiograph
    flat = Radiograph(np.full_like(grey.pixels, 120), grey.path)
    bench.session.open(flat, Annotation("f", 400, 300, (Shape(OPACITY, SQUARE, holes=(hole,)),)))
    inside, in_hole = bench.colour(110, 90), bench.colour(140, 120)
    assert inside.red() > inside.blue() + 8
    assert in_hole.red() == in_hole.blue() == 120


def test_hidden_shapes_and_hidden_overlays_leave_the_bare_film(bench):
    shown = bench.colour(140, 80)
    bench.session.toggle_hidden({opacity_of(bench.session).key})
    bare = bench.colour(140, 80)
    assert bare.saturation() < 10 < shown.saturation()
    bench.session.show_all()
    bench.view.set_shapes_visible(False)
    assert bench.colour(140, 80) == bare
    bench.view.set_shapes_visible(True)
    assert bench.colour(140, 80) == shown


def test_the_prediction_tints_the_film_by_its_opacity(bench):
    plain = bench.colour(300, 200)
    bench.session.set_prediction(prediction())
    tinted = bench.colour(300, 200)
    assert tinted.red() - tinted.blue() > 25
    bench.view.set_overlay_opacity(0.0)
    assert bench.colour(300, 200) == plain
    bench.view.set_overlay_opacity(0.5)
    bench.view.set_prediction_visible(False)
    assert bench.colour(300, 200) == plain


def test_outlines_follow_every_edit_undo_and_redo(bench):
    key = opacity_of(bench.session).key
    before = bench.picture()
    moved = opacity_of(bench.session).with_outline(np.add(SQUARE, [60, 40]))
    bench.session.commit("Move opacity", bench.session.annotation.replacing(key, moved))
    after = bench.picture()
    assert after != before
    bench.session.undo()
    assert bench.picture() == before
    bench.session.redo()
    assert bench.picture() == after


def test_hovering_paints_the_neighbourhood_only(bench, qtbot):
    areas = PaintedAreas(bench.view)
    bench.session.select({opacity_of(bench.session).key})
    bench.hover(300, 40)
    bench.picture()
    qtbot.wait(30)
    areas.sizes.clear()
    bench.hover(100, 80)
    qtbot.waitUntil(lambda: bool(areas.sizes))
    assert max(areas.sizes) < 0.15 * 800 * 600
    areas.sizes.clear()
    for x in range(20, 90, 10):
        bench.hover(x, 290)
    qtbot.wait(30)
    assert sum(areas.sizes) < 0.3 * 800 * 600


class PaintedAreas(QObject):
    """Writes down how many pixels each paint event covers."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.sizes: list[int] = []
        view.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.sizes.append(sum(r.width() * r.height() for r in event.region()))
        return False


# Tools ------------------------------------------------------------------------------------


def test_dragging_a_vertex_changes_the_annotation_and_its_file(bench):
    bench.session.select({opacity_of(bench.session).key})
    bench.drag_image((180, 160), (220, 200))
    points = opacity_of(bench.session).points
    assert points[2] == pytest.approx([220, 200], abs=0.6)
    assert points[[0, 1, 3]].tolist() == [SQUARE[0], SQUARE[1], SQUARE[3]]
    assert bench.session.undo_label == "Move vertex"
    written = json.loads(dump_annotation(bench.session.annotation))
    assert written["shapes"][1]["points"] == points.tolist()
    bench.session.undo()
    assert opacity_of(bench.session).points.tolist() == SQUARE


def test_while_a_vertex_is_dragged_the_outline_follows_and_escape_puts_it_back(bench):
    before = bench.session.annotation
    bench.session.select({opacity_of(bench.session).key})
    start, end = bench.view.image_to_widget(180, 160), bench.view.image_to_widget(230, 210)
    before_dragging = bench.colour(205, 185)
    bench.drag(start, end, release=False)
    assert bench.session.shown_annotation is not before
    assert bench.colour(205, 185) != before_dragging
    bench.key(QEvent.Type.KeyPress, Qt.Key.Key_Escape)
    assert bench.session.shown_annotation is before
    bench.event(QEvent.Type.MouseButtonRelease, end, LEFT, NONE)
    assert bench.session.annotation is before


def test_losing_the_focus_ends_a_drag(bench):
    before = bench.session.annotation
    bench.session.select({opacity_of(bench.session).key})
    bench.drag(bench.view.image_to_widget(180, 160), QPointF(600, 500), release=False)
    bench.view.focusOutEvent(focus_out())
    assert bench.session.shown_annotation is before


def focus_out() -> QFocusEvent:
    return QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.OtherFocusReason)


def test_a_polygon_is_drawn_click_by_click_and_closed_by_enter(bench):
    bench.view.set_tool("polygon")
    for x, y in ((300, 50), (350, 60), (340, 120)):
        QTest.mouseClick(bench.view, LEFT, pos=bench.at(x, y))
    assert bench.view.is_tool_busy
    assert bench.view.send_key("Return")
    drawn = bench.session.annotation.shapes[-1]
    assert drawn.points == pytest.approx(np.array([(300, 50), (350, 60), (340, 120)]), abs=0.6)
    assert not bench.view.is_tool_busy
    assert not bench.view.send_key("Return")


def test_another_tool_drops_the_draft(bench):
    bench.view.set_tool("polygon")
    QTest.mouseClick(bench.view, LEFT, pos=bench.at(300, 50))
    bench.view.set_tool("select")
    bench.view.set_tool("polygon")
    assert not bench.view.is_tool_busy


def test_a_second_button_does_not_disturb_a_drag(bench):
    bench.session.select({opacity_of(bench.session).key})
    window = bench.view.grey_window
    start, end = bench.view.image_to_widget(180, 160), bench.view.image_to_widget(200, 180)
    bench.drag(start, end, release=False)
    bench.event(QEvent.Type.MouseButtonPress, end, RIGHT, LEFT | RIGHT)
    bench.event(QEvent.Type.MouseButtonRelease, end, RIGHT, LEFT)
    bench.event(QEvent.Type.MouseButtonRelease, end, LEFT, NONE)
    assert bench.view.grey_window == window
    assert bench.session.undo_label == "Move vertex"


def test_a_click_on_a_predicted_region_offers_it_even_inside_a_lung(bench, qtbot):
    bench.session.set_prediction(prediction())
    region = bench.session.predicted_regions[0]
    bench.hover(275, 200)
    assert bench.view.hovered_region is region
    with qtbot.waitSignal(bench.view.region_clicked) as clicked:
        QTest.mouseClick(bench.view, LEFT, pos=bench.at(275, 200))
    assert clicked.args == [region]
    assert bench.session.selection == frozenset()


def test_what_is_offered_is_what_is_there_now_though_the_mouse_rests(bench):
    bench.session.set_prediction(prediction())
    bench.hover(300, 200)
    offered = []
    bench.view.hovered_region_changed.connect(offered.append)
    bench.session.set_threshold(0.7)
    assert bench.view.hovered_region is bench.session.predicted_regions[0]
    bench.session.reject(bench.view.hovered_region)
    assert bench.view.hovered_region is None
    bench.session.undo()
    assert bench.view.hovered_region is bench.session.predicted_regions[0]
    bench.view.zoom_to_region(opacity_of(bench.session))
    assert bench.view.hovered_region is None
    assert offered[-1] is None


def test_an_accepted_region_is_a_shape_that_can_be_dragged_at_once(bench):
    bench.session.set_prediction(prediction())
    bench.view.region_clicked.connect(lambda region: bench.session.accept((region,)))
    QTest.mouseClick(bench.view, LEFT, pos=bench.at(300, 200))
    accepted = bench.session.annotation.shapes[-1]
    assert bench.session.selection == {accepted.key}
    assert bench.view.hovered_region is None
    vertex = accepted.points[0]
    bench.drag_image(tuple(vertex), tuple(vertex - 20))
    assert bench.session.annotation.shapes[-1].points[0] == pytest.approx(vertex - 20, abs=0.6)


def test_a_shape_over_a_predicted_region_takes_the_click(bench, qtbot):
    bench.session.set_prediction(prediction())
    over = Shape(OPACITY, [[260, 160], [340, 160], [340, 240], [260, 240]])
    bench.session.commit("Draw opacity", bench.session.annotation.adding(over))
    bench.hover(300, 200)
    assert bench.view.hovered_region is None
    with qtbot.assertNotEmitted(bench.view.region_clicked):
        QTest.mouseClick(bench.view, LEFT, pos=bench.at(300, 200))
    assert bench.session.selection == {over.key}


def test_a_drag_from_a_predicted_region_is_a_rubber_band(bench, qtbot):
    bench.session.set_prediction(prediction())
    with qtbot.assertNotEmitted(bench.view.region_clicked):
        bench.drag_image((330, 240), (90, 70))
    assert bench.session.selection == {opacity_of(bench.session).key}


def test_a_hidden_prediction_and_another_tool_offer_no_region(bench):
    bench.session.set_prediction(prediction())
    bench.view.set_prediction_visible(False)
    bench.hover(300, 200)
    assert bench.view.hovered_region is None
    bench.view.set_prediction_visible(True)
    bench.view.set_tool("polygon")
    bench.hover(301, 200)
    assert bench.view.hovered_region is None


def test_hidden_outlines_cannot_be_edited(bench):
    before = bench.session.annotation
    bench.view.set_shapes_visible(False)
    bench.drag_image((180, 160), (220, 200))
    assert bench.session.annotation is before
    assert not bench.view.send_key("Delete")


# Keys, menu, readout ----------------------------------------------------------------------


def test_h_hides_everything_while_it_is_held(bench):
    shown = bench.colour(140, 80)
    bench.key(QEvent.Type.KeyPress, Qt.Key.Key_H)
    bare = bench.colour(140, 80)
    assert bare != shown
    bench.key(QEvent.Type.KeyRelease, Qt.Key.Key_H, repeats=True)
    bench.key(QEvent.Type.KeyPress, Qt.Key.Key_H, repeats=True)
    assert bench.colour(140, 80) == bare
    bench.key(QEvent.Type.KeyRelease, Qt.Key.Key_H)
    assert bench.colour(140, 80) == shown


@pytest.mark.parametrize("key", [Qt.Key.Key_H, Qt.Key.Key_Space])
def test_held_keys_end_when_the_focus_is_lost(bench, key):
    shown = bench.colour(140, 80)
    bench.key(QEvent.Type.KeyPress, key)
    bench.view.focusOutEvent(focus_out())
    assert bench.colour(140, 80) == shown
    bench.drag(QPointF(10, 10), QPointF(60, 60))
    assert bench.view.image_to_widget(0, 0).x() < 20


def test_a_right_click_asks_for_the_menu_and_a_right_drag_does_not(bench, qtbot):
    with qtbot.waitSignal(bench.view.context_menu_requested) as asked:
        QTest.mouseClick(bench.view, RIGHT, pos=bench.at(140, 120))
    x, y, where = asked.args
    assert (x, y) == pytest.approx((140, 120), abs=0.6)
    assert where == bench.view.mapToGlobal(bench.at(140, 120))
    with qtbot.assertNotEmitted(bench.view.context_menu_requested):
        bench.drag(QPointF(300, 300), QPointF(340, 300), RIGHT)


def test_the_readout_gives_the_files_own_values(bench):
    source = film()
    shifted = Radiograph(source.pixels, source.path, value_slope=2.0, value_offset=-1000.0)
    bench.session.open(shifted, Annotation("film.png", 400, 300))
    told = []
    bench.view.pointer_moved.connect(lambda *values: told.append(values))
    bench.hover(12.5, 7.5)
    assert told[-1][:2] == pytest.approx((12.5, 7.5))
    assert told[-1][2:] == (int(source.pixels[7, 12]) * 2 - 1000, True)
    bench.hover(-1, 5)
    assert told[-1][2:] == (0, False)


def test_hints_follow_tool_and_cursor(bench):
    hints = []
    bench.view.hint_changed.connect(hints.append)
    bench.session.select({opacity_of(bench.session).key})
    bench.hover(180, 160)
    bench.view.set_tool("polygon")
    assert len(set(hints)) >= 2
    assert "outline" in hints[-1]


def test_handles_of_a_lung_wait_until_it_is_meant(bench):
    inside = bench.picture()
    bench.hover(60, 200)
    assert bench.picture() == inside
    bench.hover(40, 200)
    assert bench.picture() != inside


def test_a_view_without_a_film_takes_every_event(qtbot):
    view = FilmView()
    qtbot.addWidget(view)
    view.set_session(ReviewSession(Reader("A")))
    view.resize(300, 300)
    view.show()
    lone = Bench(view, ReviewSession(Reader("A")))
    for button in (LEFT, RIGHT, MIDDLE):
        lone.drag(QPointF(20, 20), QPointF(90, 90), button)
    lone.wheel(QPointF(50, 50))
    QTest.mouseDClick(view, LEFT, pos=QPoint(30, 30))
    view.fit()
    view.zoom_to_pixels()
    view.reset_window()
    assert view.grey_window is None
    assert lone.picture().pixelColor(150, 150) == QColor("#050505")


def test_coordinates_and_pixels_hold_on_a_screen_of_twice_the_density():
    script = Path(__file__).with_name("dense_screen.py")
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"}
    root = script.parents[2]
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment | {"PYTHONPATH": str(root)},
        cwd=root,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ratio"] == 2
    assert told["round_trip"] == pytest.approx([123.25, 77.5])
    assert told["pixel_in_logical_pixels"] == pytest.approx(0.5)
    assert told["shown"] == told["stored"]
    assert told["dragged_to"] == pytest.approx([220, 200], abs=0.6)
    assert told["removed_pixels"] == told["model_area"]


# Another network's outlines ---------------------------------------------------------------


def test_another_networks_outlines_are_looked_at_only_and_leave_with_the_film(bench):
    other = Shape(OPACITY, [[220, 200], [300, 200], [300, 260], [220, 260]])
    bare = bench.colour(260, 200).getRgb()
    bench.view.set_compared((other,))
    seen = bench.colour(260, 200)
    assert seen.getRgb() != bare
    assert seen.red() > seen.green()
    assert seen.blue() > seen.green()
    bench.hover(260, 230)
    assert bench.view.hovered_region is None
    bench.view.set_prediction_visible(False)
    assert bench.colour(260, 200).getRgb() == bare
    bench.view.set_prediction_visible(True)
    annotation = bench.session.annotation
    bench.session.open(film(), annotation)
    assert bench.colour(260, 200).getRgb() == bare
