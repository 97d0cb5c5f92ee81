"""Measure a distance: a line with its length, which is no part of the annotation."""

from __future__ import annotations

import math
from typing import Final

from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.wording import tr
from opacity_studio.review.draft import NOTHING, Draft, Ruler
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.tool import Cursor, Tool

_Point = tuple[float, float]

_GRAB: Final = 9.0
"""Screen pixels from an end within which a press takes hold of it."""

_SHORTEST: Final = 3.0
"""Screen pixels; a shorter drag is a click, which takes the line away."""


class MeasureTool(Tool):
    """Drag a line; it stays, and its ends can be dragged, until Escape or the next film."""

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._line: tuple[_Point, _Point] | None = None
        self._drags = False
        self._is_over_end = False
        self._film: Radiograph | None = None

    @property
    def draft(self) -> Draft:
        """The line with its length."""
        line = self._current()
        if line is None or self._film is None:
            return NOTHING
        return Draft(ruler=Ruler(*line, distance_text(self._film, *line)))

    @property
    def hint(self) -> str:
        """What to do next."""
        if self._drags:
            return tr("Shift keeps the line level, upright or diagonal")
        if self._current() is None:
            return tr("Drag to measure a distance")
        return tr("Drag an end to change it · drag elsewhere to measure anew · Esc takes it away")

    @property
    def cursor(self) -> Cursor:
        """A cross; a hand over an end."""
        return "pointer" if self._is_over_end or self._drags else "cross"

    @property
    def is_busy(self) -> bool:
        """Whether a line is being drawn; one that stands is in nobody's way."""
        return self._drags

    @property
    def takes_double_click(self) -> bool:
        """Never: the second press begins a line like any other."""
        return False

    def claims(self, event: PointerEvent) -> bool:  # noqa: ARG002
        """Take every press: each begins a line or takes one up."""
        return True

    def press(self, event: PointerEvent) -> None:
        """Take up an end, or begin a line."""
        film = self._session.radiograph
        if film is None:
            return
        end = self._end_at(event)
        line = self._current()
        self._film, self._drags = film, True
        if line is not None and end is not None:
            self._line = (line[1 - end], line[end])
        else:
            self._line = ((event.x, event.y), (event.x, event.y))

    def move(self, event: PointerEvent) -> None:
        """Let the end follow the cursor."""
        line = self._current()
        if self._drags and line is not None:
            self._line = (line[0], _straightened(line[0], event))
        self._is_over_end = self._end_at(event) is not None

    def release(self, event: PointerEvent) -> None:
        """Let the line stand; a click without a drag leaves none."""
        line = self._current()
        if not self._drags or line is None:
            return
        self.move(event)
        self._drags = False
        if event.screen_distance(*line[0]) < _SHORTEST:
            self._line = None

    def double_click(self, event: PointerEvent) -> None:
        """Begin anew, as a single press does."""
        self.press(event)

    def key(self, name: str) -> bool:
        """Escape, Delete and Backspace take the line away."""
        if name not in ("Escape", "Delete", "Backspace") or self._current() is None:
            return False
        self._forget()
        return True

    def leave(self) -> None:
        """Forget the cursor; the line stays."""
        self._is_over_end = False

    def cancel(self) -> None:
        """End a drag where it is; a line belongs to its film, whatever has the focus."""
        self._drags = False

    def _forget(self) -> None:
        self._line, self._drags, self._is_over_end = None, False, False

    def _current(self) -> tuple[_Point, _Point] | None:
        if self._line is not None and self._film is not self._session.radiograph:
            self._forget()
        return self._line

    def _end_at(self, event: PointerEvent) -> int | None:
        line = self._current()
        if line is None:
            return None
        distances = [event.screen_distance(*end) for end in line]
        nearest = min(distances)
        return distances.index(nearest) if nearest <= _GRAB else None


def distance_text(film: Radiograph, start: _Point, end: _Point) -> str:
    """Return the distance of two image points as it is said: in mm where the spacing is known."""
    across, down = end[0] - start[0], end[1] - start[1]
    pixels = f"{math.hypot(across, down):.0f} px"
    if film.pixel_spacing is None:
        return tr("{pixels} · spacing not known", pixels=pixels)
    row, column = film.pixel_spacing
    return f"{math.hypot(across * column, down * row):.1f} mm · {pixels}"


def _straightened(start: _Point, event: PointerEvent) -> _Point:
    """Return where the line ends: with Shift at the nearest multiple of 45 degrees."""
    if "shift" not in event.modifiers:
        return event.x, event.y
    across, down = event.x - start[0], event.y - start[1]
    angle = round(math.atan2(down, across) / (math.pi / 4)) * (math.pi / 4)
    length = math.hypot(across, down)
    return start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)
