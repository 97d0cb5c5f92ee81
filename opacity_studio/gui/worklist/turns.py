"""Many small changes on the window's thread, a few milliseconds at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

from PySide6.QtCore import QObject, QTimer

TURN_SECONDS: Final = 0.008
"""How long the window's thread works before it looks at the person again."""


class Turns:
    """Goes through changes in turns, and tells after each which rows they changed."""

    def __init__(self, changed: Callable[[Sequence[int]], None], parent: QObject) -> None:
        self._changed = changed
        self._left: Iterator[int] = iter(())
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def take(self, changes: Iterator[int]) -> None:
        """Make `changes`, behind those that wait; each row asked for is one made."""
        self._left = chain(self._left, changes)
        self._turn()

    def forget(self) -> None:
        """Make no more changes."""
        self._timer.stop()
        self._left = iter(())

    def _turn(self) -> None:
        # This thread's own time: what others take of a busy machine's must not make it slower.
        end, rows = time.thread_time() + TURN_SECONDS, []
        for row in self._left:
            rows.append(row)
            if time.thread_time() > end:
                self._timer.start()
                break
        self._changed(rows)
