"""What a held mouse button does: pan, window, click a proposal, or work the tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from opacity_studio.domain.radiograph import Window

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from opacity_studio.gui.canvas.view_transform import ViewTransform
    from opacity_studio.review.pointer import PointerEvent
    from opacity_studio.review.tools import Tool

CLICK_REACH: Final = 3.0
"""Logical pixels the mouse may move within a click."""

_WINDOW_TRAVEL: Final = 600.0
"""Logical pixels of mouse travel that change a window by its whole range."""


class Gesture:
    """From the press of a button to its release; positions in logical pixels of the view."""

    def move(self, at: QPointF, event: PointerEvent) -> None:
        """Take a move of the mouse."""

    def release(self, at: QPointF, event: PointerEvent) -> None:
        """Take the release of the button."""

    def cancel(self) -> None:
        """End without a release: the focus went, or the film did."""


class Pan(Gesture):
    """Drag the film.

    Parameters
    ----------
    start
        Where the button was pressed.
    transform
        The view at that moment.
    ratio
        Device pixels per logical pixel.
    show
        Takes the new transform.
    """

    def __init__(
        self,
        start: QPointF,
        transform: ViewTransform,
        ratio: float,
        show: Callable[[ViewTransform], None],
    ) -> None:
        self._start, self._transform, self._ratio, self._show = start, transform, ratio, show

    def move(self, at: QPointF, _event: PointerEvent) -> None:
        """Show the film moved by the distance dragged, on whole device pixels."""
        by = (at - self._start) * self._ratio
        self._show(self._transform.moved(round(by.x()), round(by.y())))


class WindowDrag(Gesture):
    """Drag the window: horizontally its width, vertically its centre; a click opens the menu.

    Up is brighter, whatever the polarity; the pace follows the range the film opens with.

    Parameters
    ----------
    start
        Where the button was pressed.
    window, opening
        The window at that moment, and the one the film opens with.
    up_is_lower
        True where a lower centre shows brighter: not on an inverted film.
    show
        Takes the new window.
    click
        Called for a press and release on the spot.
    """

    def __init__(
        self,
        start: QPointF,
        window: Window,
        opening: Window,
        *,
        up_is_lower: bool,
        show: Callable[[Window], None],
        click: Callable[[], None],
    ) -> None:
        self._start, self._window, self._show, self._click = start, window, show, click
        self._pace = max(opening.width, 2.0) / _WINDOW_TRAVEL
        self._sign = 1.0 if up_is_lower else -1.0
        self._moved = False

    def move(self, at: QPointF, _event: PointerEvent) -> None:
        """Show through the window the distance dragged stands for."""
        by = at - self._start
        if not self._moved and by.manhattanLength() <= CLICK_REACH:
            return
        self._moved = True
        width = max(self._window.width + by.x() * self._pace, 1.0)
        centre = self._window.centre + self._sign * by.y() * self._pace
        self._show(Window(centre=centre, width=width))

    def release(self, _at: QPointF, _event: PointerEvent) -> None:
        """Open the menu unless the mouse moved."""
        if not self._moved:
            self._click()


class ToolDrag(Gesture):
    """Hand everything to the tool."""

    def __init__(self, tool: Tool, event: PointerEvent) -> None:
        self._tool = tool
        tool.press(event)

    def move(self, _at: QPointF, event: PointerEvent) -> None:
        """Pass the move on."""
        self._tool.move(replace(event, button="left"))

    def release(self, _at: QPointF, event: PointerEvent) -> None:
        """Pass the release on."""
        self._tool.release(event)

    def cancel(self) -> None:
        """Let the tool put back what it was dragging."""
        self._tool.cancel()


class RegionClick(Gesture):
    """A press on a proposed region: a click means it, a drag belongs to the tool after all.

    Parameters
    ----------
    start
        Where the button was pressed.
    press
        The press, for the tool.
    tool
        The active tool.
    click
        Called for a press and release on the spot.
    """

    def __init__(
        self, start: QPointF, press: PointerEvent, tool: Tool, click: Callable[[], None]
    ) -> None:
        self._start, self._press, self._tool, self._click = start, press, tool, click
        self._drag: ToolDrag | None = None

    def move(self, at: QPointF, event: PointerEvent) -> None:
        """Become the tool's drag once the mouse leaves the spot."""
        if self._drag is None and (at - self._start).manhattanLength() > CLICK_REACH:
            self._drag = ToolDrag(self._tool, self._press)
        if self._drag is not None:
            self._drag.move(at, event)

    def release(self, at: QPointF, event: PointerEvent) -> None:
        """Click, or end the tool's drag."""
        if self._drag is not None:
            self._drag.release(at, event)
        else:
            self._click()

    def cancel(self) -> None:
        """Drop the click, or the tool's drag."""
        if self._drag is not None:
            self._drag.cancel()
