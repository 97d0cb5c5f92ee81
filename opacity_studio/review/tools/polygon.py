"""Draw a polygon, click by click."""

from __future__ import annotations

import numpy as np

from opacity_studio.domain.geometry import has_area, is_simple, is_simple_line
from opacity_studio.domain.labels import display_name
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Points, Shape, frozen_points
from opacity_studio.domain.wording import tr
from opacity_studio.review.draft import NOTHING, Draft
from opacity_studio.review.hit_testing import REACH
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.tool import NOTICE_REACH, Cursor, Tool

_Point = tuple[float, float]


class PolygonTool(Tool):
    """Click to add points; the first point, a double click or Enter closes the outline.

    The outline stays simple: a point whose edge would cross or touch the line so far is not
    placed, and an outline is not closed by such an edge.
    """

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._points: list[_Point] = []
        self._cursor: _Point | None = None
        self._snaps = False
        self._crosses = False
        self._film: Radiograph | None = None
        self._notice = ""
        self._last: PointerEvent | None = None
        self._said_at: PointerEvent | None = None

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
            return tr("Click to start an outline: {label}", label=label)
        if self._crosses:
            return tr("The outline would cross itself here · Backspace takes the last point back")
        if count < 3:
            return tr(
                "Click to add points · Backspace takes the last one back · Esc drops the outline"
            )
        return tr(
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
        film = self._session.radiograph
        if film is None or not self._session.is_editable:
            return
        self._notice = ""
        points, self._film = self._current(), film
        self._follow(event)
        if self._snaps:
            self._finish()
            return
        at = _on_film(event, film)
        if points and at == points[-1]:
            return
        if self._crosses:
            self._say(tr("Not placed: the outline would cross itself there"))
            return
        points.append(at)

    def move(self, event: PointerEvent) -> None:
        """Let the line follow the cursor."""
        said_at = self._said_at
        if said_at is None or event.screen_distance(said_at.x, said_at.y) > NOTICE_REACH:
            self._notice = ""
        self._follow(event)

    def release(self, event: PointerEvent) -> None:
        """Nothing: points are placed by the press."""

    def double_click(self, event: PointerEvent) -> None:
        """Close the outline; the first press of the double click placed its last point.

        Where that press was refused, so is this one: closing without the point was not meant.
        """
        points, film = self._current(), self._session.radiograph
        self._follow(event)
        if not points or self._crosses or film is None:
            self.press(event)
        else:
            self._finish()

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
            if self._last is not None:
                self._follow(self._last)
        elif name == "Escape":
            self.cancel()
        else:
            return False
        return True

    def leave(self) -> None:
        """Let the line end at its last point."""
        self._cursor = self._last = None
        self._snaps = self._crosses = False

    def cancel(self) -> None:
        """Drop the outline."""
        self._points = []
        self._snaps = self._crosses = False
        self._notice = ""

    def _current(self) -> list[_Point]:
        """Return the points, which belong to one film only."""
        if self._points and self._film is not self._session.radiograph:
            self.cancel()
        return self._points

    def _follow(self, event: PointerEvent) -> None:
        self._last, self._cursor = event, (event.x, event.y)
        points, film = self._current(), self._session.radiograph
        self._snaps = self._crosses = False
        if not points or film is None:
            return
        at = _on_film(event, film)
        if len(points) >= 3:
            self._snaps = at == points[0] or event.screen_distance(*points[0]) <= REACH
        if self._snaps:
            self._crosses = not is_simple(Shape("", _array(points)))
        elif at != points[-1]:
            self._crosses = not is_simple_line(_array([*points, at]))

    def _finish(self) -> None:
        shape = Shape(self._session.current_label, _array(self._current()))
        if not has_area(shape):
            self._say(tr("An outline needs three points that are not in one line"))
            return
        if not is_simple(shape):
            self._say(
                tr("Not closed: the last edge would cross the outline · Backspace takes it back")
            )
            return
        self.cancel()
        name = display_name(shape.label)
        if self._session.commit(
            tr("Draw {label}", label=name), self._session.annotation.adding(shape)
        ):
            self._session.select({shape.key})

    def _say(self, notice: str) -> None:
        self._notice, self._said_at = notice, self._last


def _on_film(event: PointerEvent, film: Radiograph) -> _Point:
    """Return the point of the film nearest to the cursor."""
    return min(max(event.x, 0.0), float(film.width)), min(max(event.y, 0.0), float(film.height))


def _array(points: list[_Point]) -> Points:
    return frozen_points(np.array(points, dtype=np.float64))
