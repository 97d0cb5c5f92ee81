"""What a reader could do next on a film, what each would cost, and what it would leave.

Moves are planned on a grid of cells and carried out by the real tools; a plan need not be exact,
because the reader looks at the outcome before the next move.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.freehand import Place, redrawn
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.review.hit_testing import nearest_on_edges
from opacity_studio.review.pointer import Modifier
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.add import AddTool
from opacity_studio.review.tools.brush import _STEP as BRUSH_STEP
from tests.benchmarks.reading_grid import (
    Grid,
    Mask,
    Path,
    axis,
    border_apart,
    dense,
    disc,
    painted,
    parts,
    simplified,
    smoothed,
)
from tests.benchmarks.reading_hand import (
    CHANGE_OF_TOOL,
    CLICK,
    DRAG,
    KEY,
    PIXELS_A_SECOND,
    Hand,
    length,
)

RADII = (10, 16, 25, 40, 60, 90, 130)
"""Of the brush, in screen pixels."""

QUICK: dict[tuple[Modifier, ...], tuple[Modifier, ...]] = {
    (): ("ctrl",),
    ("ctrl",): ("ctrl", "shift"),
}
"""What is held to draw with the select tool what these keys draw with the freehand tool."""


@dataclass(frozen=True, eq=False)
class Move:
    """One thing to do: its name, seconds, the mask it would leave, how, and with which tool."""

    name: str
    seconds: float
    mask: Mask
    do: Callable[[Hand], object]
    tool: str | None = None


class KnownContours:
    """A prediction's contours, each worked out once."""

    def __init__(self, prediction: Prediction) -> None:
        self._prediction = prediction
        self._known: dict[float, tuple[Shape, ...]] = {}

    def shapes_at(self, threshold: float) -> tuple[Shape, ...]:
        threshold = round(threshold, 4)
        if threshold not in self._known:
            self._known[threshold] = self._prediction.shapes_at(threshold)
        return self._known[threshold]


@dataclass
class Film:
    """A film on the grid: its reference of one label, and the contours of its prediction."""

    grid: Grid
    reference: Mask
    contours: KnownContours | None
    label: str = OPACITY


@dataclass
class Desk:
    """A film and the hand that works on it; `add` plans what click to add would propose."""

    hand: Hand
    film: Film
    add: AddTool

    @property
    def grid(self) -> Grid:
        return self.film.grid

    @property
    def reference(self) -> Mask:
        return self.film.reference

    @property
    def session(self) -> ReviewSession:
        return self.hand.session

    def switch(self, tool_id: str) -> float:
        return 0.0 if self.hand.tool_id == tool_id else CHANGE_OF_TOOL

    def drawn(self, annotation: Annotation) -> Mask:
        return self.grid.of_shapes(annotation.labelled(self.film.label))


def moves_by_hand(desk: Desk, mask: Mask) -> Iterator[Move]:
    """Yield what can be done without a network."""
    yield from _strokes(desk, mask, erases=False)
    yield from _strokes(desk, mask, erases=True)
    yield from _outlines(desk, mask)
    yield from _stretches(desk, mask)
    yield from _deletions(desk)


# By hand ----------------------------------------------------------------------------------


def _deletions(desk: Desk) -> Iterator[Move]:
    base = desk.session.annotation
    for shape in base.labelled(desk.film.label):
        yield Move(
            "delete",
            desk.switch("select") + CLICK + KEY,
            desk.drawn(base.removing([shape.key])),
            lambda hand, key=shape.key: _delete(hand, key),
            tool="select",
        )


def _delete(hand: Hand, key: int) -> None:
    hand.take("select")
    hand.effort.clicks += 1
    hand.effort.keys += 1
    hand.session.delete([key])


def _strokes(desk: Desk, mask: Mask, *, erases: bool) -> Iterator[Move]:
    reference, grid = desk.reference, desk.grid
    gain = mask & ~reference if erases else reference & ~mask
    loss = mask & reference if erases else ~mask & ~reference
    if not gain.any():
        return
    worth = gain.astype(np.float32) - loss.astype(np.float32)
    now = desk.session.brush_radius * desk.hand.scale
    for wanted in RADII:
        steps = round(math.log(wanted / now) / math.log(BRUSH_STEP))
        radius = now * BRUSH_STEP**steps
        cells = radius / grid.screen
        score = cv2.filter2D(worth, -1, disc(cells), borderType=cv2.BORDER_CONSTANT)
        for share in (0.15, 0.4, 0.7):
            path = axis(score, share * math.pi * cells**2, cells)
            if path is None:
                continue
            stroke = painted(path, cells, grid.shape)
            pixels = float(np.hypot(*np.diff(path, axis=0).T).sum()) * grid.screen
            cost = CLICK if len(path) == 1 else DRAG + pixels / PIXELS_A_SECOND
            cost += desk.switch("brush") + KEY * (abs(steps) + erases)
            yield Move(
                f"{'erase' if erases else 'brush'} {radius:.0f}",
                cost,
                mask & ~stroke if erases else mask | stroke,
                lambda hand, p=path / grid.cells, r=radius: _stroke(hand, p, r, erases=erases),
                tool="brush",
            )


def _stroke(hand: Hand, path: Path, radius: float, *, erases: bool) -> None:
    """Brush along `path` with a radius in screen pixels."""
    hand.take("brush")
    hand.session.select(())
    now = hand.session.brush_radius * hand.scale
    hand.resize_brush(round(math.log(radius / now) / math.log(BRUSH_STEP)))
    held = ("ctrl",) if erases else ()
    if len(path) == 1:
        hand.click(*path[0], *held)
    else:
        hand.drag(dense(path, 4.0 / hand.scale), *held)


def _outlines(desk: Desk, mask: Mask) -> Iterator[Move]:
    """Yield new outlines: round each finding, or round what is missing of it."""
    grid = desk.grid
    for wanted in (desk.reference, desk.reference & ~mask):
        for part in parts(wanted, 4):
            for smooth in (0, 2, 4, 7):
                for outline in smoothed(part, smooth):
                    drawn = grid.of_rings([outline / grid.cells])
                    path = outline / grid.cells
                    yield from lines(desk, f"freehand {smooth}", path, mask | drawn)


def lines(
    desk: Desk, name: str, path: Path, mask: Mask, held: tuple[Modifier, ...] = ()
) -> Iterator[Move]:
    """Yield a line (in image pixels) drawn with the freehand tool, and from the select tool."""
    seconds = DRAG + length(path) * desk.hand.scale / PIXELS_A_SECOND
    draw = partial(_draw, "freehand", path, held)
    switched = desk.switch("freehand") + KEY * len(held)
    yield Move(name, seconds + switched, mask, draw, tool="freehand")
    quick = QUICK.get(held)
    if quick is not None:
        draw = partial(_draw, "select", path, quick)
        switched = desk.switch("select") + KEY * len(quick)
        yield Move(f"quick {name}", seconds + switched, mask, draw, tool="select")


def _draw(tool_id: str, path: Path, held: tuple[Modifier, ...], hand: Hand) -> None:
    hand.take(tool_id)
    hand.drag(dense(path, 4.0 / hand.scale), *held)


def _stretches(desk: Desk, mask: Mask) -> Iterator[Move]:
    """Yield stretches of an outline, drawn or predicted, redrawn along the reference."""
    session, grid = desk.session, desk.grid
    offered = session.offered_regions if desk.film.label == OPACITY else ()
    for shape in (*session.annotation.labelled(desk.film.label), *offered):
        own = grid.of_rings((shape.points, *shape.holes))
        others = mask & ~own
        for part in parts((own ^ desk.reference) & ~others, 6):
            path = border_apart(part, own)
            for line in () if path is None else simplified(path):
                start, end = (_place(shape, *at.tolist()) for at in line[[0, -1]] / grid.cells)
                if start.ring != end.ring:
                    continue
                outcome = redrawn(shape, start, end, line / grid.cells)
                tied = np.vstack(((start.x, start.y), line / grid.cells, (end.x, end.y)))
                left = grid.of_region(outcome) | others
                if int((left ^ desk.reference).sum()) < int((mask ^ desk.reference).sum()):
                    yield from lines(desk, "redraw stretch", tied, left)


def _place(shape: Shape, x: float, y: float) -> Place:
    """Return the point of a shape's rings nearest to (x, y)."""
    best: tuple[float, Place] | None = None
    for number, ring in enumerate((shape.points, *shape.holes)):
        nearest = nearest_on_edges(ring, x, y)
        gaps = np.hypot(nearest[:, 0] - x, nearest[:, 1] - y)
        edge = int(gaps.argmin())
        if best is None or gaps[edge] < best[0]:
            best = float(gaps[edge]), Place(number, edge, *nearest[edge].tolist())
    assert best is not None
    return best[1]
