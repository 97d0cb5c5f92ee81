"""Cut shapes apart along a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.freehand import cut_apart
from opacity_studio.domain.geometry import free_group_id, reshaped
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.shape import Points, Shape, frozen_points
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.review.draft import NOTHING, Draft
from opacity_studio.review.editing import named
from opacity_studio.review.painting import with_parts
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.drag import DRAG_STARTS
from opacity_studio.review.tools.tool import Cursor, Tool

_SPECK: Final = 4.0
"""Parts smaller than this, in square screen pixels, are dropped."""

_MISSED: Final = tr("Nothing cut: the line must go through a shape from edge to edge")
_MISSED_SELECTED: Final = tr("Nothing cut: the line must go through what is selected")

_Cut = tuple[Shape, Sequence[shapely.Polygon]]


class CutTool(Tool):
    """Drag a straight line, or click its points and end with Enter or a double click.

    It cuts the selected shapes; without a selection every shape it goes through, lungs only where
    it goes through nothing else: what is looked at lies inside them.
    """

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._points: list[tuple[float, float]] = []
        self._base: Annotation | None = None
        self._press: PointerEvent | None = None
        self._at: PointerEvent | None = None
        self._notice = ""
        self._cuts: list[_Cut] = []
        self._scale = 1.0

    # What it shows ------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The line so far and the stretch to the cursor."""
        points = self._current()
        if not points:
            return NOTHING
        placed = frozen_points(points)
        rubber = None if self._at is None else (points[-1], (self._at.x, self._at.y))
        return Draft(path=placed, rubber=rubber, points=placed)

    @property
    def hint(self) -> str:
        """What the line would cut."""
        if not self._session.is_editable:
            return self._session.blocked_reason or ""
        if self._notice:
            return self._notice
        if not self._current():
            return tr("Drag a line across a shape to cut it · click to bend the line")
        return self._what_an_end_cuts() + " · " + tr("Esc drops the line")

    def _what_an_end_cuts(self) -> str:
        shapes, parts = len(self._cuts), sum(len(parts) for _, parts in self._cuts)
        if self._is_dragging:
            if not shapes:
                return tr("Release cuts: go through a shape from edge to edge")
            return tr_count(
                "Release cuts {count} shape into {parts} parts",
                "Release cuts {count} shapes into {parts} parts",
                shapes,
                parts=parts,
            )
        if not shapes:
            return tr("Double click or Enter cuts: go through a shape from edge to edge")
        return tr_count(
            "Double click or Enter cuts {count} shape into {parts} parts",
            "Double click or Enter cuts {count} shapes into {parts} parts",
            shapes,
            parts=parts,
        )

    @property
    def cursor(self) -> Cursor:
        """A cross."""
        return "cross"

    @property
    def is_busy(self) -> bool:
        """Whether a line is begun."""
        return bool(self._current())

    @property
    def takes_double_click(self) -> bool:
        """It ends a line; without one it is a press."""
        return self.is_busy

    def claims(self, event: PointerEvent) -> bool:  # noqa: ARG002
        """Take every press: each is a point of the line."""
        return True

    @property
    def _is_dragging(self) -> bool:
        start, at = self._press, self._at
        if start is None or at is None:
            return False
        return at.screen_distance(start.x, start.y) > DRAG_STARTS

    # Mouse --------------------------------------------------------------------------------

    def press(self, event: PointerEvent) -> None:
        """Set a point."""
        if not self._session.is_editable:
            return
        self._notice = ""
        points = self._current()
        self._base = self._session.annotation
        self._press = self._at = event
        self._scale = event.scale
        if not points or (event.x, event.y) != points[-1]:
            points.append((event.x, event.y))
        self._look()

    def move(self, event: PointerEvent) -> None:
        """Let the line end at the cursor."""
        self._at = event
        if self._current():
            self._look()
        else:
            self._notice = ""

    def release(self, event: PointerEvent) -> None:
        """End a line that was dragged; a click goes on with it."""
        self._at = event
        dragged, self._press = self._is_dragging, None
        if not dragged or not self._current():
            return
        self._points.append((event.x, event.y))
        if len(self._points) == 2:
            self._finish()

    def double_click(self, event: PointerEvent) -> None:
        """Cut; the first press of the double click set the last point."""
        self.move(event)
        if self._current():
            self._finish()

    # Keys ---------------------------------------------------------------------------------

    def key(self, name: str) -> bool:
        """Enter cuts, Backspace takes a point back, Escape drops the line."""
        if not self._current():
            return False
        if name in ("Return", "Enter"):
            self._finish()
        elif name in ("Backspace", "Delete"):
            self._points.pop()
            self._look()
        elif name == "Escape":
            self.cancel()
        else:
            return False
        return True

    def leave(self) -> None:
        """Let the line end at its last point."""
        if self._press is None:
            self._at = None

    def cancel(self) -> None:
        """Drop the line."""
        self._notice = ""
        self._drop()

    def _drop(self) -> None:
        self._points, self._press, self._cuts, self._base = [], None, [], None

    # Cutting ------------------------------------------------------------------------------

    def _current(self) -> list[tuple[float, float]]:
        """Return the points, which belong to one state of one film only."""
        if self._points and self._base is not self._session.annotation:
            self._drop()
        return self._points

    def _look(self) -> None:
        """Find out what the line would cut if it ended here."""
        points = list(self._points)
        if self._at is not None:
            points.append((self._at.x, self._at.y))
        self._cuts = self._cuts_along(frozen_points(points))

    def _finish(self) -> None:
        session, base = self._session, self._session.annotation
        cuts = self._cuts_along(frozen_points(self._points))
        self._drop()
        if not cuts:
            self._notice = _MISSED_SELECTED if self._chosen() else _MISSED
            return
        new, group = base, free_group_id(base)
        for shape, parts in cuts:
            made = reshaped(shape, shapely.MultiPolygon(list(parts)), free_group_id=group)
            group += shape.group_id is None
            new = new.replacing(shape.key, *made)
        chosen = session.selection
        if session.commit(
            named("Cut {label}", "Cut {count} shapes", [shape for shape, _ in cuts]), new
        ):
            session.select(with_parts(chosen, base, new))

    def _cuts_along(self, line: Points) -> list[_Cut]:
        """Return the shapes that `line` cuts, with their parts."""
        line = line[np.append(True, np.any(line[1:] != line[:-1], axis=1))]
        if len(line) < 2:
            return []
        smallest = _SPECK / self._scale**2
        chosen = self._chosen()
        found = [(shape, cut_apart(shape, line, smallest)) for shape in chosen or self._free()]
        cuts = [(shape, parts) for shape, parts in found if parts]
        if chosen:
            return cuts
        return [pair for pair in cuts if pair[0].label not in LUNG_LABELS] or cuts

    def _free(self) -> list[Shape]:
        """Return the polygons that may be changed."""
        session = self._session
        beyond = session.hidden | session.locked
        return [s for s in session.annotation.shapes if s.is_polygon and s.key not in beyond]

    def _chosen(self) -> list[Shape]:
        """Return those of them that are selected."""
        return [shape for shape in self._free() if shape.key in self._session.selection]
