"""Levels that follow from where a stroke begins."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.probability_stroke import SHARE, StrokeMap

HEIGHT = 0.5


def hill(peak: float = HEIGHT, sure: float = 0.95) -> Prediction:
    """A faint hill at (250, 300) and a sure one at (450, 300), in a map of 100..500 × 200..400."""
    y, x = np.mgrid[0:100, 0:200] * 2.0 + 1.0
    faint = peak * np.exp(-((x - 150) ** 2 + (y - 100) ** 2) / (2 * 30**2))
    clear = sure * (np.hypot(x - 350, y - 100) < 25)
    cells = (np.maximum(faint, clear) * 255).astype(np.uint8)
    return Prediction(cells, Box(100, 200, 500, 400), 640, 640, (), False, "m", "l", 0.6)


def test_a_faint_patch_is_painted_down_to_a_part_of_its_height():
    level = StrokeMap(hill()).level_to_paint(250, 300, 10, 0.6)
    assert level == pytest.approx(SHARE * HEIGHT, abs=0.02)


def test_what_is_shown_as_predicted_is_painted_whole():
    assert StrokeMap(hill()).level_to_paint(450, 300, 10, 0.35) == 0.35


def test_a_larger_disc_sees_the_patch_beside_it():
    known = StrokeMap(hill())
    assert known.level_to_paint(180, 300, 2, 0.6) is None
    assert known.level_to_paint(180, 300, 70, 0.6) == pytest.approx(SHARE * HEIGHT, abs=0.02)


@pytest.mark.parametrize("at", [(120, 220), (20, 20), (630, 630), (-40, 300)])
def test_where_the_network_sees_nothing_there_is_no_level(at):
    assert StrokeMap(hill()).level_to_paint(*at, 8, 0.5) is None


def test_erasing_takes_at_least_what_is_below_the_threshold():
    known = StrokeMap(hill())
    assert known.level_to_erase(120, 220, 8, 0.5) == 0.5
    assert known.level_to_erase(20, 20, 8, 0.3) == pytest.approx(1 - SHARE)
    assert known.level_to_erase(450, 300, 4, 0.5) > 0.9


def test_the_area_above_a_level_lies_where_the_map_says():
    known = StrokeMap(hill())
    low, high = known.above(0.2), known.above(0.7)
    assert low.is_valid
    assert high.within(low.buffer(1))
    assert low.contains(shapely.Point(250, 300))
    assert not high.contains(shapely.Point(250, 300))
    assert high.contains(shapely.Point(450, 300))
    assert known.above(0.99).is_empty
