"""Pixels land where the image plane says, at every scale."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from opacity_studio.gui.canvas.film_layer import FilmLayer, Pyramid
from opacity_studio.gui.canvas.view_transform import ViewTransform


def test_every_level_holds_the_means_of_the_one_below():
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 65536, (64, 96), dtype=np.uint16)
    pyramid = Pyramid(pixels)
    for k in (1, 2, 3):
        side = 2**k
        means = pixels.reshape(64 // side, side, 96 // side, side).mean(axis=(1, 3))
        assert abs(pyramid.level(k) - means).max() <= 1.0


def test_odd_sides_are_kept_to_the_last_pixel():
    pixels = np.arange(35, dtype=np.uint8).reshape(5, 7)
    half = Pyramid(pixels).level(1)
    assert half.shape == (3, 4)
    assert half[2, 3] == pixels[4, 6]


def test_a_tiny_film_has_no_level_to_fall_through():
    assert Pyramid(np.zeros((1, 9), np.uint8)).level(5).shape == (1, 9)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("scale", [1.0, 4.0, 7.3, 20.0])
def test_a_screen_pixel_shows_the_film_pixel_its_centre_lies_in(dtype, scale):
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, np.iinfo(dtype).max, (40, 50)).astype(dtype)
    left = 13.0 if scale == 1.0 else 13.37
    transform = ViewTransform(scale, left, -22.0)
    part = QRect(20, 5, 60, 40) if scale > 1 else QRect(13, -22, 50, 40)
    got = Pyramid(pixels).resampled(transform, part)
    assert got.shape == (part.height(), part.width())
    for row, column in ((0, 0), (17, 31), (part.height() - 1, part.width() - 1)):
        x, y = transform.to_image(part.left() + column + 0.5, part.top() + row + 0.5)
        # The warp counts in 1/32 of a pixel: on a border either neighbour will do.
        candidates = {
            int(pixels[np.clip(int(y + dy), 0, 39), np.clip(int(x + dx), 0, 49)])
            for dx in (-0.04, 0.04)
            for dy in (-0.04, 0.04)
        }
        assert int(got[row, column]) in candidates


@pytest.mark.parametrize("scale", [0.11, 0.25, 0.6, 1.7, 3.9])
def test_a_smooth_film_keeps_its_place_at_every_scale(scale):
    """On a ramp the value tells the coordinate: half a pixel of shift would show."""
    x = np.arange(2000) + 0.5
    pixels = np.tile(x * 30, (300, 1)).astype(np.uint16)
    transform = ViewTransform(scale, -17.4, 3.8)
    part = QRect(10, 8, 100, 12)
    got = Pyramid(pixels).resampled(transform, part)
    expected = (np.arange(10, 110) + 0.5 + 17.4) / scale
    inside = expected < 1990
    assert abs(got[5] / 30.0 - expected)[inside].max() < max(0.08, 0.05 / scale)


def test_moving_by_whole_pixels_shows_the_same_as_drawing_afresh(qapp):
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (400, 500), dtype=np.uint8)
    view = QRect(0, 0, 200, 150)

    def drawn(layer: FilmLayer, transform: ViewTransform) -> np.ndarray:
        image = QImage(view.size(), QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        layer.draw(painter, transform, view)
        painter.end()
        return np.array(image.constBits(), np.uint8)[::4].astype(int)

    def layer_with_film() -> FilmLayer:
        layer = FilmLayer()
        layer.set_film(Pyramid(pixels))
        layer.set_grey_table(np.arange(256, dtype=np.uint8))
        return layer

    kept = layer_with_film()
    transform = ViewTransform(0.83, -40.3, -20.6)
    for dx, dy in ((0, 0), (-7, 3), (-60, -40), (90, 50), (-300, -200), (2, 0)):
        transform = transform.moved(dx, dy)
        difference = abs(drawn(kept, transform) - drawn(layer_with_film(), transform))
        # The warp counts in 1/32 of a pixel; on noise a shift by a whole one gives 80.
        assert difference.max() <= 16
        assert difference.mean() <= 2


@pytest.mark.parametrize("scale", [0.23, 1.0, 3.7, 9.0])
def test_a_mirrored_film_is_the_mirror_image_pixel_for_pixel(scale):
    rng = np.random.default_rng(6)
    layer = FilmLayer()
    layer.set_film(Pyramid(rng.integers(0, 65536, (300, 410), dtype=np.uint16)))
    plain = ViewTransform(scale, -20.0, 7.0)
    part = QRect(0, 10, 60, 40)
    there = QRect(200 - 60, 10, 60, 40)
    seen = layer.values_in(plain.flipped_at(100), there)
    assert np.array_equal(seen[:, ::-1], layer.values_in(plain, part))


def test_another_table_colours_only_what_is_in_view():
    layer = FilmLayer()
    layer.set_film(Pyramid(np.tile(np.arange(250, dtype=np.uint8), (200, 1))))
    view = QRect(0, 0, 100, 80)
    image = QImage(view.size(), QImage.Format.Format_RGB32)

    def draw(transform: ViewTransform, table: np.ndarray) -> np.ndarray:
        layer.set_grey_table(table)
        painter = QPainter(image)
        layer.draw(painter, transform, view)
        painter.end()
        return np.array(image.constBits(), np.uint8).reshape(80, 100, 4)[:, :, 0]

    plain = np.arange(256, dtype=np.uint8)
    draw(ViewTransform(1.0, -50, -50), plain)
    draw(ViewTransform(1.0, -53, -50), plain)
    assert np.array_equal(draw(ViewTransform(1.0, -53, -50), 255 - plain)[0], 202 - np.arange(100))
    assert np.array_equal(draw(ViewTransform(1.0, -60, -50), plain)[0], 60 + np.arange(100))
