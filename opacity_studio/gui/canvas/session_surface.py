"""A session on the screen: its film, prediction and outlines, and what the tool makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication

from opacity_studio.domain.wording import tr
from opacity_studio.gui.canvas.film_surface import FilmSurface
from opacity_studio.gui.canvas.gestures import Gesture, Pan
from opacity_studio.gui.canvas.hover import NOTHING_HOVERED, hover_at
from opacity_studio.gui.canvas.input_names import CURSORS, modifiers_of
from opacity_studio.gui.canvas.overlay import Overlay, shown_now, sides_of
from opacity_studio.review.draft import NOTHING
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QWidget

    from opacity_studio.domain.shape import Shape
    from opacity_studio.gui.canvas.view_transform import ViewTransform
    from opacity_studio.review.pointer import Modifier
    from opacity_studio.review.session import Change, ReviewSession
    from opacity_studio.review.tools import Tool

SELECT = TOOLS[0].id
_NONE: tuple[Shape, ...] = ()


class SessionSurface(FilmSurface):
    """Listens to a session and shows it, with the active tool's draft over it.

    `FilmView` adds the mouse and the keys that work on it.

    Signals
    -------
    hovered_region_changed(region)
        The predicted region under the cursor, or None.
    hint_changed(text)
        What the mouse and the keys do now.
    tool_changed(id)
        Another tool works.
    """

    hovered_region_changed = Signal(object)
    hint_changed = Signal(str)
    tool_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: ReviewSession | None = None
        self._tool: Tool | None = None
        self._tool_id = SELECT
        self._gesture: Gesture | None = None
        self._at: QPointF | None = None
        self._hover = NOTHING_HOVERED
        self._hint = ""
        self._pans = False
        self._shapes_visible = True
        self._compared = _NONE
        self._focused = _NONE
        self._outlined: frozenset[int] = frozenset()
        self._overlay = Overlay.ALL

    # Session and tool ---------------------------------------------------------------------

    def set_session(self, session: ReviewSession) -> None:
        """Show `session`, once and for all."""
        self._session = session
        session.set_prediction_shown(self._scene.heat_visible)
        session.subscribe(self._on_change)
        self.set_tool(self._tool_id)
        self._show_film(session.radiograph)
        self._scene.heat.set_prediction(session.prediction)
        self._refresh()

    @property
    def tool(self) -> str:
        """Id of the active tool."""
        return self._tool_id

    def set_tool(self, tool_id: str) -> None:
        """Work with another tool; what the last one had begun is dropped."""
        row = next(row for row in TOOLS if row.id == tool_id)
        self._end_gesture()
        if self._tool is not None:
            self._tool.cancel()
        if self._session is not None:
            self._tool = row.make(self._session)
        self._tool_id = tool_id
        self._point(modifiers_of(QGuiApplication.keyboardModifiers()))
        self._look()
        self._refresh()
        self.tool_changed.emit(tool_id)

    @property
    def is_tool_busy(self) -> bool:
        """Whether the tool has something under way that Escape would drop."""
        return self._tool is not None and self._tool.is_busy

    def send_key(self, name: str) -> bool:
        """Offer a key ("Return", "Escape", "Backspace", "Delete", "Left", …) to the tool.

        Actions whose shortcut means something to a tool call this first.

        Returns
        -------
        bool
            Whether the tool had a use for it.
        """
        if self._tool is None or not self._overlays_shown or not self._tool.key(name):
            return False
        self._refresh()
        return True

    @property
    def hovered_region(self) -> Shape | None:
        """The predicted region under the cursor."""
        return self._hover.region

    def _on_change(self, change: Change) -> None:
        session = self._session
        if session is None:
            return
        if "film" in change.what:
            self._compared = self._focused = _NONE
            self._outlined = frozenset()
            self._end_gesture()
            if self._tool is not None:
                self._tool.cancel()
                self._tool.leave()
            self._show_film(session.radiograph)
        if change.what & {"film", "prediction"}:
            self._scene.heat.set_prediction(session.prediction)
            self.update()
        if change.what != {"saved"}:
            self._look()
            self._refresh()

    # What is shown ------------------------------------------------------------------------

    def set_overlay_opacity(self, opacity: float) -> None:
        """Tint with at most `opacity`, 0 to 1, where the network is certain."""
        self._scene.heat.set_opacity(opacity)
        self.update()

    def set_prediction_visible(self, visible: bool) -> None:
        """Show or hide the tint and the proposed regions."""
        self._scene.heat_visible = visible
        if self._session is not None:
            self._session.set_prediction_shown(visible)
        self._look()
        self._refresh()
        self.update()

    def set_shapes_visible(self, visible: bool) -> None:
        """Show or hide the outlines; hidden ones cannot be edited."""
        self._shapes_visible = visible
        self._end_gesture()
        self._refresh()

    def set_compared(self, shapes: Sequence[Shape]) -> None:
        """Show what another network would draw, until the next film; nothing edits it."""
        self._compared = tuple(shapes)
        self._refresh()

    def set_focused(self, regions: Sequence[Shape], outlined: Iterable[int]) -> None:
        """Bring out `regions` of the network, proposals or not, until the next film.

        So are the shapes with the identities `outlined`, without their vertices.
        """
        self._focused, self._outlined = tuple(regions), frozenset(outlined)
        self._refresh()

    def set_all_overlays_hidden(self, hidden: bool) -> None:
        """Show the bare film, or everything again."""
        if hidden != self._scene.all_hidden:
            self._scene.all_hidden = hidden
            self._end_gesture()
            self._look()
            self._refresh()
            self.update()

    @property
    def overlay(self) -> Overlay:
        """What lies over the film."""
        return self._overlay

    def set_overlay(self, overlay: Overlay) -> None:
        """Show everything, one side alone (which cannot be edited), or what differs."""
        if overlay is not self._overlay:
            self._overlay = overlay
            self._scene.heat_belongs = overlay.has_heat
            self._scene.difference_visible = overlay is Overlay.DIFFERENCE
            self._end_gesture()
            self._look()
            self._refresh()
            self.update()

    @property
    def _overlays_shown(self) -> bool:
        seen = self._shapes_visible and not self._scene.all_hidden
        return seen and self._overlay.is_editable

    def _refresh(self) -> None:
        """Paint again what differs from what is on the screen."""
        session, tool = self._session, self._tool
        if session is None or tool is None:
            return
        shown = self._overlays_shown
        draft = self._hover.calmed(tool.draft, session.selection) if shown else NOTHING
        region = self._hover.region
        everything = shown_now(
            session,
            self._overlay,
            offered=self._scene.heat_visible,
            shapes_visible=self._shapes_visible,
            hovered=draft.hovered,
            hovered_region=None if region is None else region.key,
            compared=self._compared,
            focused=self._focused,
            outlined=self._outlined,
        )
        area = self._scene.set_shapes(everything) + self._scene.set_draft(draft)
        if self._overlay is Overlay.DIFFERENCE:
            area += self._scene.difference.set_sides(*sides_of(session))
        self._repaint(area)
        self._show_cursor()
        hint = self._hint_now(tool)
        if hint != self._hint:
            self._hint = hint
            self.hint_changed.emit(hint)

    def _hint_now(self, tool: Tool) -> str:
        if self._session is None or self._session.radiograph is None:
            return ""
        if not self._overlay.is_editable:
            return tr("Blinking between prediction and annotation · {view.blink} or Esc ends")
        if not self._overlays_shown:
            return tr("Outlines are hidden")
        if self._hover.region is not None:
            made = self._hover.region.provenance
            sure = f" ({made.score:.2f})" if made is not None and made.score else ""
            ways = tr("click or {prediction.accept} accepts · {prediction.reject} rejects")
            return tr("Predicted region") + f"{sure} · {ways}"
        return tool.hint

    def _show_cursor(self) -> None:
        if isinstance(self._gesture, Pan):
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._pans:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._hover.region is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif self._tool is None or self._film is None or not self._overlays_shown:
            shape = Qt.CursorShape.ArrowCursor
        else:
            shape = CURSORS[self._tool.cursor]
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def _set_transform(self, transform: ViewTransform) -> None:
        super()._set_transform(transform)
        # Under the cursor, which has not moved, is another place of the film.
        self._point(modifiers_of(QGuiApplication.keyboardModifiers()))
        self._look()
        self._refresh()

    # What is under the cursor -------------------------------------------------------------

    def _point(self, pressed: frozenset[Modifier]) -> None:
        """Tell the tool where the cursor is and what is held: one of them changed unmoved."""
        if self._tool is None or self._at is None or self._gesture is not None:
            return
        if self._film is not None and self._overlays_shown:
            x, y = self.widget_to_image(self._at)
            scale = self.zoom / self._ratio
            self._tool.move(PointerEvent(x, y, modifiers=pressed, scale=scale))

    def _look(self) -> None:
        """Find out what is under the cursor now: it, the film or the proposals may have moved."""
        if self._gesture is not None:
            return
        hover = NOTHING_HOVERED
        ready = self._overlays_shown and not self._pans
        if self._session is not None and self._tool is not None and self._at is not None and ready:
            x, y = self.widget_to_image(self._at)
            pointer = PointerEvent(x, y, scale=self.zoom / self._ratio)
            offers = self._tool_id == SELECT
            hover = hover_at(pointer, self._session, self._tool, self._scene, offers=offers)
        before, self._hover = self._hover, hover
        if hover.region is not before.region:
            self.hovered_region_changed.emit(hover.region)

    def _end_gesture(self) -> None:
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.cancel()
