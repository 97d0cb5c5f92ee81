"""Random outlines: ragged, with holes, overlapping, crossing themselves, beyond the film."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.shape import Points, Shape

WIDTH, HEIGHT = 70, 50
LABELS = (OPACITY, RIGHT_LUNG, LEFT_LUNG, "consolidation / dense", "indexed")

_places = st.floats(-12, 82, allow_nan=False)
_grid = st.integers(-24, 164).map(lambda half: half / 2)
"""On pixel borders and centres, where conventions differ."""

_points = st.tuples(_places, _places) | st.tuples(_grid, _grid)


@st.composite
def star_rings(
    draw: st.DrawFn, *, centre: tuple[float, float], least: float, most: float
) -> Points:
    """Return a ring about `centre` that does not cross itself."""
    radii = draw(st.lists(st.floats(least, most), min_size=5, max_size=14))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    spokes = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    return np.asarray(centre) + spokes * np.asarray(radii)[:, None]


@st.composite
def holed(draw: st.DrawFn) -> tuple[Points, tuple[Points, ...]]:
    """Return an outline with up to two holes that touch nothing."""
    centre = draw(st.tuples(st.floats(10, 60), st.floats(10, 40)))
    outline = draw(star_rings(centre=centre, least=14, most=24))
    left = (centre[0] - 5.5, centre[1])
    right = (centre[0] + 5.5, centre[1])
    places = draw(st.sampled_from(((), (left,), (left, right))))
    holes = tuple(draw(star_rings(centre=place, least=1.5, most=4.5)) for place in places)
    return outline, holes


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Return a polygon of any kind."""
    label = draw(st.sampled_from(LABELS))
    group = draw(st.sampled_from((None, None, 1, 2)))
    if draw(st.booleans()):
        outline, holes = draw(holed())
        return Shape(label, outline, holes=holes, group_id=group)
    ring = draw(st.lists(_points, min_size=3, max_size=9))
    return Shape(label, np.array(ring), group_id=group)


annotations = st.lists(shapes(), min_size=1, max_size=5).map(tuple)
