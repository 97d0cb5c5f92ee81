"""The corner texts say what the film view shows, in the file's own units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from opacity_studio.domain.radiograph import Radiograph, Window
from opacity_studio.gui.canvas.captions import Captions, caption_text, scale_bar, sides_of


def film(**fields: Any) -> Radiograph:
    return Radiograph(np.zeros((4, 4), np.uint16), Path("f.dcm"), **fields)


@pytest.mark.parametrize(
    ("fields", "scale", "marks", "text"),
    [
        (
            {"pixel_spacing": (0.168, 0.168)},
            0.78,
            (),
            "W 2048 C 1024 · zoom 78 % · 0.168 mm/px",
        ),
        ({}, 0.004, ("inverted",), "W 2048 C 1024 · inverted · zoom 0.4 %"),
        (
            {"pixel_spacing": (0.2, 0.1)},
            2,
            (),
            "W 2048 C 1024 · zoom 200 % · 0.100 × 0.200 mm/px",
        ),
        ({"value_slope": 2.0, "value_offset": -1000.0}, 1, (), "W 4096 C 1048 · zoom 100 %"),
        ({"value_slope": -1.0}, 1, (), "W 2048 C -1024 · zoom 100 %"),
    ],
)
def test_the_line_at_the_bottom(fields, scale, marks, text):
    window = Window(centre=1024, width=2048)
    assert caption_text(film(**fields), window, scale, marks=marks) == text


def test_the_side_letters_stand_in_the_upper_corners(qapp):
    captions = Captions("W 1 C 1", 800, 600)
    right, left, line = captions.areas()
    assert right.right() < 80
    assert left.left() > 720
    assert line.bottom() < 600
    assert captions.is_on_side_letter(right.center())
    assert captions.is_on_side_letter(left.center())
    assert not captions.is_on_side_letter(QPoint(400, 20))


@pytest.mark.parametrize(
    ("spacing", "scale", "text", "length"),
    [
        (0.2, 1.0, "2 cm", 100),
        (0.2, 0.25, "10 cm", 125),
        (0.1, 8.0, "1 mm", 80),
        (0.143, 0.6, "2 cm", 84),
    ],
)
def test_the_scale_bar_has_a_round_length(spacing, scale, text, length):
    bar = scale_bar(film(pixel_spacing=(spacing, spacing)), scale)
    assert (bar.text, bar.length) == (text, length)


def test_without_spacing_there_is_no_scale_bar():
    assert scale_bar(film(), 1.0) is None
    assert Captions("W 1 C 1", 800, 600).bar_area().isEmpty()


def test_the_scale_bar_stands_at_the_lower_right(qapp):
    captions = Captions("W", 800, 600, bar=scale_bar(film(pixel_spacing=(0.2, 0.2)), 1.0))
    area = captions.bar_area()
    assert 600 < area.left() < area.right() < 800
    assert 500 < area.top() < area.bottom() < 600


@pytest.mark.parametrize(
    ("known", "mirrored", "shown"),
    [
        (None, False, (("R", "L"), True)),
        (None, True, (("L", "R"), True)),
        (("L", "R"), False, (("L", "R"), False)),
        (("L", "R"), True, (("R", "L"), False)),
        (("P", "A"), False, (("P", "A"), False)),
    ],
)
def test_sides_follow_the_file_and_the_flip(known, mirrored, shown):
    assert sides_of(film(edge_sides=known), mirrored=mirrored) == shown


def test_assumed_sides_say_so(qapp):
    assumed, known = Captions("W", 800, 600), Captions("W", 800, 600, are_assumed=False)
    assert assumed.areas()[0].height() > known.areas()[0].height()
    assert "does not say" in assumed.sides_tip
    assert "does not say" not in known.sides_tip
