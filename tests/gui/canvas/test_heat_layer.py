"""The tint lies where the network's map says, as strong as it says."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect

from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.gui.canvas.heat_layer import HeatLayer, amber_ramp
from opacity_studio.gui.canvas.view_transform import ViewTransform


def layer(probability: np.ndarray, box: Box) -> HeatLayer:
    made = HeatLayer()
    made.set_prediction(Prediction(probability, box, 1000, 1000, (), False, "m", "l", 0.5))
    return made


def test_the_ramp_is_premultiplied_clear_at_zero_and_amber_at_most_as_asked():
    ramp = amber_ramp(0.4).view(np.uint32)[0]
    alpha, red, green, blue = (ramp >> shift & 255 for shift in (24, 16, 8, 0))
    assert ramp[0] == ramp[10] == 0
    assert alpha[255] == round(0.4 * 255)
    assert (np.diff(alpha.astype(int)) >= 0).all()
    assert (red <= alpha).all()
    assert (green <= alpha).all()
    assert blue.max() == 0


@pytest.mark.parametrize("scale", [0.17, 0.5, 1.0, 3.3, 12.0])
@pytest.mark.parametrize("shift", [0.0, 0.7])
def test_the_map_keeps_its_place_at_every_scale(scale, shift):
    """Columns rise by 3: the value tells the coordinate, in a box that is not square."""
    columns = np.tile((np.arange(80) * 3).astype(np.uint8), (40, 1))
    box = Box(100.0, 50.0, 900.0, 250.0)
    transform = ViewTransform(scale, 30.0 + shift, -10.0)
    left, top = (round(edge) for edge in transform.to_view(box.left, box.top))
    part = QRect(left, top, min(round(800 * scale), 401), min(round(200 * scale), 33))
    got = layer(columns, box).resampled(transform, part)
    assert got.shape == (part.height(), part.width())
    x = (np.arange(part.width()) + 0.5 + part.left() - transform.left) / scale
    expected = ((x - box.left) / 10.0 - 0.5) * 3.0
    inner = (expected > 4) & (expected < 232)
    assert inner.any()
    # Half a screen pixel of the map, or the rounding of the values.
    tolerance = max(1.6, 0.5 * 0.3 / scale)
    assert abs(got[part.height() // 2] - expected)[inner].max() <= tolerance


def test_an_empty_map_and_no_prediction_have_no_place():
    made = HeatLayer()
    assert made.box() is None
    box = Box(0, 0, 10, 10)
    made.set_prediction(
        Prediction(np.zeros((0, 0), np.uint8), box, 10, 10, (), False, "m", "l", 0.5)
    )
    assert made.box() is None
