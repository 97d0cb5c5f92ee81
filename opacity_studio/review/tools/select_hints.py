"""What the select tool says of what lies under the cursor."""

from __future__ import annotations

from collections.abc import Collection

from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.review.hit_testing import Hit
from opacity_studio.review.session import Vertex


def hint_of(
    hit: Hit | None,
    selection: Collection[int],
    vertices: Collection[Vertex],
    *,
    drags_at_once: bool,
) -> str:
    """Return what a click, a drag or a key does.

    Parameters
    ----------
    hit
        What lies under the cursor; None over bare film.
    selection, vertices
        Keys of the selected shapes, and the selected vertices.
    drags_at_once
        Whether a drag moves the shape before it is selected.
    """
    if hit is None:
        return tr("Click selects · drag selects several · Shift adds · Ctrl+drag draws")
    if hit.kind == "vertex" and len(vertices) > 1 and (hit.key, hit.ring, hit.index) in vertices:
        return tr_count(
            "Drag or arrows move the {count} vertex · Delete removes it",
            "Drag or arrows move the {count} vertices · Delete removes them",
            len(vertices),
        )
    if hit.kind == "vertex":
        return tr("Drag moves the vertex · Delete removes it · Shift+click selects several")
    if hit.key not in selection:
        return tr("Click selects · drag moves it") if drags_at_once else tr("Click selects")
    if hit.kind == "edge":
        return tr("Click or drag adds a vertex")
    return tr("Drag moves the shape · arrows nudge · Delete removes it")
