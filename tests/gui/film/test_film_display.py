"""The film view when the film is flipped, under the magnifier, and from film to film."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.presentation import AS_STORED, Presentation
from opacity_studio.domain.radiograph import Window
from opacity_studio.gui.canvas.film_layer import Pyramid
from tests.gui.film.test_film_view import (
    MIDDLE,
    NONE,
    SQUARE,
    Bench,
    bench,
    film,
    opacity_of,
    prediction,
)

__all__ = ["bench"]

MIRRORED = Presentation(mirrored=True)


@pytest.fixture(autouse=True)
def _keys(bench: Bench) -> None:
    bench.view.set_held_keys({"view.magnify": Qt.Key.Key_Z})


def test_a_flipped_film_is_the_mirror_image_and_flips_back(bench: Bench):
    before = bench.picture().copy(0, 100, 800, 350)
    bench.view.show_presentation(MIRRORED)
    after = bench.picture().copy(0, 100, 800, 350)
    assert after != before
    bench.view.set_all_overlays_hidden(True)
    flipped = bench.picture().copy(0, 100, 800, 350)
    bench.view.show_presentation(AS_STORED)
    assert bench.picture().copy(0, 100, 800, 350) == flipped.flipped(Qt.Orientation.Horizontal)
    bench.view.set_all_overlays_hidden(False)
    assert bench.picture().copy(0, 100, 800, 350) == before


def test_on_a_flipped_film_the_mouse_edits_what_it_points_at(bench: Bench):
    bench.view.show_presentation(MIRRORED)
    bench.session.select({opacity_of(bench.session).key})
    assert bench.view.image_to_widget(100, 80).x() > bench.view.image_to_widget(180, 80).x()
    bench.drag_image((180, 160), (220, 200))
    points = opacity_of(bench.session).points
    assert points[2] == pytest.approx([220, 200], abs=0.6)
    assert points[[0, 1, 3]].tolist() == [SQUARE[0], SQUARE[1], SQUARE[3]]


def test_on_a_flipped_film_the_prediction_and_its_regions_flip_too(bench: Bench):
    bench.session.set_prediction(prediction())
    bench.view.show_presentation(MIRRORED)
    tinted, beside = bench.colour(300, 200), bench.colour(350, 50)
    assert tinted.red() - tinted.blue() > 25
    assert abs(beside.red() - beside.blue()) < 8
    bench.hover(300, 200)
    assert bench.view.hovered_region is bench.session.predicted_regions[0]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("pan"), st.integers(-150, 150), st.integers(-120, 120)),
            st.tuples(st.just("wheel"), st.sampled_from([120, -120, 360]), st.integers(50, 700)),
            st.tuples(st.just("flip"), st.just(0), st.just(0)),
            st.tuples(st.just("one to one"), st.just(0), st.just(0)),
        ),
        max_size=8,
    ),
    st.floats(0, 400),
    st.floats(0, 300),
)
def test_whatever_is_done_a_point_of_the_view_is_one_point_of_the_image(bench, steps, x, y):
    bench.view.show_presentation(AS_STORED)
    bench.view.fit()
    for step, a, b in steps:
        if step == "pan":
            bench.drag(QPointF(400, 300), QPointF(400 + a, 300 + b), MIDDLE)
        elif step == "wheel":
            at = QPointF(b, 200)
            under = bench.view.widget_to_image(at)
            zoom = bench.view.zoom
            bench.wheel(at, a)
            if 0 < under[0] < 400 and 0 < under[1] < 300 and bench.view.zoom != zoom:
                assert bench.view.widget_to_image(at) == pytest.approx(under, abs=1e-6)
        elif step == "flip":
            how = bench.view.presentation
            bench.view.show_presentation(Presentation(mirrored=not how.mirrored))
        else:
            bench.view.zoom_to_pixels()
        there = bench.view.image_to_widget(x, y)
        assert bench.view.widget_to_image(there) == pytest.approx((x, y), abs=1e-6)
        rightwards = bench.view.image_to_widget(x + 10, y).x() > there.x()
        assert rightwards != bench.view.presentation.mirrored


def test_dragging_pans_a_flipped_film_the_way_the_mouse_goes(bench: Bench):
    bench.view.show_presentation(MIRRORED)
    before = bench.view.image_to_widget(50, 60)
    bench.drag(QPointF(400, 300), QPointF(451, 281), MIDDLE)
    assert bench.view.image_to_widget(50, 60) - before == QPointF(51, -19)


def test_the_next_film_is_shown_as_it_is_stored(bench: Bench):
    bench.view.show_presentation(Presentation("set", Window(90, 20), True, 2.0, False, True))
    bench.session.open(film(), Annotation("next.png", 400, 300))
    assert bench.view.presentation == AS_STORED
    assert bench.view.image_to_widget(0, 0).x() < bench.view.image_to_widget(400, 0).x()


def test_gamma_brightens_the_middle(bench: Bench):
    bench.view.set_all_overlays_hidden(True)
    before = bench.colour(200.5, 20.5).red()
    bench.view.show_presentation(Presentation(gamma=2.0))
    assert bench.colour(200.5, 20.5).red() > before + 30


def test_evened_contrast_is_shown_only_while_it_is_wanted(bench: Bench):
    bench.view.set_all_overlays_hidden(True)
    plain = bench.colour(200.5, 20.5).red()
    evened = Pyramid(np.full((300, 400), 77, np.uint8))
    bench.view.show_evened(evened)
    assert bench.colour(200.5, 20.5).red() == plain
    bench.view.show_presentation(Presentation(local_contrast=True))
    assert "local contrast …" in bench.view._captions.text
    bench.view.show_evened(evened)
    assert bench.colour(200.5, 20.5).red() == 77
    assert "local contrast ·" in bench.view._captions.text
    # What the film says under the cursor is its own value all along.
    assert bench.view.value_at(200, 20) == film().pixels[20, 200]
    bench.view.show_presentation(AS_STORED)
    assert bench.colour(200.5, 20.5).red() == plain


@pytest.mark.parametrize("how", [AS_STORED, MIRRORED])
def test_the_magnifier_shows_film_and_outlines_larger_while_z_is_held(bench: Bench, how):
    bench.view.show_presentation(how)
    bench.hover(140, 80)
    at = bench.at(140, 80)
    above = QPointF(at.x(), at.y() - 100)
    before = bench.picture()
    bench.key(QEvent.Type.KeyPress, Qt.Key.Key_Z)
    lens = bench.picture()
    # The point under the cursor stays; 100 pixels above it stands what is 40 above without.
    assert lens.pixelColor(at) == before.pixelColor(at)
    seen = lens.pixelColor(above.toPoint())
    meant = before.pixelColor(at.x(), at.y() - 40)
    assert abs(seen.red() - meant.red()) < 40
    assert lens.pixelColor(at.x(), at.y() - 160) == before.pixelColor(at.x(), at.y() - 160)
    x, y = bench.view.widget_to_image(QPointF(at.x() + 60, at.y()))
    bench.hover(x, y)
    assert bench.picture() != lens
    bench.key(QEvent.Type.KeyRelease, Qt.Key.Key_Z)
    bench.hover(140, 80)
    assert bench.picture() == before


def test_the_magnifier_leaves_with_the_cursor(bench: Bench):
    bench.view.leaveEvent(QEvent(QEvent.Type.Leave))
    bare = bench.picture()
    bench.hover(140, 80)
    bench.key(QEvent.Type.KeyPress, Qt.Key.Key_Z)
    assert bench.picture() != bare
    QApplication.sendEvent(bench.view, QEvent(QEvent.Type.Leave))
    assert bench.picture() == bare
    bench.key(QEvent.Type.KeyRelease, Qt.Key.Key_Z)


def test_both_lungs_fill_the_view(bench: Bench):
    bench.view.zoom_to_shapes(bench.session.annotation.shapes)
    left, top = bench.view.image_to_widget(40, 30).toTuple()
    right, bottom = bench.view.image_to_widget(240, 270).toTuple()
    assert 0 < left < right < 800
    assert top == pytest.approx(600 * 0.03, abs=3)
    assert bottom == pytest.approx(600 * 0.97, abs=3)


def test_the_magnifier_follows_a_drag(bench: Bench):
    bench.key(QEvent.Type.KeyPress, Qt.Key.Key_Z)
    bench.drag(QPointF(300, 200), QPointF(360, 260), MIDDLE, release=False)
    dragged = bench.picture()
    bench.event(QEvent.Type.MouseButtonRelease, QPointF(360, 260), MIDDLE, NONE)
    assert bench.picture() == dragged
    bench.key(QEvent.Type.KeyRelease, Qt.Key.Key_Z)
