"""What the layer kept and shifted looks like what would be drawn afresh."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter

from opacity_studio.domain.shape import Shape
from opacity_studio.gui.canvas.shape_layer import Item, ShapeLayer
from opacity_studio.gui.canvas.shape_painter import Style
from opacity_studio.gui.canvas.shape_paths import PathCache
from opacity_studio.gui.canvas.view_transform import ViewTransform

SIZE = QSize(240, 180)


@pytest.fixture(autouse=True)
def _application(qapp):
    """QPainter needs one."""


def blob(chance: random.Random, label: str = "opacity") -> Shape:
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = chance.uniform(8, 60) * (1 + 0.3 * np.sin(3 * angle))
    centre = np.array([chance.uniform(0, 400), chance.uniform(0, 300)])
    return Shape(label, centre + np.c_[np.cos(angle), np.sin(angle)] * radius[:, None])


def plain(shapes: list[Shape]) -> list[Item]:
    """Every third one is dashed, as the network's proposals are."""
    return [Item(s, Style.PLAIN if s.key % 3 else Style.PROPOSED) for s in shapes]


def new_layer(items: list[Item], transform: ViewTransform) -> ShapeLayer:
    layer = ShapeLayer(PathCache())
    layer.set_view(SIZE, 1.0)
    layer.set_transform(transform)
    layer.set_items(items)
    return layer


def picture(layer: ShapeLayer) -> np.ndarray:
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    layer.draw(painter, QRect(0, 0, SIZE.width(), SIZE.height()))
    painter.end()
    return np.array(image.constBits(), np.uint8).reshape(SIZE.height(), SIZE.width(), 4).astype(int)


def test_a_shape_that_is_there_twice_is_drawn_once():
    chance = random.Random(0)
    one, other = plain([blob(chance), blob(chance)])
    transform = ViewTransform(0.7, 3.0, -5.0)
    layer = new_layer([one], transform)
    layer.set_items([other, one, other])
    assert np.array_equal(picture(layer), picture(new_layer([other, one], transform)))


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_moves_zooms_and_edits_shows_what_is_there(seed):
    chance = random.Random(seed)
    shapes = [blob(chance, chance.choice(["opacity", "left_lung", "other"])) for _ in range(12)]
    transform = ViewTransform(0.7, 3.0, -5.0)
    layer = new_layer(plain(shapes), transform)
    for _ in range(30):
        steps = ["pan", "pan", "zoom", "flip", "edit", "add", "remove", "reorder", "slice", "shift"]
        step = chance.choice(steps)
        if step == "pan":
            transform = transform.moved(chance.randint(-70, 70), chance.randint(-50, 50))
            layer.set_transform(transform)
        elif step == "zoom":
            transform = transform.scaled_at(100, 80, chance.uniform(0.3, 2.0))
            layer.set_transform(transform)
        elif step == "flip":
            transform = transform.flipped_at(120)
            layer.set_transform(transform)
        elif step == "slice":
            layer.advance(0.0)
        elif step == "shift":
            by = chance.choice([chance.uniform(-30, 30), chance.randint(-20, 20) / transform.scale])
            shapes = [shape.with_outline(shape.points + np.array((by, -by))) for shape in shapes]
            layer.set_items(plain(shapes))
        else:
            if step == "add":
                shapes = [*shapes, blob(chance)]
            elif step == "reorder":
                shapes = chance.sample(shapes, len(shapes))
            elif shapes:
                i = chance.randrange(len(shapes))
                moved = shapes[i].with_outline(shapes[i].points + 12)
                shapes = [*shapes[:i], *([moved] if step == "edit" else []), *shapes[i + 1 :]]
            layer.set_items(plain(shapes))
    layer.advance(10)
    assert layer.is_complete
    fresh = new_layer(plain(shapes), transform)
    fresh.advance(10)
    # Qt may round the odd edge pixel of a stroke it clips; a shape out of place would stand out.
    difference = np.abs(picture(layer) - picture(fresh)).max(axis=2)
    assert (difference > 40).sum() <= 6


def test_an_edit_touches_the_box_of_its_shape_only():
    chance = random.Random(1)
    shapes = [blob(chance) for _ in range(5)]
    layer = new_layer(plain(shapes), ViewTransform(0.5))
    layer.advance(10)
    moved = shapes[0].with_outline(shapes[0].points + 4)
    area = layer.set_items(plain([moved, *shapes[1:]])).boundingRect()
    low, high = moved.points.min(axis=0) * 0.5, moved.points.max(axis=0) * 0.5
    assert area.width() <= (high - low)[0] + 16
    assert area.height() <= (high - low)[1] + 16
    assert layer.set_items(plain([moved, *shapes[1:]])).isEmpty()


def test_shapes_moved_alike_by_whole_pixels_are_not_drawn_anew():
    chance = random.Random(3)
    shapes = [blob(chance) for _ in range(40)]
    layer = new_layer(plain(shapes), ViewTransform(0.5, 40.0, 30.0))
    layer.advance(10)
    before = picture(layer)
    moved = [shape.with_outline(shape.points + np.array((20, 8))) for shape in shapes]
    assert not layer.set_items(plain(moved)).isEmpty()
    assert np.array_equal(picture(layer)[4:, 10:], before[:-4, :-10])


def test_how_long_everything_takes_is_known_from_the_first_shapes_on():
    layer = new_layer([], ViewTransform(0.5))
    layer.advance(10)
    assert layer.is_complete
    assert layer.seconds == 0
    layer.set_items(plain([blob(random.Random(5)) for _ in range(20)]))
    layer.advance(10)
    assert layer.seconds > 0


def test_what_is_gone_leaves_nothing_to_draw():
    layer = new_layer(plain([blob(random.Random(4))]), ViewTransform(0.5))
    layer.advance(10)
    assert picture(layer).any()
    layer.set_items([])
    assert not layer.advance(10).isEmpty()
    assert layer.is_complete
    assert not picture(layer).any()
    assert layer.advance(10).isEmpty()


def test_what_stood_there_serves_until_the_sharp_picture_is_complete():
    chance = random.Random(2)
    layer = new_layer(plain([blob(chance) for _ in range(40)]), ViewTransform(0.5))
    layer.advance(10)
    before = picture(layer)
    layer.set_transform(ViewTransform(0.5).scaled_at(0, 0, 1.0))
    layer.advance(0.0)
    assert not layer.is_complete
    assert picture(layer).any()
    layer.advance(10)
    assert layer.is_complete
    assert not np.array_equal(picture(layer), before)


def test_an_outline_far_away_costs_nothing_and_breaks_nothing():
    far = Shape("opacity", [[1e9, 1e9], [2e9, 1e9], [2e9, 2e9]])
    layer = new_layer(plain([far]), ViewTransform(60.0))
    layer.advance(10)
    assert not picture(layer).any()
