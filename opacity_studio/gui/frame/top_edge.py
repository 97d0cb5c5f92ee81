"""Slim bars over the top edge of the film: one below the other, and the film never moves."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_LEAST: Final = 40
"""Height of a bar in logical pixels at least: so that one in place of another moves nothing."""

_MOVING: Final = frozenset(
    # Neither "Show" nor "Resize": a bar that is given another size at that moment keeps what is
    # in it as it was.
    {QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest}
)


class TopEdge(QObject):
    """Gives bars, all children of `parent`, its full width, and each the place below the last.

    Parameters
    ----------
    lowest
        The bar that stands below all others.
    """

    def __init__(self, parent: QWidget, *, lowest: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._bars = [lowest]
        self._is_placing = False
        lowest.setProperty("film-bar", True)
        for watched in (parent, lowest):
            watched.installEventFilter(self)

    def add(self, *bars: QWidget) -> None:
        """Let `bars` stand below those that were added before, as long as they are shown."""
        for bar in bars:
            self._bars.insert(-1, bar)
            bar.setProperty("film-bar", True)
            bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep every bar in its place."""
        moving = {QEvent.Type.Resize} if watched is self._room else _MOVING
        if event.type() in moving and not self._is_placing:
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Put the bars that are shown in their places, in front of everything else."""
        self._is_placing = True
        width, top = self._room.width(), 0
        for bar in self._bars:
            if not bar.isHidden():
                bar.setGeometry(0, top, width, max(_wanted_height(bar, width), _LEAST))
                bar.raise_()
                top += bar.height()
        self._is_placing = False


def _wanted_height(bar: QWidget, width: int) -> int:
    """Return the height at which everything in `bar` is read, its text wrapped."""
    layout = bar.layout()
    if layout is None or not layout.hasHeightForWidth():
        return bar.sizeHint().height()
    return layout.totalHeightForWidth(width)
