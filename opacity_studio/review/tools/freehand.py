"""Draw an outline, or a stretch of one, in a single stroke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.freehand import Place, enclosed, redrawn, thinned
from opacity_studio.domain.geometry import free_group_id, reshaped
from opacity_studio.domain.labels import OPACITY, display_name
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Points, Shape, frozen_points
from opacity_studio.domain.strokes import without_specks
from opacity_studio.domain.wording import tr
from opacity_studio.review.border_stroke import Borders, Filled, borders_for
from opacity_studio.review.draft import NOTHING, Draft
from opacity_studio.review.hit_testing import REACH, place_on
from opacity_studio.review.painting import with_parts
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.drag import DRAG_STARTS
from opacity_studio.review.tools.tool import Cursor, Tool

_TOLERANCE: Final = 1.0
"""How far an outline may stray from the hand's line, in screen pixels."""

_LEAST_AREA: Final = 64.0
"""What a drawn outline must enclose at least, in square screen pixels."""

_SPECK: Final = 4.0
"""Loops smaller than this, in square screen pixels, are the hand's, not the finding's."""

_LEAST_MOVE: Final = 1.0
"""Screen pixels between two points of the line."""


@dataclass(slots=True)
class _Line:
    """A line in the making.

    Attributes
    ----------
    start
        The press.
    base
        The annotation then.
    path
        The points so far, on the film.
    shape, origin
        The outline the line began on, and where; None where it began on none.
    is_offered
        Whether that is a predicted region.
    end
        Where on that outline it ends now; None where it does not.
    borders
        What else it may run between.
    filled
        What it makes with these as it is now; None where it runs between none.
    waits
        Whether that is found out at the release only.
    """

    start: PointerEvent
    base: Annotation
    film: Radiograph
    path: list[tuple[float, float]]
    borders: Borders
    shape: Shape | None = None
    origin: Place | None = None
    is_offered: bool = False
    end: Place | None = None
    filled: Filled | None = None
    moves: bool = False
    waits: bool = False

    @property
    def scale(self) -> float:
        return self.start.scale

    def go_on(self, event: PointerEvent) -> None:
        """Take a move of the mouse."""
        if not self.moves:
            self.moves = event.screen_distance(self.start.x, self.start.y) > DRAG_STARTS
        x = min(max(event.x, 0.0), float(self.film.width))
        y = min(max(event.y, 0.0), float(self.film.height))
        if event.screen_distance(*self.path[-1]) >= _LEAST_MOVE and (x, y) != self.path[-1]:
            self.path.append((x, y))
        self.end = self._end_at(event)
        self.filled = None
        if not self.waits:
            self.fill(event)

    def fill(self, event: PointerEvent) -> None:
        """Find out what it makes with the borders it runs between."""
        if self.end is None and self.moves:
            other_side = "shift" in event.modifiers
            self.filled = self.borders.crossed_by(self.points, other_side=other_side)

    @property
    def shown(self) -> Annotation | None:
        """The annotation to show while the line is drawn; None where it only closes on itself."""
        if self.end is not None:
            return self._redrawn()
        return None if self.filled is None else self.filled.annotation

    @property
    def taken(self) -> tuple[Shape, ...]:
        """The predicted regions that it accepts."""
        if self.end is not None:
            return (self.shape,) if self.shape is not None and self.is_offered else ()
        return () if self.filled is None else self.filled.taken

    def _end_at(self, event: PointerEvent) -> Place | None:
        """Return where the line meets the outline it began on, but for where it began.

        There it closes: that is an outline of its own.
        """
        if self.shape is None or self.origin is None or not self.moves:
            return None
        if event.screen_distance(self.origin.x, self.origin.y) <= REACH:
            return None
        return place_on(self.shape, event.x, event.y, event.scale, ring=self.origin.ring)

    @property
    def points(self) -> Points:
        """The line, thinned."""
        return thinned(np.array(self.path, np.float64), _TOLERANCE / self.scale)

    def _redrawn(self) -> Annotation | None:
        """Return the annotation with the stretch replaced; None where nothing would be left."""
        if self.shape is None or self.origin is None or self.end is None:
            return None
        region = redrawn(self.shape, self.origin, self.end, self.points[1:-1])
        region = without_specks(region, _SPECK / self.scale**2, known=(self.shape,))
        shape = self.shape.copied() if self.is_offered else self.shape
        parts = reshaped(shape, region, free_group_id=free_group_id(self.base))
        if not parts:
            return None
        if self.is_offered:
            return self.base.adding(*parts)
        return self.base.replacing(shape.key, *parts)

    def outcome(self, label: str) -> Annotation | None:
        """Return the annotation it makes; None where it is too small to mean anything."""
        if self.end is not None or self.filled is not None:
            return self.shown
        region = enclosed(self.points)
        if self.borders.takes_away or region.area < _LEAST_AREA / self.scale**2:
            return None
        region = without_specks(region, _SPECK / self.scale**2)
        drawn = Shape(label, self.points)
        return self.base.adding(*reshaped(drawn, region, free_group_id=free_group_id(self.base)))


class FreehandTool(Tool):
    """Drag round a finding, or from border to border: where the line starts and ends tells which.

    From an outline back to it, it replaces that stretch. From within an outline, drawn
    or predicted, back into one, it adds what it goes round; opacity is closed by the borders of
    the lungs as well, and with Ctrl a line cuts off instead (`border_stroke`). A click selects.
    """

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._line: _Line | None = None
        self._cursor: PointerEvent | None = None
        self._notice = ""

    # What it shows ------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The line so far and how it would close; where on the selected outline it may start."""
        line = self._line
        if line is None:
            place = self._start()
            return NOTHING if place is None else Draft(insertion=(place[1].x, place[1].y))
        if not line.moves:
            return NOTHING
        path = frozen_points(line.path)
        redraws = line.end is not None
        closes = not redraws and line.filled is None and not line.borders.takes_away
        return Draft(
            label=self._session.current_label
            if line.shape is None or not redraws
            else line.shape.label,
            path=path,
            rubber=(line.path[-1], line.path[0]) if closes else None,
            snap=None if line.end is None else (line.end.x, line.end.y),
        )

    @property
    def hint(self) -> str:
        """What a drag here draws."""
        if not self._session.is_editable:
            return self._session.blocked_reason or ""
        line = self._line
        if line is not None and line.moves:
            return self._outlook(line)
        if self._notice:
            return self._notice
        if self._start() is not None:
            return tr("Drag from here back to the outline redraws the stretch between")
        name = display_name(self._session.current_label)
        if self._ctrl_is_held():
            return tr("Drag through {label} to cut a part off, or round what is to go", label=name)
        return tr(
            "Drag round {label}, or from border to border · Ctrl cuts off · click selects",
            label=name,
        )

    def _ctrl_is_held(self) -> bool:
        return self._cursor is not None and "ctrl" in self._cursor.modifiers

    def _outlook(self, line: _Line) -> str:
        """Return what a release would do now."""
        if line.end is not None:
            return tr("Release replaces this stretch · Esc drops it")
        if line.filled is None and line.borders.takes_away:
            return tr("Go through an outline to cut a part off, or round it · Esc drops the line")
        if line.filled is None:
            return tr("Release closes the outline · Esc drops it")
        if line.borders.takes_away:
            return tr("Release cuts this part off · Shift: the other one · Esc drops it")
        if line.filled.extends:
            return tr("Release adds this to the outline · Esc drops it")
        return tr("Release fills up to the lung's border · Shift: the other side · Esc drops it")

    @property
    def cursor(self) -> Cursor:
        """A cross; a hand where the selected outline can be redrawn from."""
        return "pointer" if self._line is None and self._start() is not None else "cross"

    @property
    def is_busy(self) -> bool:
        """Whether a line is being drawn."""
        return self._line is not None and self._line.moves

    @property
    def takes_double_click(self) -> bool:
        """No: two quick presses are two strokes."""
        return False

    def claims(self, event: PointerEvent) -> bool:  # noqa: ARG002
        """Take every press: each begins a line."""
        return True

    # Mouse --------------------------------------------------------------------------------

    def press(self, event: PointerEvent) -> None:
        """Begin a line."""
        self.cancel()
        self._cursor = event
        film = self._session.radiograph
        if film is None or not self._session.is_editable:
            return
        x = min(max(event.x, 0.0), float(film.width))
        y = min(max(event.y, 0.0), float(film.height))
        takes_away = "ctrl" in event.modifiers
        borders = borders_for(self._session, film, event.scale, takes_away=takes_away)
        line = _Line(event, self._session.annotation, film, [(x, y)], borders)
        line.waits = borders.are_many
        started = self._start()
        if started is not None and not takes_away:
            line.shape, line.origin = started
            line.is_offered = any(started[0] is region for region in borders.offered)
        self._line = line

    def move(self, event: PointerEvent) -> None:
        """Draw on; where the line redraws a stretch, show the outcome."""
        self._cursor = event
        line = self._line
        if line is None:
            self._notice = ""
        elif line.base is not self._session.annotation:
            self.cancel()
        else:
            line.go_on(event)
            self._session.preview(line.shown, instead_of=line.taken)

    def release(self, event: PointerEvent) -> None:
        """Set the outline, or the new stretch; a click selects."""
        self.move(event)
        line, self._line = self._line, None
        if line is None:
            return
        if not line.moves:
            hit = self._session.index.hit(
                event.x, event.y, event.scale, selection=self._session.selection
            )
            self._session.select(() if hit is None else {hit.key})
            return
        if line.waits:
            line.fill(event)
        self._set(line)

    def _set(self, line: _Line) -> None:
        session, label = self._session, self._session.current_label
        new = line.outcome(label)
        if new is None:
            session.preview(None)
            self._notice = (
                tr("Nothing cut off: the line must go through {label}", label=display_name(label))
                if line.borders.takes_away
                else tr("Too small for an outline: hold the button and draw round the finding")
            )
            return
        if line.shape is not None and line.end is not None:
            chosen = session.selection
            name = display_name(line.shape.label)
            step = (
                tr("Accept and redraw {label}", label=name)
                if line.is_offered
                else tr("Redraw {label}", label=name)
            )
            if session.take_regions(step, line.taken, new):
                session.select(with_parts(chosen, line.base, new))
            return
        chosen, known = session.selection, {shape.key for shape in line.base.shapes}
        if not session.take_regions(_step_of(line, display_name(label)), line.taken, new):
            return
        if line.borders.takes_away or (line.filled is not None and line.filled.extends):
            session.select(with_parts(chosen, line.base, new))
        else:
            session.select(shape.key for shape in new.shapes if shape.key not in known)

    def double_click(self, event: PointerEvent) -> None:
        """Begin a line, as every press does."""
        self.press(event)

    # Keys ---------------------------------------------------------------------------------

    def key(self, name: str) -> bool:
        """Escape drops the line."""
        busy = self.is_busy
        if name == "Escape" and busy:
            self.cancel()
            return True
        return False

    def leave(self) -> None:
        """Point at nothing; a line goes on."""
        if self._line is None:
            self._cursor = None

    def cancel(self) -> None:
        """Drop the line."""
        self._notice = ""
        if self._line is not None:
            self._line = None
            self._session.preview(None)

    # What it begins on --------------------------------------------------------------------

    def _start(self) -> tuple[Shape, Place] | None:
        """Return the outline under the cursor that can be redrawn from, and where on it that is.

        A selected one before others of the label that is drawn, drawn ones before predicted ones.
        """
        at, session = self._cursor, self._session
        if at is None or not session.is_editable:
            return None
        label = session.current_label
        near = [s for s in session.index.near(at.x, at.y, REACH / at.scale) if s.is_polygon]
        chosen = [shape for shape in near if shape.key in session.selection]
        others = [shape for shape in near if shape.label == label]
        offered = session.offered_regions if label == OPACITY else ()
        for shapes in (chosen, others, offered):
            places = [(shape, place_on(shape, at.x, at.y, at.scale)) for shape in shapes]
            found = [(shape, place) for shape, place in places if place is not None]
            if found:
                return min(found, key=lambda it: at.screen_distance(it[1].x, it[1].y))
        return None


def _step_of(line: _Line, label: str) -> str:
    """Return the name of the step that a line makes which redraws nothing."""
    if line.borders.takes_away:
        if line.taken:
            return tr("Accept and cut off {label}", label=label)
        return tr("Cut off {label}", label=label)
    if line.taken:
        return tr("Accept and extend {label}", label=label)
    if line.filled is not None and line.filled.extends:
        return tr("Extend {label}", label=label)
    return tr("Draw {label}", label=label)
