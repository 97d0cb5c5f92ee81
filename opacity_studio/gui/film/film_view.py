"""The film view: a review session's film, and the mouse and keys that work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.display import default_window
from opacity_studio.domain.wording import tr
from opacity_studio.gui.canvas.gestures import Gesture, Pan, RegionClick, ToolDrag, WindowDrag
from opacity_studio.gui.canvas.held_keys import HeldKeys
from opacity_studio.gui.canvas.input_names import (
    BUTTONS,
    key_name,
    modifier_key,
    modifiers_of,
    wheel_notches,
)
from opacity_studio.gui.canvas.session_surface import SELECT, SessionSurface
from opacity_studio.review.pointer import PointerEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent

    from opacity_studio.review.pointer import Modifier


class FilmView(SessionSurface):
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
    context_menu_requested(x, y, where)
        Right click on image point (x, y); `where` is the global position for a menu.
    """

    pointer_moved = Signal(float, float, int, bool)
    region_clicked = Signal(object)
    context_menu_requested = Signal(float, float, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_view")
        self.setAccessibleName(tr("Film"))
        self.setAccessibleDescription(tr("The film, with the prediction and the outlines over it"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._gesture_button = Qt.MouseButton.NoButton
        self._held = HeldKeys({})

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
        if self._tool_id == SELECT:
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

    def _zoom_to_what_is_at(self, pointer: PointerEvent) -> None:
        session = self._session
        if session is None:
            return
        hit = session.index.hit(pointer.x, pointer.y, pointer.scale, selection=session.selection)
        shape = None if hit is None else session.annotation.shape(hit.key)
        if shape is not None:
            session.select({shape.key})
            self.zoom_to_region(shape)

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

    def set_held_keys(self, keys: Mapping[str, Qt.Key]) -> None:
        """Take the keys, by action, that work while they are held."""
        does = {
            "view.pan": self._set_panning,
            "view.hide-overlays": self.set_all_overlays_hidden,
            "view.magnify": self.set_magnifying,
        }
        self._held.release_all()
        self._held = HeldKeys({key: does[name] for name, key in keys.items()})

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
