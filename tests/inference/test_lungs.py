from __future__ import annotations

import cv2
import numpy as np
import pytest
import shapely

from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.inference.lungs import lung_shapes


def ellipse(
    canvas: np.ndarray,
    x: float,
    y: float,
    half_width: float,
    half_height: float,
    *,
    value: int = 255,
) -> None:
    rows, columns = np.mgrid[: canvas.shape[0], : canvas.shape[1]] + 0.5
    canvas[((columns - x) / half_width) ** 2 + ((rows - y) / half_height) ** 2 < 1] = value


@pytest.fixture
def blank() -> np.ndarray:
    return np.zeros((320, 320), np.uint8)


def polygons(probability: np.ndarray, width: int = 320, height: int = 320) -> dict[str, list]:
    found: dict[str, list] = {}
    for shape in lung_shapes(probability, width, height, 0.5, "lungs-1"):
        found.setdefault(shape.label, []).append(shapely.Polygon(shape.points))
    return found


def test_two_lungs_are_told_apart_by_side(blank: np.ndarray) -> None:
    ellipse(blank, 100, 160, 45, 100)
    ellipse(blank, 225, 170, 40, 90)
    found = polygons(blank, 640, 960)
    assert list(found) == [RIGHT_LUNG, LEFT_LUNG]
    (right,), (left,) = found[RIGHT_LUNG], found[LEFT_LUNG]
    assert right.centroid.x == pytest.approx(200, abs=2)
    assert right.area == pytest.approx(np.pi * 90 * 300, rel=0.02)
    assert left.centroid.x == pytest.approx(450, abs=2)


def test_the_outline_says_who_drew_it(blank: np.ndarray) -> None:
    ellipse(blank, 100, 160, 45, 100, value=230)
    (lung,) = lung_shapes(blank, 320, 320, 0.5, "lungs-1")
    assert lung.provenance is not None
    assert (lung.provenance.source, lung.provenance.model) == ("model", "lungs-1")
    assert lung.provenance.score == pytest.approx(230 / 255, abs=0.03)
    assert lung.provenance.outline_digest == lung.outline_digest


def test_lungs_that_touch_are_parted_at_the_neck(blank: np.ndarray) -> None:
    ellipse(blank, 95, 160, 60, 110)
    ellipse(blank, 225, 160, 60, 110)
    cv2.rectangle(blank, (140, 60), (180, 90), 255, -1)
    found = polygons(blank)
    (right,), (left,) = found[RIGHT_LUNG], found[LEFT_LUNG]
    assert right.area == pytest.approx(left.area, rel=0.1)
    assert right.intersection(left).area == pytest.approx(0, abs=20)
    assert right.bounds[2] == pytest.approx(160, abs=12)


def test_one_lung_is_named_by_its_side_of_the_film(blank: np.ndarray) -> None:
    ellipse(blank, 240, 160, 45, 100)
    assert list(polygons(blank)) == [LEFT_LUNG]
    assert list(polygons(blank[:, ::-1])) == [RIGHT_LUNG]


def test_air_in_the_stomach_is_no_lung(blank: np.ndarray) -> None:
    ellipse(blank, 100, 140, 45, 100)
    ellipse(blank, 225, 130, 40, 90)
    ellipse(blank, 225, 270, 35, 25)
    alone = polygons(blank)[LEFT_LUNG]
    cv2.line(blank, (225, 200), (225, 270), 255, 5)
    joined = polygons(blank)[LEFT_LUNG]
    for found in (alone, joined):
        (left,) = found
        assert left.area == pytest.approx(np.pi * 40 * 90, rel=0.02)


def test_a_tail_along_the_border_is_cut_and_a_lung_cut_by_the_border_is_not(
    blank: np.ndarray,
) -> None:
    ellipse(blank, 20, 160, 60, 100)
    whole = polygons(blank)[RIGHT_LUNG][0]
    assert whole.bounds[0] == 0
    assert whole.area == pytest.approx((blank > 0).sum(), rel=0.02)
    blank[200:300, :5] = 255
    tailed = polygons(blank)[RIGHT_LUNG][0]
    assert tailed.bounds[3] < whole.bounds[3] + 12


def test_a_sharp_corner_stays_and_a_notch_is_filled(blank: np.ndarray) -> None:
    corner = np.array([[60, 60], [140, 60], [140, 250], [50, 280]], np.int32)
    cv2.fillPoly(blank, [corner], 255)
    blank[120:126, :90] = 0
    (lung,) = polygons(blank)[RIGHT_LUNG]
    assert lung.distance(shapely.Point(50, 280)) < 4
    assert lung.area == pytest.approx(shapely.Polygon(corner).area, rel=0.02)


def test_fragments_and_holes_do_not_show(blank: np.ndarray) -> None:
    ellipse(blank, 100, 160, 45, 100)
    ellipse(blank, 225, 160, 45, 100)
    ellipse(blank, 100, 160, 12, 12, value=0)
    ellipse(blank, 160, 300, 10, 8)
    found = polygons(blank)
    (right,) = found[RIGHT_LUNG]
    assert right.area == pytest.approx(np.pi * 45 * 100, rel=0.02)
    assert len(found[LEFT_LUNG]) == 1


def test_air_beside_the_body_is_no_lung(blank: np.ndarray) -> None:
    ellipse(blank, 100, 160, 45, 100)
    ellipse(blank, 220, 160, 45, 100)
    ellipse(blank, 300, 120, 15, 90)
    found = polygons(blank)
    assert {label: len(parts) for label, parts in found.items()} == {RIGHT_LUNG: 1, LEFT_LUNG: 1}
    assert found[LEFT_LUNG][0].bounds[2] < 270


@pytest.mark.parametrize("value", [0, 90])
def test_a_film_without_lungs_gives_none(blank: np.ndarray, value: int) -> None:
    blank[:] = value
    ellipse(blank, 160, 160, 8, 8)
    assert polygons(blank) == {}


def test_a_map_that_is_all_lung_does_not_fail(blank: np.ndarray) -> None:
    blank[:] = 255
    assert sum(len(parts) for parts in polygons(blank).values()) >= 1
