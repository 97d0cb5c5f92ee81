"""How long a film is really read: time without the reader does not count."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

IDLE_AFTER: Final = 60.0
"""Seconds without key, mouse or wheel from which on nobody is taken to be reading."""


class ReadingClock:
    """Counts the seconds in which somebody works at the film.

    Every sign of the reader counts the time since the one before, but no more than `idle_after`
    of it: whoever looks at a film without touching anything for longer has left. It stands still
    from `pause` (the window lost the focus) until the next sign.

    Parameters
    ----------
    idle_after
        In seconds.
    now
        A clock that never goes backward, in seconds.
    """

    def __init__(
        self, idle_after: float = IDLE_AFTER, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle_after = idle_after
        self._now = now
        self._counted = 0.0
        self._last_sign: float | None = None

    def activity(self) -> None:
        """Note a sign of the reader: a key, a movement, a turn of the wheel, a film opened."""
        self._counted = self.seconds()
        self._last_sign = self._now()

    def pause(self) -> None:
        """Stand still until the next sign."""
        self._counted = self.seconds()
        self._last_sign = None

    def seconds(self) -> float:
        """Return the active time since the clock was made, in seconds; it never goes back."""
        if self._last_sign is None:
            return self._counted
        return self._counted + min(max(self._now() - self._last_sign, 0.0), self._idle_after)
