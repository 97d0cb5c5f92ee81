"""What a press of the select tool may become: functions from a distance to an annotation."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import insert_vertex, stays_sound
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.review.editing import moved
from opacity_studio.review.hit_testing import Hit
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import Vertex
from opacity_studio.review.tools.vertices import vertices_moved

DRAG_STARTS: Final = 3.0
"""A press turns into a drag after this many screen pixels, so that a click moves nothing."""

Edit = Callable[[float, float], Annotation | None]
"""From a distance in image pixels to the annotation; None where that is no outline any more."""


@dataclass(slots=True)
class Drag:
    """A press that may become a drag.

    Attributes
    ----------
    start, at
        The press, and the last move of the drag.
    base
        The annotation at the press; when it is no longer the current one, the drag is void.
    label, edit
        Name and effect of the step; without `edit` the drag draws a rubber band.
    click
        What a press and release without a drag means.
    done
        What to do once the step is made.
    reshapes
        Whether it changes an outline's form, which may then cross itself.
    vertex
        The vertex (shape key, ring, index) the drag makes, shown as selected on the way.
    moves
        Whether it has become a drag.
    is_stuck
        Whether what lies under the mouse would be no outline; the last good state is shown.
    """

    start: PointerEvent
    base: Annotation
    label: str = ""
    edit: Edit | None = None
    click: Callable[[], None] | None = None
    done: Callable[[], None] | None = None
    at: PointerEvent | None = None
    reshapes: bool = False
    vertex: Vertex | None = None
    moves: bool = False
    is_stuck: bool = False

    @property
    def is_band(self) -> bool:
        """Whether a rubber band is being drawn."""
        return self.moves and self.edit is None

    @property
    def band(self) -> tuple[float, float, float, float]:
        """The rubber band: left, top, right, bottom."""
        end = self.at if self.at is not None else self.start
        left, right = sorted((self.start.x, end.x))
        top, bottom = sorted((self.start.y, end.y))
        return left, top, right, bottom

    def starts_with(self, event: PointerEvent) -> bool:
        """Whether `event` is far enough from the press, or the drag has begun before."""
        self.at = event
        if not self.moves:
            self.moves = event.screen_distance(self.start.x, self.start.y) > DRAG_STARTS
        return self.moves


def vertices_mover(base: Annotation, vertices: Collection[Vertex], film: Radiograph) -> Edit:
    """Return the edit that moves `vertices` together."""

    def edit(dx: float, dy: float) -> Annotation | None:
        return vertices_moved(base, vertices, (dx, dy), (film.width, film.height))

    return edit


def vertex_adder(base: Annotation, hit: Hit, film: Radiograph) -> Edit:
    """Return the edit that puts a vertex on the edge `hit`, dragged from there."""
    shape = base.shape(hit.key)

    def edit(dx: float, dy: float) -> Annotation | None:
        if shape is None:
            return None
        new = insert_vertex(shape, hit.ring, hit.index, *_on_film(hit, dx, dy, film))
        return base.replacing(hit.key, new) if stays_sound(shape, new) else None

    return edit


def shapes_mover(base: Annotation, keys: frozenset[int], film: Radiograph) -> Edit:
    """Return the edit that moves whole shapes."""

    def edit(dx: float, dy: float) -> Annotation | None:
        return moved(base, keys, (dx, dy), (film.width, film.height))

    return edit


def _on_film(hit: Hit, dx: float, dy: float, film: Radiograph) -> tuple[float, float]:
    """Return the point `hit` moved, but not off the film; one outside stays as far out at most."""
    right, bottom = max(hit.x, float(film.width)), max(hit.y, float(film.height))
    x = min(max(hit.x + dx, min(hit.x, 0.0)), right)
    y = min(max(hit.y + dy, min(hit.y, 0.0)), bottom)
    return x, y
