"""Agreed, added and removed, as painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.shape import Shape
from opacity_studio.gui.canvas.difference_layer import (
    ADDED,
    AGREED,
    PARTS,
    REMOVED,
    DifferenceLayer,
    swatch,
)
from opacity_studio.gui.canvas.view_transform import ViewTransform

SIZE = QSize(200, 120)
VIEW = QRect(0, 0, 200, 120)


def box(left: float, top: float, right: float, bottom: float) -> Shape:
    return Shape(OPACITY, [[left, top], [right, top], [right, bottom], [left, bottom]])


def layer(model: tuple[Shape, ...], person: tuple[Shape, ...]) -> DifferenceLayer:
    made = DifferenceLayer()
    made.set_view(SIZE, 1.0)
    made.set_transform(ViewTransform(2.0, 0.0, 0.0))
    made.set_sides(model, person)
    return made


def painted(drawn: DifferenceLayer, onto: QImage | None = None, part: QRect = VIEW) -> QImage:
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied) if onto is None else onto
    if onto is None:
        image.fill(QColor("#000000"))
    painter = QPainter(image)
    drawn.draw(painter, part)
    painter.end()
    return image


def pixels(image: QImage) -> np.ndarray:
    data = np.frombuffer(image.constBits(), np.uint8)
    return data.reshape(image.height(), image.bytesPerLine() // 4, 4).copy()


def test_every_pixel_belongs_to_who_drew_it():
    codes = layer((box(10, 10, 50, 40),), (box(30, 10, 80, 40),)).codes(VIEW)
    assert (codes[20:80, 20:60] == REMOVED.code).all()
    assert (codes[20:80, 60:100] == AGREED.code).all()
    assert (codes[20:80, 100:160] == ADDED.code).all()
    assert np.count_nonzero(codes) == 60 * 140


def test_shapes_of_one_side_that_overlap_count_once_and_holes_stay_open():
    ring = np.array([[35.0, 20.0], [45.0, 20.0], [45.0, 30.0], [35.0, 30.0]])
    holed = box(30, 10, 80, 40).copied(holes=(ring,))
    codes = layer((), (holed, box(60, 10, 90, 40))).codes(VIEW)
    assert codes[50, 80] == 0
    assert codes[50, 140] == ADDED.code


def test_the_three_are_told_apart_without_colour():
    grounds = []
    for part in PARTS:
        data = pixels(swatch(part, QSize(24, 24), 1.0))
        marks = data[..., 3] > 100
        grounds.append(marks)
        assert marks.any()
        assert not marks.all()
    for one in range(3):
        for other in range(one):
            # However one pattern is shifted, it never becomes the other.
            shifted = (
                np.roll(grounds[other], (dy, dx), (0, 1)) for dy in range(8) for dx in range(8)
            )
            assert not any((grounds[one] == moved).all() for moved in shifted)


def test_an_edit_repaints_its_box_and_gives_what_a_new_layer_would():
    model, before, after = (box(10, 10, 50, 40),), box(30, 10, 80, 40), box(40, 15, 90, 50)
    edited = layer(model, (before,))
    image = painted(edited)
    area = edited.set_sides(model, (after,))
    assert area.boundingRect().contains(QRect(60, 20, 119, 79))
    assert not area.boundingRect().contains(QRect(20, 20, 2, 2))
    image = painted(edited)
    assert (pixels(image) == pixels(painted(layer(model, (after,))))).all()


def test_the_patterns_move_with_the_film():
    drawn = layer((box(10, 10, 50, 40),), ())
    still = pixels(painted(drawn))
    drawn.set_transform(ViewTransform(2.0, 13.0, 5.0))
    moved = pixels(painted(drawn))
    assert (moved[25:85, 33:113] == still[20:80, 20:100]).all()
    for left, top in ((-37.0, 20.0), (60.0, -11.0), (60.5, -11.0)):
        # Pieces that left the view and come back are there again, wherever the film was between.
        drawn.set_transform(ViewTransform(2.0, left, top))
        fresh = layer((box(10, 10, 50, 40),), ())
        fresh.set_transform(ViewTransform(2.0, left, top))
        assert (pixels(painted(drawn)) == pixels(painted(fresh))).all()


def test_a_side_that_goes_takes_its_pattern_along():
    drawn = layer((box(10, 10, 50, 40),), ())
    painted(drawn)
    drawn.set_sides((), ())
    assert not pixels(painted(drawn))[..., :3].any()
