"""Work on many outlines, away from the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from opacity_studio.domain.wording import tr
from opacity_studio.gui.background import Background

_log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 3000
"""Vertices that are worked on at once: it takes less than a frame or two."""

_PATIENCE_MS: Final = 500


class Aside(QObject):
    """Works something out on another thread, unless it is little; tells of it if it takes long.

    One thing at a time: what is asked for later takes the place of what is under way.

    Parameters
    ----------
    say
        Shows one line where the hints stand.
    """

    def __init__(self, say: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._say = say
        self._background = Background(1, self)
        self._ticket = 0
        self._what = ""
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_PATIENCE_MS)
        self._slow.timeout.connect(self._tell)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._background.is_busy

    def work(
        self, what: str, vertices: int, outcome: Callable[[], Any], done: Callable[[Any], None]
    ) -> None:
        """Call `done` with what `outcome` comes to.

        Parameters
        ----------
        what
            Said where it takes long: "Uniting 300 shapes".
        vertices
            How many it is about; few are worked on at once.
        outcome
            Pure; called on another thread.
        done
            Called on this one.
        """
        self.drop()
        if vertices <= MOST_AT_ONCE:
            done(outcome())
            return
        self._what = what
        self._slow.start()

        def finished(result: Any) -> None:  # noqa: ANN401 - whatever `outcome` returns
            self._slow.stop()
            self._ticket = 0
            done(result)

        self._ticket = self._background.start(outcome, finished, self._failed)

    def drop(self) -> bool:
        """Wait for nothing any more; returns whether something was under way."""
        self._slow.stop()
        self._background.cancel(self._ticket)
        under_way, self._ticket = self._ticket != 0, 0
        return under_way

    def take_key(self, name: str) -> bool:
        """Take "Escape" while something is under way."""
        if name != "Escape" or not self.drop():
            return False
        self._say(tr("Dropped: the outlines are as they were."))
        return True

    def close(self) -> None:
        """Drop what is under way and end."""
        self.drop()
        self._background.close()

    def _tell(self) -> None:
        self._say(tr("{what} … · Esc drops it", what=self._what))

    def _failed(self, error: Exception) -> None:
        self._slow.stop()
        self._ticket = 0
        _log.error("work on outlines failed", exc_info=error)
        self._say(tr("This could not be worked out: the outlines are as they were."))
