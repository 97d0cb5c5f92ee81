"""What lies over the film: everything, one side alone, or what differs between the two."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.gui.canvas.scene import Shown

if TYPE_CHECKING:
    from opacity_studio.domain.shape import Shape
    from opacity_studio.review.session import ReviewSession


class Overlay(Enum):
    """The ways to look at prediction and annotation."""

    ALL = "all"
    PREDICTION = "prediction"
    ANNOTATION = "annotation"
    DIFFERENCE = "difference"

    @property
    def is_editable(self) -> bool:
        """Whether outlines may be changed: not while one side stands alone."""
        return self in (Overlay.ALL, Overlay.DIFFERENCE)

    @property
    def has_heat(self) -> bool:
        """Whether the tint belongs to it."""
        return self in (Overlay.ALL, Overlay.PREDICTION)


def shown_now(
    session: ReviewSession,
    overlay: Overlay,
    *,
    offered: bool,
    shapes_visible: bool,
    hovered: int | None,
    hovered_region: int | None,
    compared: tuple[Shape, ...],
    focused: tuple[Shape, ...],
    outlined: frozenset[int],
) -> Shown:
    """Return the shapes to draw.

    Parameters
    ----------
    offered
        Whether the prediction is switched on; alone on the film it is shown in any case.
    shapes_visible
        Whether the outlines are switched on; alone on the film they are shown in any case.
    hovered, hovered_region
        Identity of the shape and of the proposal under the cursor.
    compared
        What another network would draw.
    focused, outlined
        Regions of the network, and identities of shapes, that a person is asked about; not while
        one side stands alone.
    """
    regions, lungs = session.offered_regions, session.predicted_lungs
    selection = session.selection
    if overlay is Overlay.PREDICTION:
        regions, selection, shapes_visible = session.model_regions, frozenset(), False
    elif overlay is Overlay.ANNOTATION:
        shapes_visible, offered = True, False
    elif overlay is Overlay.DIFFERENCE:
        # The patterns say where the prediction lies; only what the cursor is on is outlined.
        regions, lungs = tuple(r for r in regions if r.key == hovered_region), ()
    if session.prediction is not None and any(shape.label in LUNG_LABELS for shape in compared):
        lungs = session.prediction.lungs  # to hold both networks' lungs against the reader's
    with_model = offered or overlay is Overlay.PREDICTION
    return Shown(
        session.annotation,
        session.shown_annotation,
        regions if with_model else (),
        selection=selection,
        hovered=hovered,
        hovered_region=hovered_region,
        hidden=session.hidden,
        shapes_visible=shapes_visible,
        lungs=lungs if with_model else (),
        compared=compared if with_model else (),
        focused=focused if overlay.is_editable else (),
        outlined=outlined if overlay.is_editable else frozenset(),
    )


def sides_of(session: ReviewSession) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
    """Return the opacity of the model and that of the person, as drawn at this moment."""
    return session.model_regions, session.shown_annotation.labelled(OPACITY)
