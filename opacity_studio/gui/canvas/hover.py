"""What lies under the cursor: something drawn, a region the network proposes, or bare film."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opacity_studio.domain.shape import Shape
    from opacity_studio.gui.canvas.scene import Scene
    from opacity_studio.review.draft import Draft
    from opacity_studio.review.pointer import PointerEvent
    from opacity_studio.review.session import ReviewSession
    from opacity_studio.review.tools import Tool


@dataclass(frozen=True, slots=True)
class Hover:
    """What is under the cursor.

    Attributes
    ----------
    region
        The proposed region that a click would accept.
    is_claimed
        Whether the tool would act on what is drawn there. The inside of a lung is not claimed: a
        lung fills half the film, and what is looked at lies in it.
    """

    region: Shape | None = None
    is_claimed: bool = True

    def calmed(self, draft: Draft, selection: frozenset[int]) -> Draft:
        """Return `draft` without the handles of a lung the cursor is merely inside of."""
        if self.is_claimed:
            return draft
        handles = tuple(one for one in draft.handles if one.key in selection)
        return replace(draft, handles=handles, hovered=None)


NOTHING_HOVERED: Final = Hover()


def hover_at(
    pointer: PointerEvent, session: ReviewSession, tool: Tool, scene: Scene, *, offers: bool
) -> Hover:
    """Return what is under `pointer`; proposed regions only if the tool `offers` them."""
    if tool.claims(pointer):
        return NOTHING_HOVERED
    region = None
    if offers and scene.heat_visible and session.is_editable:
        region = scene.topmost_at(session.offered_regions, pointer.x, pointer.y)
    return Hover(region, is_claimed=False)
