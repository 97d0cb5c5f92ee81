"""The slowest way: outlines from scratch, vertex by vertex, as in LabelMe."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from opacity_studio.domain.geometry import union_of
from tests.benchmarks.reading_case import GOAL, Case, iou, outcome_of


def by_vertices(case: Case, label: str) -> dict[str, Any]:
    """Click the fewest vertices of simplified reference outlines that reach the goal."""
    hand = case.hand(None, (), label)
    goal = union_of(case.reference.labelled(label))
    choices = [_simplifications(region) for region in shapely.get_parts(goal)]
    taken = [0] * len(choices)
    drawn = [ladder[0][1] for ladder in choices]
    while iou(shapely.union_all(drawn), goal) < GOAL:
        best, step = -1.0, None
        for number, ladder in enumerate(choices):
            for further in range(taken[number] + 1, min(taken[number] + 6, len(ladder))):
                clicks = ladder[further][0] - ladder[taken[number]][0]
                tried = [*drawn[:number], ladder[further][1], *drawn[number + 1 :]]
                gained = min(iou(shapely.union_all(tried), goal), GOAL)
                gain = (gained - iou(shapely.union_all(drawn), goal)) / clicks
                if gain > best:
                    best, step = gain, (number, further)
        if step is None:
            break
        taken[step[0]] = step[1]
        drawn[step[0]] = choices[step[0]][step[1]][1]
    hand.take("polygon")
    for region in drawn:
        if not region.is_empty:
            for x, y in shapely.get_coordinates(region.exterior)[:-1]:
                hand.click(x, y)
            hand.key("Return")
    return outcome_of(hand, goal, ["polygon"])


def _simplifications(region: shapely.Polygon) -> list[tuple[int, shapely.Polygon]]:
    """Return outlines with ever more vertices, beginning with none at all."""
    size = np.sqrt(region.area)
    found: dict[int, shapely.Polygon] = {}
    for tolerance in size * np.geomspace(1.0, 0.002, 120):
        simple = shapely.simplify(region, tolerance)
        if isinstance(simple, shapely.Polygon) and not simple.is_empty and simple.is_valid:
            outline = shapely.Polygon(simple.exterior)
            found.setdefault(len(outline.exterior.coords) - 1, outline)
    return [(0, shapely.Polygon()), *sorted(found.items())]
