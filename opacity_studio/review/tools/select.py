"""Select, move and reshape what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import is_simple
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.outline import grips_of
from opacity_studio.domain.wording import tr
from opacity_studio.review.draft import Draft, Handles
from opacity_studio.review.editing import named
from opacity_studio.review.hit_testing import Hit
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession, Vertex
from opacity_studio.review.tools.drag import Drag, shapes_mover, vertex_adder, vertices_mover
from opacity_studio.review.tools.quick_line import QuickLine
from opacity_studio.review.tools.select_hints import hint_of
from opacity_studio.review.tools.tool import NOTICE_REACH, Cursor, Tool
from opacity_studio.review.tools.vertices import (
    are_meant_whole,
    by_shape,
    moving,
    vertices_deleted,
    vertices_in,
    vertices_moved,
)

_ARROWS: Final = {"Left": (-1.0, 0.0), "Right": (1.0, 0.0), "Up": (0.0, -1.0), "Down": (0.0, 1.0)}
_LARGE_NUDGE: Final = 10.0

_CROSSES: Final = tr("This outline crosses itself: what it covers twice is not counted")


class SelectTool(Tool):
    """Click selects; drag a vertex, an edge's new vertex, or a shape; drag bare film to select.

    A drag over part of the selected outline selects its vertices there, Shift+click adds one;
    they are dragged, nudged and deleted together.

    Ctrl+drag draws as the freehand tool does, Ctrl+Shift+drag cuts off.

    A lung fills half the film, so a drag inside one that is not selected draws a rubber band
    rather than moving it.
    """

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._drag: Drag | None = None
        self._line = QuickLine(session)
        self._last: PointerEvent | None = None
        self._hover: tuple[Annotation, frozenset[int], frozenset[int], Hit | None] | None = None
        self._notice: tuple[str, PointerEvent | None] = ("", None)

    # What it shows ------------------------------------------------------------------------

    @property
    def hit(self) -> Hit | None:
        """What lies under the cursor; None over bare film and during a drag."""
        session = self._session
        if self._last is None or self.is_busy:
            return None
        untouchable = session.hidden | session.locked
        known = self._hover
        if (
            known is None
            or known[0] is not session.annotation
            or known[1:3] != (session.selection, untouchable)
        ):
            hit = self._find(self._last)
            self._hover = known = (session.annotation, session.selection, untouchable, hit)
        return known[3]

    @property
    def draft(self) -> Draft:
        """Handles of the selected and the hovered shape, insertion point, rubber band, line."""
        if self._line.tool is not None:
            return self._line.tool.draft
        if self._drag is not None and self._drag.is_band:
            return Draft(band=self._drag.band, handles=self._handles(None))
        hit = self.hit
        inserts = hit is not None and hit.kind == "edge" and hit.key in self._session.selection
        return Draft(
            handles=self._handles(hit),
            hovered=None if hit is None else hit.key,
            insertion=(hit.x, hit.y) if hit is not None and inserts else None,
        )

    def _handles(self, hit: Hit | None) -> tuple[Handles, ...]:
        session = self._session
        wanted = session.selection - session.locked - session.hidden
        over = None if hit is None or hit.kind != "vertex" else (hit.key, hit.ring, hit.index)
        chosen = by_shape(self._vertices_shown())
        if are_meant_whole(session.selected_shapes):
            wanted = frozenset()
        if hit is not None:
            wanted |= {hit.key}
        return tuple(
            Handles(
                shape.key,
                grips_of(shape),
                hovered=over[1:] if over is not None and over[0] == shape.key else None,
                selected=chosen.get(shape.key, frozenset()),
            )
            for shape in session.shown_annotation.shapes
            if shape.key in wanted
        )

    def _vertices_shown(self) -> frozenset[Vertex]:
        """Return the vertices to be drawn as selected: those the drag makes or would select."""
        drag, selected = self._drag, self._session.selected_vertices
        if drag is None or not drag.moves:
            return selected
        if drag.vertex is not None:
            return frozenset({drag.vertex})
        return self._banded(drag) or selected if drag.is_band else selected

    def _banded(self, drag: Drag) -> frozenset[Vertex]:
        """Return the selected shapes' vertices a rubber band means; none where it means shapes."""
        session = self._session
        if are_meant_whole(session.selected_shapes):
            return frozenset()
        reachable = session.selection - session.locked - session.hidden
        shapes = (shape for shape in session.annotation.shapes if shape.key in reachable)
        found = vertices_in(shapes, drag.band)
        return found | session.selected_vertices if found and _adds(drag.start) else found

    @property
    def hint(self) -> str:
        """What a click or a key does here."""
        if self._line.tool is not None:
            return self._line.tool.hint
        if self._notice[0]:
            return self._notice[0]
        if not self._session.is_editable:
            return self._session.blocked_reason or ""
        if self.is_busy:
            stuck = self._drag is not None and self._drag.is_stuck
            return (
                tr("The outline would cross itself there · Esc puts it back")
                if stuck
                else tr("Release to set · Esc puts it back")
            )
        hit = self.hit
        return hint_of(
            hit,
            self._session.selection,
            self._session.selected_vertices,
            drags_at_once=hit is not None and self._drags_at_once(hit),
        )

    @property
    def cursor(self) -> Cursor:
        """Tells vertex, edge and inside apart."""
        if self._line.tool is not None:
            return self._line.tool.cursor
        if self._drag is not None and self._drag.moves:
            return "cross" if self._drag.is_band else "move"
        hit = self.hit
        if hit is None:
            return "arrow"
        if hit.kind == "vertex":
            return "pointer"
        if hit.key in self._session.selection:
            return "cross" if hit.kind == "edge" else "move"
        return "arrow"

    @property
    def is_busy(self) -> bool:
        """Whether something is being dragged."""
        is_dragging = self._drag is not None and self._drag.moves
        return is_dragging or self._line.tool is not None

    def claims(self, event: PointerEvent) -> bool:
        """Whether anything is drawn here but the inside of a lung."""
        hit = self._find(event)
        return hit is not None and (hit.kind != "interior" or self._drags_at_once(hit))

    # Mouse --------------------------------------------------------------------------------

    def press(self, event: PointerEvent) -> None:
        """Select what is there at once; what else it means shows with the drag or the release."""
        self._notice = ("", None)
        self._last = event
        hit = self._find(event)
        session = self._session
        self._drag = Drag(event, session.annotation)
        if _adds(event):
            self._drag.click = self._adder(hit)
        elif hit is None:
            self._drag.click = lambda: session.select(())
        else:
            self._press_on(hit, self._drag)

    def _adder(self, hit: Hit | None) -> Callable[[], None] | None:
        """Return what a click with Shift does: add or take away a vertex, or a shape."""
        session = self._session
        if hit is None:
            return None
        if hit.kind == "vertex" and hit.key in session.selection:
            vertices = session.selected_vertices ^ {_mark(hit)}
            return lambda: session.select(session.selection, vertices=vertices)
        keys = session.selection ^ {hit.key}
        return lambda: session.select(keys)

    def _press_on(self, hit: Hit, drag: Drag) -> None:
        session = self._session
        film = session.radiograph if session.is_editable else None
        was_selected = hit.key in session.selection
        if hit.kind == "vertex":
            vertices = session.selected_vertices
            if _mark(hit) in vertices and len(vertices) > 1:
                drag.click = lambda: session.select({hit.key}, vertex=(hit.ring, hit.index))
            else:
                session.select({hit.key}, vertex=(hit.ring, hit.index))
                vertices = session.selected_vertices
            if film is not None:
                drag.label = moving(vertices)
                drag.edit = vertices_mover(drag.base, vertices, film)
                drag.reshapes = True
        elif hit.kind == "edge" and was_selected:
            if film is not None:
                drag.label, drag.edit = tr("Add vertex"), vertex_adder(drag.base, hit, film)
                drag.click = lambda: self._set(drag, 0.0, 0.0)
                drag.vertex = (hit.key, hit.ring, hit.index + 1)
                drag.reshapes = True
                drag.done = lambda: session.select({hit.key}, vertex=(hit.ring, hit.index + 1))
        else:
            if not was_selected:
                session.select({hit.key})
            drag.click = lambda: session.select({hit.key})
            if film is not None and (was_selected or self._drags_at_once(hit)):
                keys = session.selection - session.locked - session.hidden
                shapes = [shape for shape in drag.base.shapes if shape.key in keys]
                drag.label = named("Move {label}", "Move {count} shapes", shapes)
                drag.edit = shapes_mover(drag.base, keys, film)

    def move(self, event: PointerEvent) -> None:
        """Drag, or look what is under the cursor."""
        self._last, self._hover = event, None
        drag = self._drag
        if self._line.move(event):
            return
        if drag is None:
            said_at = self._notice[1]
            if said_at is None or event.screen_distance(said_at.x, said_at.y) > NOTICE_REACH:
                self._notice = ("", None)
        elif drag.base is not self._session.annotation:
            self.cancel()
        elif drag.starts_with(event) and self._line.is_meant_by(drag.start):
            self._drag = None
            self._line.begin(drag.start, event)
        elif drag.moves and drag.edit is not None:
            dragged = drag.edit(event.x - drag.start.x, event.y - drag.start.y)
            drag.is_stuck = dragged is None
            if dragged is not None:
                self._session.preview(dragged)

    def release(self, event: PointerEvent) -> None:
        """Set what was dragged or drawn, or do what a click means."""
        self.move(event)
        if self._line.release(event):
            return
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if not drag.moves:
            if drag.click is not None:
                drag.click()
        elif drag.edit is None and (vertices := self._banded(drag)):
            self._session.select(self._session.selection, vertices=vertices)
        elif drag.edit is None:
            inside = self._session.index.within(*drag.band)
            kept = self._session.selection if _adds(drag.start) else frozenset()
            self._session.select(inside | kept)
        else:
            self._set(drag, event.x - drag.start.x, event.y - drag.start.y)

    def _set(self, drag: Drag, dx: float, dy: float) -> None:
        new = drag.edit(dx, dy) if drag.edit is not None else None
        # Where the very end would be no outline, the last state shown is what was meant.
        made = self._session.commit(
            drag.label, self._session.shown_annotation if new is None else new
        )
        if made and drag.done is not None:
            drag.done()
        if made and drag.reshapes:
            polygons = (shape for shape in self._session.selected_shapes if shape.is_polygon)
            if not all(map(is_simple, polygons)):
                self._say(_CROSSES)

    def double_click(self, event: PointerEvent) -> None:
        """Nothing of its own: its first press selected, the view zooms to that."""
        self._last, self._hover = event, None

    # Keys ---------------------------------------------------------------------------------

    def key(self, name: str) -> bool:
        """Delete a vertex or the selected shapes, nudge with the arrows, Escape puts back."""
        if name == "Escape":
            return self._escape()
        if self.is_busy or not self._session.is_editable:
            return False
        if name in ("Delete", "Backspace"):
            return self._delete()
        arrow = name.removeprefix("Shift+")
        if arrow not in _ARROWS or not self._session.selection:
            return False
        length = _LARGE_NUDGE if name.startswith("Shift+") else 1.0
        self._nudge(_ARROWS[arrow][0] * length, _ARROWS[arrow][1] * length)
        return True

    def leave(self) -> None:
        """Point at nothing; a drag goes on."""
        if not self.is_busy:
            self._last = None

    def cancel(self) -> None:
        """Put back what is being dragged or drawn."""
        self._drag = None
        self._line.cancel()
        self._hover = None
        self._session.preview(None)

    def _escape(self) -> bool:
        """Put back what is dragged; else let go of several vertices."""
        busy = self.is_busy
        self.cancel()
        if not busy and len(self._session.selected_vertices) > 1:
            self._session.select(self._session.selection)
            return True
        return busy

    def _delete(self) -> bool:
        session, hit = self._session, self.hit
        vertices = session.selected_vertices
        # One vertex may be left selected by a click long ago; several were chosen on purpose.
        if hit is not None and hit.kind == "vertex" and len(vertices) < 2:
            vertices = frozenset({_mark(hit)})
        if not vertices:
            return session.delete()
        whole = {s.key for s in session.annotation.shapes if not s.is_polygon}
        if all(vertex[0] in whole for vertex in vertices):
            # A rectangle or a point loses none of its points: it goes as a whole.
            return session.delete(vertex[0] for vertex in vertices)
        reachable = frozenset(v for v in vertices if v[0] not in session.locked)
        if not reachable:
            return False
        deletion = vertices_deleted(session.annotation, reachable)
        if deletion.annotation is None:
            self._say(deletion.refusal)
            return True
        session.select(session.selection)
        session.commit(deletion.label, deletion.annotation)
        return True

    def _nudge(self, dx: float, dy: float) -> None:
        session, film = self._session, self._session.radiograph
        if not session.selected_vertices:
            session.nudge(dx, dy)
            return
        vertices = frozenset(v for v in session.selected_vertices if v[0] not in session.locked)
        if film is None or not vertices:
            return
        size = film.width, film.height
        new = vertices_moved(session.annotation, vertices, (dx, dy), size)
        if new is None:
            self._say(tr("The outline would cross itself there"))
        else:
            session.commit(moving(vertices), new, merge=("nudge", vertices))

    def _say(self, notice: str) -> None:
        self._notice = (notice, self._last)

    # Finding ------------------------------------------------------------------------------

    def _find(self, event: PointerEvent) -> Hit | None:
        return self._session.index.hit(
            event.x, event.y, event.scale, selection=self._session.selection
        )

    def _drags_at_once(self, hit: Hit) -> bool:
        shape = self._session.annotation.shape(hit.key)
        return shape is not None and shape.label not in LUNG_LABELS


def _mark(hit: Hit) -> Vertex:
    return hit.key, hit.ring, hit.index


def _adds(event: PointerEvent) -> bool:
    return bool(event.modifiers & {"shift", "ctrl"})
