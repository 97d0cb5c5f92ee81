"""The film view: a review session's film, and the mouse and keys that work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.display import default_window
from opacity_studio.gui.canvas.film_surface import FilmSurface
from opacity_studio.gui.canvas.gestures import Gesture, Pan, RegionClick, ToolDrag, WindowDrag
from opacity_studio.gui.canvas.held_keys import HeldKeys
from opacity_studio.gui.canvas.hover import NOTHING_HOVERED, hover_at
from opacity_studio.gui.canvas.input_names import (
    BUTTONS,
    CURSORS,
    key_name,
    modifier_key,
    modifiers_of,
    wheel_notches,
)
from opacity_studio.gui.canvas.overlay import Overlay, shown_now, sides_of
from opacity_studio.review.draft import NOTHING
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent

    from opacity_studio.domain.shape import Shape
    from opacity_studio.gui.canvas.view_transform import ViewTransform
    from opacity_studio.review.pointer import Modifier
    from opacity_studio.review.session import Change, ReviewSession
    from opacity_studio.review.tools import Tool

_SELECT = TOOLS[0].id
_NONE: tuple[Shape, ...] = ()


class FilmView(FilmSurface):
    """Shows a session's film, prediction and outlines; hands the mouse to the active tool.

    Left button: the tool (with Space held: pan). Right: window, or the menu. Middle: pan. Wheel:
    zoom at the cursor. Every edit goes through the session; the view only listens to it.

    Signals
    -------
    pointer_moved(x, y, value, inside)
        The cursor in image coordinates, the film's own value there, and whether it is over the
        film; where it is not, the value is 0.
    region_clicked(region)
        A predicted region (`Shape`) was clicked with the select tool: accept it.
    hovered_region_changed(region)
        The predicted region under the cursor, or None.
    hint_changed(text)
        What the mouse and the keys do now.
    tool_changed(id)
        Another tool works.
    context_menu_requested(x, y, where)
        Right click on image point (x, y); `where` is the global position for a menu.
    """

    pointer_moved = Signal(float, float, int, bool)
    region_clicked = Signal(object)
    hovered_region_changed = Signal(object)
    hint_changed = Signal(str)
    tool_changed = Signal(str)
    context_menu_requested = Signal(float, float, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_view")
        self.setAccessibleName("Film")
        self.setAccessibleDescription("The film, with the prediction and the outlines over it")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session: ReviewSession | None = None
        self._tool: Tool | None = None
        self._tool_id = _SELECT
        self._gesture: Gesture | None = None
        self._gesture_button = Qt.MouseButton.NoButton
        self._at: QPointF | None = None
        self._hover = NOTHING_HOVERED
        self._hint = ""
        self._pans = False
        self._held = HeldKeys({})
        self._shapes_visible = True
        self._compared = _NONE
        self._overlay = Overlay.ALL

    # Session and tool ---------------------------------------------------------------------

    def set_session(self, session: ReviewSession) -> None:
        """Show `session`, once and for all."""
        self._session = session
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

    def set_held_keys(self, keys: Mapping[str, Qt.Key]) -> None:
        """Take the keys, by action, that work while they are held."""
        does = {
            "view.pan": self._set_panning,
            "view.hide-overlays": self.set_all_overlays_hidden,
            "view.magnify": self.set_magnifying,
        }
        self._held.release_all()
        self._held = HeldKeys({key: does[name] for name, key in keys.items()})

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
            self._compared = _NONE
            self._end_gesture()
            if self._tool is not None:
                self._tool.cancel()
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
            return "Blinking between prediction and annotation · {view.blink} or Esc ends"
        if not self._overlays_shown:
            return "Outlines are hidden"
        if self._hover.region is not None:
            made = self._hover.region.provenance
            sure = f" ({made.score:.2f})" if made is not None and made.score else ""
            ways = "click or {prediction.accept} accepts · {prediction.reject} rejects"
            return f"Predicted region{sure} · {ways}"
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
        self._look()
        self._refresh()

    # Mouse --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what the button is for; a second button held changes nothing."""
        if self._gesture is not None or self._film is None:
            return
        self._gesture = self._gesture_for(event)
        self._gesture_button = event.button()
        self._refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or look what is under the cursor."""
        pointer = self._pointer(event)
        self._at = event.position()
        if self._gesture is not None:
            self._gesture.move(event.position(), pointer)
        elif self._tool is not None and self._overlays_shown:
            self._tool.move(pointer)
        self._look()
        value = self.value_at(pointer.x, pointer.y)
        self.pointer_moved.emit(pointer.x, pointer.y, value or 0, value is not None)
        self._refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture of this button."""
        gesture = self._gesture
        if gesture is None or event.button() != self._gesture_button:
            return
        self._gesture = None
        pointer = self._pointer(event)
        gesture.release(event.position(), pointer)
        self._look()
        self._refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Finish what the tool draws; with the select tool, zoom to what is there."""
        left = event.button() == Qt.MouseButton.LeftButton
        tool = self._tool
        if not left or tool is None or self._pans or not self._overlays_shown:
            self.mousePressEvent(event)
            return
        if not tool.takes_double_click:
            self.mousePressEvent(event)
            return
        pointer = self._pointer(event, clicks=2)
        tool.double_click(pointer)
        if self._tool_id == _SELECT:
            self._zoom_to_what_is_at(pointer)
        self._refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Offer the wheel to the tool; what it has no use for zooms."""
        if self._tool is not None and self._overlays_shown and self._film is not None:
            x, y = self.widget_to_image(event.position())
            pressed = modifiers_of(event.modifiers())
            pointer = PointerEvent(x, y, modifiers=pressed, scale=self.zoom / self._ratio)
            if self._tool.wheel(pointer, wheel_notches(event)):
                self._refresh()
                event.accept()
                return
        super().wheelEvent(event)

    def _gesture_for(self, event: QMouseEvent) -> Gesture | None:
        at, button = event.position(), event.button()
        pointer = self._pointer(event)
        left = button == Qt.MouseButton.LeftButton
        if button == Qt.MouseButton.MiddleButton or (left and self._pans):
            return Pan(at, self._scene.transform, self._ratio, self._pan_to)
        if button == Qt.MouseButton.RightButton:
            return self._window_drag(at, pointer, event.globalPosition().toPoint())
        if not left or self._tool is None or not self._overlays_shown:
            return None
        self._at = at
        self._look()
        region = self._hover.region
        if region is not None and not pointer.modifiers:
            return RegionClick(at, pointer, self._tool, lambda: self.region_clicked.emit(region))
        return ToolDrag(self._tool, pointer)

    def _window_drag(self, at: QPointF, pointer: PointerEvent, where: QPoint) -> Gesture | None:
        if self._film is None or self._window is None:
            return None
        return WindowDrag(
            at,
            self._window,
            default_window(self._film),
            up_is_lower=self._rises,
            show=self.set_window,
            click=lambda: self.context_menu_requested.emit(pointer.x, pointer.y, where),
        )

    def _end_gesture(self) -> None:
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.cancel()

    def _zoom_to_what_is_at(self, pointer: PointerEvent) -> None:
        session = self._session
        if session is None:
            return
        hit = session.index.hit(pointer.x, pointer.y, pointer.scale, selection=session.selection)
        shape = None if hit is None else session.annotation.shape(hit.key)
        if shape is not None:
            session.select({shape.key})
            self.zoom_to_region(shape)

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
            offers = self._tool_id == _SELECT
            hover = hover_at(pointer, self._session, self._tool, self._scene, offers=offers)
        before, self._hover = self._hover, hover
        if hover.region is not before.region:
            self.hovered_region_changed.emit(hover.region)

    def _pointer(self, event: QMouseEvent, clicks: int = 1) -> PointerEvent:
        x, y = self.widget_to_image(event.position())
        return PointerEvent(
            x,
            y,
            BUTTONS.get(event.button()),
            modifiers_of(event.modifiers()),
            self.zoom / self._ratio,
            clicks,
        )

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the cursor."""
        self._at = None
        self._look()
        if self._tool is not None and self._gesture is None:
            self._tool.leave()
        self.pointer_moved.emit(0.0, 0.0, 0, False)
        self._refresh()
        super().leaveEvent(event)

    # Keys ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Held keys, and what the tool has a use for; everything else goes on to the window."""
        self._hold(event, modifier_key(event.key()), down=True)
        name = key_name(event.key(), event.modifiers())
        if not self._held.press(event) and (name is None or not self.send_key(name)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a held key."""
        self._hold(event, modifier_key(event.key()), down=False)
        if not self._held.release(event):
            super().keyReleaseEvent(event)

    def _hold(self, event: QKeyEvent, modifier: Modifier | None, *, down: bool) -> None:
        """Show at once what a modifier makes of the tool."""
        if modifier is not None:
            # Whether the event counts its own key among the modifiers differs by platform.
            others = modifiers_of(event.modifiers()) - {modifier}
            self._point(others | {modifier} if down else others)
            self._refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End held keys and drags: their release goes elsewhere."""
        self._held.release_all()
        self._end_gesture()
        self._refresh()
        super().focusOutEvent(event)

    def _set_panning(self, pans: bool) -> None:
        self._pans = pans
        self._look()
        self._show_cursor()
