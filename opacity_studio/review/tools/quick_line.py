"""A freehand line drawn without leaving the tool in hand."""

from __future__ import annotations

from dataclasses import replace

from opacity_studio.review.pointer import Modifier, PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.freehand import FreehandTool


class QuickLine:
    """With Ctrl a drag draws as the freehand tool does; with Ctrl and Shift it cuts off.

    What is held counts at the press: the hand may let go of the keys while it draws.
    """

    def __init__(self, session: ReviewSession) -> None:
        self._session = session
        self.tool: FreehandTool | None = None
        """What draws; None while no line is being drawn."""

    def is_meant_by(self, press: PointerEvent) -> bool:
        """Whether a drag that began with `press` draws."""
        return "ctrl" in press.modifiers and self._session.is_editable

    def begin(self, press: PointerEvent, now: PointerEvent) -> None:
        """Draw from `press` to where the mouse is now."""
        held: frozenset[Modifier] = frozenset({"ctrl"} if "shift" in press.modifiers else ())
        self.tool = FreehandTool(self._session)
        self.tool.press(replace(press, modifiers=held))
        self.move(now)

    def move(self, event: PointerEvent) -> bool:
        """Draw on; returns whether there is a line."""
        if self.tool is not None:
            self.tool.move(replace(event, modifiers=frozenset()))
        return self.tool is not None

    def release(self, event: PointerEvent) -> bool:
        """Set the line; returns whether there was one."""
        tool, self.tool = self.tool, None
        if tool is not None:
            tool.release(replace(event, modifiers=frozenset()))
        return tool is not None

    def cancel(self) -> None:
        """Drop the line."""
        self.tool = None
