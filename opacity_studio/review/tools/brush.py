"""Paint and erase outlines with a disc."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from opacity_studio.domain.geometry import Region
from opacity_studio.domain.labels import OPACITY, display_name
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.strokes import covered, on_film
from opacity_studio.domain.wording import marked, tr
from opacity_studio.review.draft import NOTHING, Draft, Ring
from opacity_studio.review.hit_testing import is_inside
from opacity_studio.review.painting import Painting, with_parts
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.tool import Cursor, Tool

SMALLER: Final = "Smaller"
LARGER: Final = "Larger"
"""Names of the keys that change the brush."""

_STEP: Final = 1.15
"""What a key or a notch of the wheel multiplies the radius by."""

_TOLERANCE: Final = 0.3
"""How far an edge may stray from the disc's, in screen pixels."""

_LEAST_MOVE: Final = 0.5
"""Screen pixels the mouse moves before the stroke goes on."""


@dataclass(slots=True)
class _Stroke:
    painting: Painting
    film: Radiograph
    scale: float
    radius: float
    path: list[tuple[float, float]]
    limited: Callable[[Region], Region]

    def area(self, points: list[tuple[float, float]]) -> Region:
        """Return what the brush covers along `points`, as far as it may act there."""
        region = covered(np.array(points, np.float64), self.radius, _TOLERANCE / self.scale)
        if not self.painting.erases:
            region = on_film(region, self.film.width, self.film.height)
        return self.limited(region)


class BrushTool(Tool):
    """Drag to paint: the disc's path becomes one with the shapes of its label that it meets.

    The radius holds in the film, so that zooming in lets the same brush work more finely on the
    screen but covers the same anatomy.
    """

    erases: ClassVar[bool] = False
    steps: ClassVar[tuple[str, str]] = (marked("Brush {label}"), marked("Erase {label}"))
    """Names of the steps that add and that take away."""

    accepting_steps: ClassVar[tuple[str, str]] = (
        marked("Accept and brush {label}"),
        marked("Accept and erase {label}"),
    )
    """The same where the stroke changes predicted regions, which it accepts."""

    speck: ClassVar[float] = 2.0
    """Parts and holes smaller than this, in square screen pixels, are crumbs, not findings."""

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._cursor: PointerEvent | None = None
        self._stroke: _Stroke | None = None
        self._notice = ""

    # What it shows ------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The disc at the cursor."""
        at = self._cursor
        if at is None or not self._session.is_editable:
            return NOTHING
        ring = Ring(at.x, at.y, self._session.brush_radius, self._takes_away)
        return Draft(label=self.label, ring=ring)

    @property
    def label(self) -> str:
        """What is painted: the label of the selected shape, else of the next one drawn."""
        chosen = self._selected()
        return chosen[-1].label if chosen else self._session.current_label

    @property
    def hint(self) -> str:
        """What a drag and the keys do."""
        if not self._session.is_editable:
            return self._session.blocked_reason or ""
        if self._stroke is not None:
            return tr("Release to set · Esc drops the stroke")
        if self._notice:
            return self._notice
        # The status line puts the person's own keys in.
        keys = "{tool.brush-smaller} {tool.brush-larger}"
        sizing = tr("{keys} or Shift+wheel: radius {size}", keys=keys, size=self._size())
        return f"{self._what_a_drag_does()} · {sizing}"

    def _what_a_drag_does(self) -> str:
        name = display_name(self.label)
        if self._selected():
            if self.erases:
                return tr("Drag erases the selected {label} · Ctrl paints", label=name)
            return tr("Drag paints the selected {label} · Ctrl erases", label=name)
        if self.erases:
            return tr("Drag erases {label} · Ctrl paints", label=name)
        return tr("Drag paints {label} · Ctrl erases", label=name)

    def _size(self) -> str:
        film, radius = self._session.radiograph, self._session.brush_radius
        spacing = None if film is None else film.pixel_spacing
        if spacing is None:
            return f"{radius:.1f} px"
        return f"{radius * (spacing[0] + spacing[1]) / 2:.1f} mm"

    @property
    def cursor(self) -> Cursor:
        """A cross in the middle of the disc."""
        return "cross" if self._session.is_editable else "arrow"

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._stroke is not None

    @property
    def takes_double_click(self) -> bool:
        """No: two quick presses are two strokes."""
        return False

    def claims(self, event: PointerEvent) -> bool:  # noqa: ARG002
        """Take every press: each begins a stroke."""
        return True

    @property
    def _takes_away(self) -> bool:
        if self._stroke is not None:
            return self._stroke.painting.erases
        return self.erases != (self._cursor is not None and "ctrl" in self._cursor.modifiers)

    # Mouse --------------------------------------------------------------------------------

    def press(self, event: PointerEvent) -> None:
        """Begin a stroke with a dab."""
        session = self._session
        self.cancel()
        self._cursor = event
        film = session.radiograph
        if film is None or not session.is_editable:
            return
        painting = Painting(
            session.annotation,
            self.label,
            self._takes_away,
            self._reachable(),
            frozenset(shape.key for shape in self._selected()),
            self.speck / event.scale**2,
            self._offered(event),
        )
        limited = self._limit(event, erases=painting.erases)
        if limited is None:
            return
        stroke = _Stroke(
            painting, film, event.scale, session.brush_radius, [(event.x, event.y)], limited
        )
        self._stroke = stroke
        self._paint(stroke, stroke.path)

    def move(self, event: PointerEvent) -> None:
        """Follow the cursor; go on with the stroke."""
        self._cursor = event
        stroke = self._stroke
        if stroke is None:
            self._notice = ""
        elif stroke.painting.base is not self._session.annotation:
            self.cancel()
        elif event.screen_distance(*stroke.path[-1]) >= _LEAST_MOVE:
            stroke.path.append((event.x, event.y))
            self._paint(stroke, stroke.path[-2:])

    def _paint(self, stroke: _Stroke, piece: list[tuple[float, float]]) -> None:
        shown = stroke.painting.extend(stroke.area(piece))
        self._session.preview(shown, instead_of=stroke.painting.taken)

    def release(self, event: PointerEvent) -> None:
        """Make the stroke one step."""
        self.move(event)
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        session, painting = self._session, stroke.painting
        new = painting.finish(stroke.area(stroke.path))
        chosen = session.selection
        name = display_name(painting.label)
        steps = self.accepting_steps if painting.taken else self.steps
        step = tr(steps[painting.erases], label=name)
        if session.take_regions(step, painting.taken, new):
            session.select(with_parts(chosen, painting.base, new))
        elif painting.erases and not painting.has_met:
            keys = "{edit.label-1}, {edit.label-2}, {edit.label-3}"
            self._notice = tr(
                "No {label} here to erase · {keys} choose what to draw and erase",
                label=name,
                keys=keys,
            )

    def double_click(self, event: PointerEvent) -> None:
        """Begin a stroke, as every press does."""
        self.press(event)

    def wheel(self, event: PointerEvent, notches: float) -> bool:
        """With Shift, change the size of the brush."""
        if "shift" not in event.modifiers:
            return False
        self._resize(_STEP**notches)
        return True

    # Keys ---------------------------------------------------------------------------------

    def key(self, name: str) -> bool:
        """Escape drops the stroke, or leaves the selection; two keys change the brush."""
        if name in (SMALLER, LARGER):
            self._resize(1 / _STEP if name == SMALLER else _STEP)
            return True
        if name == "Escape" and self.is_busy:
            self.cancel()
            return True
        if name == "Escape" and self._session.selection:
            self._session.select(())
            return True
        return False

    def leave(self) -> None:
        """Show no disc; a stroke goes on."""
        if self._stroke is None:
            self._cursor = None

    def cancel(self) -> None:
        """Drop the stroke."""
        self._notice = ""
        if self._stroke is not None:
            self._stroke = None
            self._session.preview(None)

    def _resize(self, factor: float) -> None:
        # A stroke in hand keeps its width: what it has covered is known.
        if self._stroke is None:
            self._session.set_brush_size(self._session.brush_size * factor)

    # What it may act on -------------------------------------------------------------------

    def _selected(self) -> tuple[Shape, ...]:
        session = self._session
        beyond = session.hidden | session.locked
        return tuple(s for s in session.selected_shapes if s.is_polygon and s.key not in beyond)

    def _reachable(self) -> tuple[Shape, ...]:
        """Return the shapes of the label, and selected ones of another where it takes away."""
        session, label = self._session, self.label
        beyond = session.hidden | session.locked
        chosen = session.selection if self._takes_away else frozenset()
        return tuple(
            shape
            for shape in session.annotation.shapes
            if shape.is_polygon
            and len(shape.points) >= 3
            and shape.key not in beyond
            and (shape.label == label or shape.key in chosen)
        )

    def _offered(self, event: PointerEvent) -> tuple[Shape, ...]:
        """Return the predicted regions that a stroke from here may accept and change.

        Painting goes on with the one it begins in; erasing trims those it comes upon.
        """
        if self.label != OPACITY:
            return ()
        offered = self._session.offered_regions
        if self._takes_away:
            return offered
        if any(is_inside(shape, event.x, event.y) for shape in self._reachable()):
            return ()
        return tuple(region for region in offered if is_inside(region, event.x, event.y))

    def _limit(
        self,
        event: PointerEvent,  # noqa: ARG002
        *,
        erases: bool,  # noqa: ARG002
    ) -> Callable[[Region], Region] | None:
        """Return what limits the area of a stroke that begins here; None where none may begin."""
        return _unlimited


class EraserTool(BrushTool):
    """Drag to erase: takes the disc's path out of the shapes of the label."""

    erases = True


def _unlimited(region: Region) -> Region:
    return region
