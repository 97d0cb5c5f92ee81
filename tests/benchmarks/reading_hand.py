"""A hand that works the real tools of a review session, and what its movements cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from opacity_studio.review.pointer import Modifier, PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools import TOOLS, Tool
from opacity_studio.review.tools.brush import LARGER, SMALLER

CLICK = 1.1
KEY = 0.3
DRAG = 1.1
PIXELS_A_SECOND = 500.0
CHANGE_OF_TOOL = 1.35

Path = npt.NDArray[np.float64]


@dataclass
class Effort:
    """What a hand did; `pixels` is the length of all drags on the screen."""

    clicks: int = 0
    keys: int = 0
    drags: int = 0
    pixels: float = 0.0
    changes_of_tool: int = 0

    @property
    def seconds(self) -> float:
        return (
            CLICK * self.clicks
            + KEY * self.keys
            + DRAG * self.drags
            + self.pixels / PIXELS_A_SECOND
            + CHANGE_OF_TOOL * self.changes_of_tool
        )


class Hand:
    """Drives the tools of one session by pointer events, as the film view does."""

    def __init__(self, session: ReviewSession, scale: float) -> None:
        self.session = session
        self.scale = scale
        self.effort = Effort()
        self.tool_id = "select"
        self._tools = {row.id: row.make for row in TOOLS}
        self.tool: Tool = self._tools["select"](session)

    def take(self, tool_id: str) -> None:
        if tool_id != self.tool_id:
            self.effort.changes_of_tool += 1
            self.tool.cancel()
            self.tool_id, self.tool = tool_id, self._tools[tool_id](self.session)

    def click(self, x: float, y: float, *held: Modifier) -> None:
        self.effort.clicks += 1
        self.effort.keys += len(held)
        self._move([(x, y)], held, pressed=False)
        self.tool.press(self.event(x, y, held, pressed=True))
        self.tool.release(self.event(x, y, held, pressed=True))

    def drag(self, path: Path, *held: Modifier) -> None:
        self.effort.drags += 1
        self.effort.keys += len(held)
        self.effort.pixels += length(path) * self.scale
        self._move(path[:1], held, pressed=False)
        self.tool.press(self.event(*path[0], held, pressed=True))
        self._move(path[1:], held, pressed=True)
        self.tool.release(self.event(*path[-1], held, pressed=True))

    def key(self, name: str) -> None:
        self.effort.keys += 1
        self.tool.key(name)

    def resize_brush(self, steps: int) -> None:
        for _ in range(abs(steps)):
            self.key(LARGER if steps > 0 else SMALLER)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Do something and take it back: the film, the tool in hand and the effort."""
        session, effort, tool_id = self.session, replace(self.effort), self.tool_id
        before = session.annotation
        selection, size, threshold = session.selection, session.brush_size, session.threshold
        try:
            yield
        finally:
            self.tool.cancel()
            while session.annotation is not before:
                session.undo()
            session.set_brush_size(size)
            if session.threshold != threshold:
                session.set_threshold(threshold)
            session.select(selection)
            if tool_id != self.tool_id:
                self.tool_id, self.tool = tool_id, self._tools[tool_id](session)
            self.effort = effort

    def drag_slider(self, pixels: float) -> None:
        """Drag something outside the film: the tool stays as it is."""
        self.effort.drags += 1
        self.effort.pixels += pixels

    def _move(
        self, path: Iterable[Sequence[float]], held: Sequence[Modifier], *, pressed: bool
    ) -> None:
        for x, y in path:
            self.tool.move(self.event(x, y, held, pressed=pressed))

    def event(self, x: float, y: float, held: Sequence[Modifier], *, pressed: bool) -> PointerEvent:
        button = "left" if pressed else None
        return PointerEvent(float(x), float(y), button, frozenset(held), self.scale)


def length(path: Path) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())
