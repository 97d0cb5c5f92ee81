"""Contour one region of the model at another threshold; every other outline stays as it is."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import free_group_id, intersected, rings_of, union_of
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.local_threshold import moved_level, recontoured
from opacity_studio.domain.measurement import lungs_for_measurement
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.review.acceptance import replaceable
from opacity_studio.review.draft import NOTHING, Draft
from opacity_studio.review.hit_testing import ShapeIndex
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.drag import DRAG_STARTS
from opacity_studio.review.tools.tool import Cursor, Tool

PACE: Final = 0.015
"""What a screen pixel of a drag moves the level by, on the logit scale: 200 take 0.5 to 0.05."""

KEY_STEP: Final = 0.2
"""The same for a press of an arrow key."""

STEP_NAME: Final = tr("Local threshold")


@dataclass(frozen=True, slots=True)
class Target:
    """A region that can be contoured anew.

    Attributes
    ----------
    shape
        As it is now.
    is_offered
        True for a predicted region, False for a shape of the annotation.
    level
        The threshold it was contoured at.
    """

    shape: Shape
    is_offered: bool
    level: float


@dataclass(slots=True)
class _Drag:
    start: PointerEvent
    target: Target
    base: Annotation
    prediction: Prediction
    level: float
    shapes: tuple[Shape, ...] = ()


class LocalThresholdTool(Tool):
    """Drag up on a region to lower its threshold, so that it grows; down, and it shrinks.

    Works on predicted regions, which become shapes by it, and on accepted outlines that nobody
    has changed since: what a person drew or corrected is no contour of the map any more. With
    Ctrl the region stays within the lungs, which a low level leaves easily.
    """

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._drag: _Drag | None = None
        self._at: PointerEvent | None = None
        self._offered = ShapeIndex(())

    # What it shows ------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The region under the cursor; while dragging, the region as it would become."""
        if self._drag is not None:
            rings = [ring for shape in self._drag.shapes for ring in rings_of(shape)]
            return Draft(label=OPACITY, proposal=tuple(rings))
        target, _ = self._find()
        if target is None:
            return NOTHING
        if target.is_offered:
            return Draft(label=OPACITY, proposal=rings_of(target.shape))
        return Draft(hovered=target.shape.key)

    @property
    def hint(self) -> str:
        """The level of the region, or why there is none."""
        if not self._session.is_editable:
            return self._session.blocked_reason or ""
        if self._drag is not None:
            return tr(
                "Level {level:.2f} · release sets · Ctrl: within the lungs · Esc puts it back",
                level=self._drag.level,
            )
        target, reason = self._find()
        if target is not None:
            return tr(
                "Level {level:.2f} · drag up: larger · drag down: smaller", level=target.level
            )
        return reason or tr("Drag up or down on a region of the model: its threshold alone changes")

    @property
    def cursor(self) -> Cursor:
        """Tells where a drag has an effect."""
        if self._drag is not None:
            return "move"
        return "pointer" if self._find()[0] is not None else "arrow"

    @property
    def is_busy(self) -> bool:
        """Whether a region is being dragged."""
        return self._drag is not None

    def claims(self, event: PointerEvent) -> bool:  # noqa: ARG002
        """Take every press."""
        return True

    # Mouse --------------------------------------------------------------------------------

    def press(self, event: PointerEvent) -> None:
        """Take hold of the region under the cursor."""
        self.cancel()
        self._at = event
        target, _ = self._find()
        prediction = self._session.prediction
        if target is None or prediction is None or not self._session.is_editable:
            return
        if not target.is_offered:
            self._session.select({target.shape.key})
        self._drag = _Drag(event, target, self._session.annotation, prediction, target.level)

    def move(self, event: PointerEvent) -> None:
        """Show the region at the level dragged to; where nothing is left of it, the last one."""
        self._at = event
        drag = self._drag
        if drag is None:
            return
        if drag.base is not self._session.annotation:
            self.cancel()
            return
        up = (drag.start.y - event.y) * event.scale
        if abs(up) <= DRAG_STARTS and not drag.shapes:
            return
        level = moved_level(drag.target.level, -PACE * up)
        shapes = _at_level(drag.base, drag.target, drag.prediction, level)
        if "ctrl" in event.modifiers:
            shapes = self._within_lungs(drag.base, shapes)
        if shapes:
            drag.level, drag.shapes = level, shapes
            instead_of = (drag.target.shape,) if drag.target.is_offered else ()
            shown = _with(drag.base, drag.target, shapes)
            self._session.preview(shown, instead_of=instead_of)

    def release(self, event: PointerEvent) -> None:
        """Set what is shown, as one step."""
        self.move(event)
        drag, self._drag = self._drag, None
        if drag is not None and drag.shapes:
            self._set(drag.base, drag.target, drag.shapes)

    def double_click(self, event: PointerEvent) -> None:
        """Take it as a press."""
        self.press(event)

    def key(self, name: str) -> bool:
        """Arrows move the level of the selected outline; Escape puts back what is dragged."""
        if name == "Escape":
            busy = self.is_busy
            self.cancel()
            return busy
        prediction, chosen = self._session.prediction, self._session.selected_shapes
        if name not in ("Up", "Down") or self.is_busy or len(chosen) != 1 or prediction is None:
            return False
        target, _ = self._target_of(chosen[0])
        if target is None or not self._session.is_editable:
            return False
        level = moved_level(target.level, -KEY_STEP if name == "Up" else KEY_STEP)
        base = self._session.annotation
        shapes = _at_level(base, target, prediction, level)
        if shapes:
            self._set(base, target, shapes, merge=(STEP_NAME, target.shape.key))
        return True

    def leave(self) -> None:
        """Point at nothing; a drag goes on."""
        if self._drag is None:
            self._at = None

    def cancel(self) -> None:
        """Put back what is being dragged."""
        if self._drag is not None:
            self._drag = None
            self._session.preview(None)

    # Regions ------------------------------------------------------------------------------

    def _within_lungs(self, base: Annotation, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
        """Return `shapes` cut down to the lungs, drawn or predicted; as they are without any."""
        lungs, _ = lungs_for_measurement(base, self._session.prediction)
        inside = union_of(lungs)
        if inside.is_empty:
            return shapes
        group, cut = free_group_id(base), list[Shape]()
        for shape in shapes:
            made = shape.provenance
            for part in intersected(shape, inside, free_group_id=group):
                # It is the model's contour still, at this level and within these lungs.
                signed = made and replace(made, outline_digest=part.outline_digest)
                cut.append(replace(part, provenance=signed))
        return tuple(cut)

    def _set(
        self,
        base: Annotation,
        target: Target,
        shapes: tuple[Shape, ...],
        *,
        merge: Hashable = None,
    ) -> None:
        session, new = self._session, _with(base, target, shapes)
        if target.is_offered:
            done = session.take_regions(STEP_NAME, (target.shape,), new)
        else:
            done = session.commit(STEP_NAME, new, merge=merge)
        if done:
            session.select({shape.key for shape in shapes})

    def _find(self) -> tuple[Target | None, str]:
        """Return the region under the cursor, or why what lies there cannot be contoured anew."""
        session, at = self._session, self._at
        if at is None or session.prediction is None:
            return None, "" if session.prediction is not None else tr("There is no prediction yet")
        hit = session.index.hit(at.x, at.y, at.scale)
        shape = None if hit is None else session.annotation.shape(hit.key)
        if shape is not None and shape.label == OPACITY:
            return self._target_of(shape)
        self._offered = self._offered.updated(session.offered_regions)
        hit = self._offered.hit(at.x, at.y, at.scale)
        region = next((r for r in session.offered_regions if hit and r.key == hit.key), None)
        if region is None:
            return None, ""
        return Target(region, is_offered=True, level=session.threshold), ""

    def _target_of(self, shape: Shape) -> tuple[Target | None, str]:
        session, made = self._session, shape.provenance
        if shape.key in session.locked:
            return None, tr("This outline is locked")
        if shape.key not in replaceable(session.annotation, include_person=False) or made is None:
            return None, tr("A person drew or changed this outline: it has no threshold")
        if session.prediction is None or made.model != session.prediction.model:
            return None, tr("Another model drew this outline")
        if made.threshold is None:
            return None, tr("This outline was not drawn at one threshold")
        return Target(shape, is_offered=False, level=made.threshold), ""


def _at_level(
    base: Annotation, target: Target, prediction: Prediction, level: float
) -> tuple[Shape, ...]:
    """Return the region at `level`, as a shape of its own where it was only offered so far."""
    shape = target.shape.copied() if target.is_offered else target.shape
    return recontoured(prediction, shape, level, free_group_id=free_group_id(base))


def _with(base: Annotation, target: Target, shapes: tuple[Shape, ...]) -> Annotation:
    if target.is_offered:
        return base.adding(*shapes)
    return base.replacing(target.shape.key, *shapes)
