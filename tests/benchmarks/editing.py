"""Print what following the mouse costs without a screen, as one JSON object (milliseconds).

    python tests/benchmarks/editing.py

`hit_*`: what lies under the cursor among 300 polygons of 200 points;
`drag_*`: one move of a dragged vertex on a film with two lungs and eight opacities, from the event
to the new percentages.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import move_vertices
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.review.hit_testing import ShapeIndex
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.select import SelectTool

SIZE = 2000


def blob(label: str, x: float, y: float, radius: float, points: int) -> Shape:
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radii = radius * (1 + 0.15 * np.sin(5 * angles))
    return Shape(label, np.stack((x + radii * np.cos(angles), y + radii * np.sin(angles)), axis=1))


def timed(name: str, calls: list[Callable[[], object]]) -> dict[str, float]:
    spent = []
    for call in calls:
        begun = time.perf_counter()
        call()
        spent.append((time.perf_counter() - begun) * 1000)
    return {
        f"{name}_median": round(float(np.median(spent)), 3),
        f"{name}_p95": round(float(np.quantile(spent, 0.95)), 3),
    }


def hits() -> dict[str, float]:
    random = np.random.default_rng(0)
    places = random.uniform(300, SIZE - 300, (300, 3))
    shapes = [blob("opacity", x, y, 20 + size / 10, 200) for x, y, size in places]
    index = ShapeIndex(shapes)
    cursor = random.uniform(0, SIZE, (500, 2))
    chosen = {shapes[0].key}
    moved = (move_vertices(shapes[0], [(0, 0)], 5, 5), *shapes[1:])
    return {
        **timed("index", [lambda: ShapeIndex(shapes)] * 5),
        **timed("update", [lambda: index.updated(moved)] * 50),
        **timed(
            "hit", [lambda x=x, y=y: index.hit(x, y, 0.5, selection=chosen) for x, y in cursor]
        ),
    }


def drag() -> dict[str, float]:
    shapes = [blob("right_lung", 600, 1000, 450, 120), blob("left_lung", 1450, 1000, 430, 120)]
    for number in range(8):
        side, row = divmod(number, 4)
        shapes.append(blob("opacity", 550 + 900 * side, 650 + 220 * row, 120, 60))
    film = Radiograph(np.zeros((SIZE, SIZE), np.uint8), Path("film.png"))
    session = ReviewSession(Reader("Benchmark"))
    session.open(film, Annotation("film.png", SIZE, SIZE, tuple(shapes)))
    tool = SelectTool(session)
    x, y = shapes[-1].points[0].tolist()
    tool.press(PointerEvent(x, y, "left"))

    def move(step: int) -> None:
        tool.move(PointerEvent(x + step, y - step, "left"))
        measure(session.shown_annotation.shapes, width=SIZE, height=SIZE)

    return timed("drag", [lambda step=step: move(step) for step in range(5, 205)])


if __name__ == "__main__":
    print(json.dumps({**hits(), **drag()}))
