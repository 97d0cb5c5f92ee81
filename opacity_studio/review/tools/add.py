"""Click to add: one click on missed opacity proposes its region; clicks and the wheel refine it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.click_growth import Ground, ground_of
from opacity_studio.domain.click_proposal import Click, ClickedRegion, Proposal, shapes_of
from opacity_studio.domain.geometry import free_group_id
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.measurement import lungs_for_measurement
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Points, frozen_points
from opacity_studio.domain.wording import tr
from opacity_studio.review.acceptance import coverage, replaceable
from opacity_studio.review.draft import NOTHING, Draft
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.tool import Cursor, Tool

PIXELS_A_STEP: Final = 10.0
"""Screen pixels of a drag upwards that let the region grow by one step."""

SWALLOWED: Final = 0.95
"""An untouched outline of the model that the region covers by this part gives way to it."""

_REFINE: Final = tr(
    "wheel or drag: grow, shrink · click adds · Ctrl+click takes away · Enter accepts · Esc"
)


class AddTool(Tool):
    """Click on missed opacity; accept with Enter or a double click.

    The region is the one around the click whose border stands out most, on the network's map or,
    where the network draws nothing, on the greys of the film; always within the lungs.
    """

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._region: ClickedRegion | None = None
        self._proposal: Proposal | None = None
        self._rings: tuple[Points, ...] = ()
        self._film: Radiograph | None = None
        self._pressed: PointerEvent | None = None
        self._before_drag: ClickedRegion | None = None
        self._notice = ""
        self._known: tuple[tuple[object, ...], Ground] | None = None

    # What it shows ------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """The proposed region and the clicks that made it."""
        region = self._current()
        if region is None:
            return NOTHING
        return Draft(
            label=OPACITY,
            proposal=self._rings,
            foreground=_points(click for click in region.clicks if click.adds),
            background=_points(click for click in region.clicks if not click.adds),
        )

    @property
    def hint(self) -> str:
        """What is proposed, and what to do next."""
        if self._notice:
            return self._notice
        if not self._session.is_editable:
            return self._session.blocked_reason or ""
        if self._current() is None:
            return tr("Click on missed opacity: its region is proposed")
        return f"{_spoken(self._proposal)} · {_REFINE}"

    @property
    def cursor(self) -> Cursor:
        """A cross."""
        return "cross"

    @property
    def is_busy(self) -> bool:
        """Whether a region is proposed."""
        return self._current() is not None

    def claims(self, event: PointerEvent) -> bool:  # noqa: ARG002
        """Take every click."""
        return True

    # Mouse --------------------------------------------------------------------------------

    def press(self, event: PointerEvent) -> None:
        """Propose a region, or refine the one proposed."""
        if not self._session.is_editable or self._session.radiograph is None:
            return
        self._notice = ""
        begun = self._current()
        adds = "ctrl" not in event.modifiers
        if begun is None and not adds:
            self._notice = tr("Click without Ctrl first: there is no region to take from")
            return
        region = begun if begun is not None else self._nothing_clicked()
        clicked = region.with_click(Click(event.x, event.y, adds))
        if clicked is None:
            self._notice = tr("Opacity is added within the lungs only")
            return
        self._film = self._session.radiograph
        self._show(clicked)
        self._pressed, self._before_drag = (event, clicked) if adds else (None, None)

    def move(self, event: PointerEvent) -> None:
        """Let the region of the click just made grow or shrink while the button is held."""
        start, region = self._pressed, self._before_drag
        if start is None or region is None or self._current() is None:
            return
        grown = region.grown(round((start.y - event.y) * event.scale / PIXELS_A_STEP))
        if self._region is None or grown.clicks != self._region.clicks:
            self._show(grown)

    def release(self, event: PointerEvent) -> None:
        """End the drag."""
        self.move(event)
        self._pressed = self._before_drag = None

    def double_click(self, event: PointerEvent) -> None:  # noqa: ARG002
        """Accept: the first press of the double click proposed the region or lay in it."""
        if self._current() is not None:
            self._accept()

    def wheel(self, event: PointerEvent, notches: float) -> bool:  # noqa: ARG002
        """Grow or shrink the region; without one the wheel zooms."""
        region = self._current()
        if region is None:
            return False
        self._grow(region, round(notches) or (1 if notches > 0 else -1))
        return True

    # Keys ---------------------------------------------------------------------------------

    def key(self, name: str) -> bool:
        """Enter accepts, arrows grow and shrink, Backspace takes a click back, Escape drops."""
        region = self._current()
        if region is None:
            return False
        if name == "Return":
            self._accept()
        elif name in ("Up", "Down"):
            self._grow(region, 1 if name == "Up" else -1)
        elif name in ("Backspace", "Delete"):
            fewer = region.without_last()
            self._show(fewer if any(click.adds for click in fewer.clicks) else None)
        elif name == "Escape":
            self.cancel()
        else:
            return False
        return True

    def leave(self) -> None:
        """Nothing: the proposal stays."""

    def cancel(self) -> None:
        """Drop the proposal."""
        self._show(None)
        self._notice = ""

    # The region ---------------------------------------------------------------------------

    def _current(self) -> ClickedRegion | None:
        """Return the region, which belongs to one film only."""
        if self._region is not None and self._film is not self._session.radiograph:
            self.cancel()
        return self._region

    def _show(self, region: ClickedRegion | None) -> None:
        self._region = region
        self._proposal = None if region is None else region.proposal()
        self._rings = () if self._proposal is None else _rings(self._proposal)
        if region is None:
            self._pressed = self._before_drag = None

    def _grow(self, region: ClickedRegion, steps: int) -> None:
        self._notice = ""
        grown = region.grown(steps)
        if grown.clicks != region.clicks:
            self._show(grown)

    def _nothing_clicked(self) -> ClickedRegion:
        """Return the region before the first click; the film is prepared once."""
        session = self._session
        film, prediction = session.radiograph, session.prediction
        if film is None:
            raise RuntimeError("there is no film to click on")
        lungs, _ = lungs_for_measurement(session.annotation, prediction)
        made_of = (film, prediction, *lungs)
        if self._known is None or not _same(self._known[0], made_of):
            self._known = (made_of, ground_of(film, lungs, prediction))
        return ClickedRegion(self._known[1], lungs, prediction)

    def _accept(self) -> None:
        proposal, session = self._proposal, self._session
        if proposal is None:
            self._notice = tr("Too small for an outline: grow it first, or drop it with Esc")
            return
        self.cancel()
        group = free_group_id(session.annotation)
        shapes = shapes_of(proposal, reader=session.reader.name, free_group_id=group)
        swallowed = _swallowed(session.annotation, proposal, session.locked)
        new = session.annotation.removing(swallowed).adding(*shapes)
        if session.commit(tr("Add opacity"), new):
            session.select({shape.key for shape in shapes})


def _spoken(proposal: Proposal | None) -> str:
    """Return in a few words where a proposal comes from."""
    if proposal is None:
        return tr("Too small for an outline")
    if proposal.model is None:
        return tr("By the film's greys: the model draws nothing here")
    return (
        tr("Refined")
        if proposal.threshold is None
        else tr("Level {threshold:.2f}", threshold=proposal.threshold)
    )


def _swallowed(
    annotation: Annotation, proposal: Proposal, locked: frozenset[int]
) -> frozenset[int]:
    """Return the untouched outlines of a model that the region holds: it is their larger self."""
    free = replaceable(annotation, include_person=False) - locked
    return frozenset(
        shape.key
        for shape in annotation.shapes
        if shape.key in free and coverage(shape, proposal.area) >= SWALLOWED
    )


def _same(known: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(known) == len(now) and all(a is b for a, b in zip(known, now, strict=True))


def _rings(proposal: Proposal) -> tuple[Points, ...]:
    return tuple(
        frozen_points(shapely.get_coordinates(ring)[:-1])
        for part in shapely.get_parts(proposal.area)
        for ring in (part.exterior, *part.interiors)
    )


def _points(clicks: Iterable[Click]) -> Points | None:
    places = [(click.x, click.y) for click in clicks]
    return frozen_points(np.array(places)) if places else None
