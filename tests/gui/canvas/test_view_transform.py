"""Where the film lies in the view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.gui.canvas.view_transform import MAX_SCALE, Frame, ViewTransform

coordinates = st.floats(-5000, 5000)
scales = st.floats(0.01, MAX_SCALE)
film_sides = st.integers(1, 20_000)
view_sides = st.integers(200, 8000)
frames = st.builds(Frame, film_sides, film_sides, view_sides, view_sides, st.booleans())
transforms = st.builds(ViewTransform, scales, coordinates, coordinates, st.booleans())


@given(transforms, coordinates, coordinates)
def test_to_the_view_and_back(transform, x, y):
    assert transform.to_image(*transform.to_view(x, y)) == pytest.approx((x, y), abs=1e-5)


@given(transforms, coordinates, coordinates, scales)
def test_scaling_keeps_the_image_point_under_the_cursor(transform, x, y, scale):
    before = transform.to_image(x, y)
    after = transform.scaled_at(x, y, scale).to_image(x, y)
    assert after == pytest.approx(before, rel=1e-6, abs=1e-4)


@given(transforms, coordinates, coordinates)
def test_qt_maps_the_same_way(transform, x, y):
    assert transform.qt().map(x, y) == pytest.approx(transform.to_view(x, y), rel=1e-9, abs=1e-6)


@given(transforms, coordinates, st.floats(0, 4000), coordinates, coordinates)
def test_flipping_exchanges_left_and_right_about_a_line_and_back(transform, x, y, line, away):
    flipped = transform.flipped_at(line)
    assert flipped.mirrored != transform.mirrored
    assert flipped.to_view(x, y)[0] == pytest.approx(
        2 * line - transform.to_view(x, y)[0], rel=1e-9, abs=1e-6
    )
    assert flipped.to_view(x, y)[1] == transform.to_view(x, y)[1]
    # What lay as far left of the line now lies as far right of it.
    there, here = transform.to_image(line - away, y), flipped.to_image(line + away, y)
    assert here == pytest.approx(there, rel=1e-6, abs=1e-4)
    back = flipped.flipped_at(line)
    assert back.to_view(x, y) == pytest.approx(transform.to_view(x, y), rel=1e-9, abs=1e-6)


@given(transforms, coordinates, coordinates, st.floats(0, 3000), st.floats(0, 3000))
def test_a_box_keeps_its_corners_there_and_back(transform, left, top, width, height):
    box = (left, top, left + width, top + height)
    shown = transform.box_in_view(*box)
    assert shown[0] <= shown[2]
    assert shown[1] <= shown[3]
    assert transform.box_in_image(*shown) == pytest.approx(box, rel=1e-6, abs=1e-4)


@given(frames)
def test_a_fitted_film_lies_inside_the_view(frame):
    fitted = frame.fitted()
    left, top, right, bottom = fitted.box_in_view(0, 0, frame.film_width, frame.film_height)
    assert fitted.mirrored == frame.mirrored
    assert left >= -1
    assert top >= -1
    assert right <= frame.view_width + 1
    assert bottom <= frame.view_height + 1


@given(frames, transforms)
def test_however_far_it_is_dragged_some_film_stays_in_view(frame, transform):
    kept = frame.kept_in_view(transform)
    left, top, right, bottom = kept.box_in_view(0, 0, frame.film_width, frame.film_height)
    seen_width = min(right, frame.view_width) - max(left, 0)
    seen_height = min(bottom, frame.view_height) - max(top, 0)
    assert seen_width >= 0.25 * min(right - left, frame.view_width) - 1e-3
    assert seen_height >= 0.25 * min(bottom - top, frame.view_height) - 1e-3
    assert frame.kept_in_view(kept).left == pytest.approx(kept.left)
    assert frame.kept_in_view(kept).top == pytest.approx(kept.top)


def test_a_film_already_in_view_is_not_moved():
    frame = Frame(400, 300, 800, 600)
    assert frame.kept_in_view(frame.fitted()) == frame.fitted()


def test_a_part_is_shown_centred_with_room_around_it():
    frame = Frame(4000, 3000, 800, 600)
    shown = frame.showing(1000, 1000, 1400, 1100)
    left, top = shown.to_view(1000, 1000)
    right, bottom = shown.to_view(1400, 1100)
    assert left == pytest.approx(800 - right, abs=1)
    assert top == pytest.approx(600 - bottom, abs=1)
    assert left == pytest.approx(160, abs=1)
