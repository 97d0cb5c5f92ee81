"""Draw a polygon, click by click."""

from __future__ import annotations

import numpy as np

from opacity_studio.domain.geometry import has_area, is_simple
from opacity_studio.domain.labels import display_name
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Points, Shape, frozen_points
from opacity_studio.review.draft import NOTHING, Draft
from opacity_studio.review.hit_testing import REACH
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.tool import CROSSES, Cursor, Tool

_Point = tuple[float, float]


class PolygonTool(Tool):
    """Click to add points; the first point, a double click or Enter closes the outline."""

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._points: list[_Point] = []
        self._cursor: _Point | None = None
        self._snaps = False
        self._film: Radiograph | None = None
        self._notice = ""

    @property
    def draft(self) -> Draft:
        """The line so far, the stretch to the cursor and the point it would close on."""
        points = self._current()
        if not points:
            return NOTHING
        placed = _array(points)
        target = points[0] if self._snaps else self._cursor
        return Draft(
            label=self._session.current_label,
            path=placed,
            rubber=None if target is None else (points[-1], target),
            points=placed,
            snap=points[0] if self._snaps else None,
        )

    @property
    def hint(self) -> str:
        """What to do next."""
        if self._notice:
            return self._notice
        if not self._session.is_editable:
            return self._session.blocked_reason or ""
        label = display_name(self._session.current_label)
        count = len(self._current())
        if count == 0:
            return f"Click to start an outline: {label}"
        if count < 3:
            return "Click to add points · Backspace takes the last one back · Esc drops the outline"
        return (
            "Click to add points · the first point, double click or Enter closes · Backspace · Esc"
        )

    @property
    def cursor(self) -> Cursor:
        """A cross; a hand over the point that closes."""
        return "pointer" if self._snaps else "cross"

    @property
    def is_busy(self) -> bool:
        """Whether an outline is begun."""
        return bool(self._current())

    def claims(self, event: PointerEvent) -> bool:  # noqa: ARG002
        """Take every click: each is a point."""
        return True

    def press(self, event: PointerEvent) -> None:
        """Add a point, or close on the first one."""
        radiograph = self._session.radiograph
        if radiograph is None or not self._session.is_editable:
            return
        self._notice = ""
        points = self._current()
        if self._closes(event):
            self._finish()
            return
        x = min(max(event.x, 0.0), float(radiograph.width))
        y = min(max(event.y, 0.0), float(radiograph.height))
        if not points or (x, y) != points[-1]:
            points.append((x, y))
        self._film = radiograph
        self._follow(event)

    def move(self, event: PointerEvent) -> None:
        """Let the line follow the cursor."""
        self._follow(event)

    def release(self, event: PointerEvent) -> None:
        """Nothing: points are placed by the press."""

    def double_click(self, event: PointerEvent) -> None:
        """Close the outline; the first press of the double click placed its last point."""
        if self._current():
            self._finish()
        else:
            self.press(event)

    def key(self, name: str) -> bool:
        """Enter closes, Backspace takes a point back, Escape drops; none without an outline."""
        points = self._current()
        if not points:
            return False
        if name in ("Return", "Enter"):
            self._finish()
        elif name in ("Backspace", "Delete"):
            points.pop()
            self._notice = ""
        elif name == "Escape":
            self.cancel()
        else:
            return False
        return True

    def leave(self) -> None:
        """Let the line end at its last point."""
        self._cursor = None
        self._snaps = False

    def cancel(self) -> None:
        """Drop the outline."""
        self._points = []
        self._snaps = False
        self._notice = ""

    def _current(self) -> list[_Point]:
        """Return the points, which belong to one film only."""
        if self._points and self._film is not self._session.radiograph:
            self.cancel()
        return self._points

    def _follow(self, event: PointerEvent) -> None:
        self._cursor = (event.x, event.y)
        self._snaps = self._closes(event)

    def _closes(self, event: PointerEvent) -> bool:
        points = self._current()
        return len(points) >= 3 and event.screen_distance(*points[0]) <= REACH

    def _finish(self) -> None:
        shape = Shape(self._session.current_label, _array(self._current()))
        if not has_area(shape):
            self._notice = "An outline needs three points that are not in one line"
            return
        self.cancel()
        name = display_name(shape.label)
        if self._session.commit(f"Draw {name}", self._session.annotation.adding(shape)):
            self._session.select({shape.key})
            self._notice = "" if is_simple(shape) else CROSSES


def _array(points: list[_Point]) -> Points:
    return frozen_points(np.array(points, dtype=np.float64))
