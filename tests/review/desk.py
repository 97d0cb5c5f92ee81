"""A film, outlines and a mouse for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.review.pointer import Modifier, PointerEvent
from opacity_studio.review.session import Change, ReviewSession
from opacity_studio.review.tools import Tool

WIDTH, HEIGHT = 640, 480
READER = Reader("A. Name")


def film() -> Radiograph:
    return Radiograph(np.zeros((HEIGHT, WIDTH), np.uint8), Path("film.png"))


def box(label: str, left: float, top: float, right: float, bottom: float, **extra) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


def with_vertex(shape: Shape, index: int, x: float, y: float) -> Shape:
    """`shape` with one vertex of its outline elsewhere."""
    points = shape.points.copy()
    points[index] = (x, y)
    return shape.with_outline(points, shape.holes)


def annotation(*shapes: Shape) -> Annotation:
    return Annotation("film.png", WIDTH, HEIGHT, shapes)


def session(*shapes: Shape) -> ReviewSession:
    made = ReviewSession(READER)
    made.open(film(), annotation(*shapes))
    return made


def modelled(shape: Shape, **extra) -> Shape:
    """`shape` as if a network had drawn it."""
    made = Provenance("model", model="m1", outline_digest=shape.outline_digest, **extra)
    return shape.copied(provenance=made)


def prediction(
    *blobs: tuple[int, int, int, int], lungs: Iterable[Shape] = (), from_person: bool = False
) -> Prediction:
    """Probability 0.8 in `blobs` (left, top, right, bottom in image pixels), 0 elsewhere."""
    grid = np.zeros((HEIGHT // 4, WIDTH // 4), np.uint8)
    for left, top, right, bottom in blobs:
        grid[top // 4 : bottom // 4, left // 4 : right // 4] = 204
    return Prediction(
        probability=grid,
        box=Box(0, 0, WIDTH, HEIGHT),
        image_width=WIDTH,
        image_height=HEIGHT,
        lungs=tuple(lungs),
        lungs_from_person=from_person,
        model="m1",
        lungs_model="l1",
        operating_threshold=0.4,
    )


class Heard:
    """Everything a session told."""

    def __init__(self, source: ReviewSession) -> None:
        self.changes: list[Change] = []
        self.stop = source.subscribe(self.changes.append)

    @property
    def what(self) -> list[set[str]]:
        return [set(change.what) for change in self.changes]


class Mouse:
    """Drives a tool; `scale` is the zoom of an imagined view."""

    def __init__(self, tool: Tool, scale: float = 1.0) -> None:
        self.tool = tool
        self.scale = scale

    def event(
        self, x: float, y: float, *, held: bool = False, keys: Iterable[Modifier] = ()
    ) -> PointerEvent:
        return PointerEvent(x, y, "left" if held else None, frozenset(keys), self.scale)

    def hover(self, x: float, y: float) -> None:
        self.tool.move(self.event(x, y))

    def press(self, x: float, y: float, *keys: Modifier) -> None:
        self.tool.press(self.event(x, y, held=True, keys=keys))

    def drag_to(self, x: float, y: float) -> None:
        self.tool.move(self.event(x, y, held=True))

    def release(self, x: float, y: float) -> None:
        self.tool.release(self.event(x, y, held=True))

    def click(self, x: float, y: float, *keys: Modifier) -> None:
        self.press(x, y, *keys)
        self.release(x, y)

    def drag(self, start: tuple[float, float], *stops: tuple[float, float]) -> None:
        self.press(*start)
        for stop in stops:
            self.drag_to(*stop)
        self.release(*stops[-1])
