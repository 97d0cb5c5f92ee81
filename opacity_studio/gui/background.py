"""Work away from the window's thread: results come back to it, or not at all once it is closed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

_log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long a worker may hold the interpreter while the window's thread wants it."""


class Background(QObject):
    """A few worker threads and one way back.

    `start` may only be called, and calls back only, on the thread that made this object. What a
    callback belongs to (a film that has been left meanwhile) is for the caller to remember: each
    task has a ticket, and a cancelled ticket is never called back.

    Parameters
    ----------
    threads
        How many tasks may run at once.
    """

    _finished = Signal(int, object, object)

    def __init__(self, threads: int = 1, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The window's thread asks for the interpreter with every row it paints; waiting 5 ms for
        # it each time, as is usual, would be seen while a worker reads.
        sys.setswitchinterval(SWITCH_SECONDS)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        # A thread that had to start anew for each film would cost more than the film's header.
        self._pool.setExpiryTimeout(-1)
        self._next_ticket = 0
        self._waiting: dict[int, tuple[Callable[[Any], None], Callable[[Exception], None]]] = {}
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._closed = False

    def start(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        *,
        priority: int = 0,
    ) -> int:
        """Run `work` on a worker thread, then `done` with its result or `failed` with its error.

        Returns
        -------
        int
            The ticket to cancel it with. 0 after `close`: nothing runs any more.
        """
        if self._closed:
            return 0
        self._next_ticket += 1
        ticket = self._next_ticket
        self._waiting[ticket] = (done, failed)
        self._pool.start(_Task(work, ticket, self), priority)
        return ticket

    def cancel(self, ticket: int) -> None:
        """Forget a task: one that has not started will not, one that runs is not called back."""
        self._waiting.pop(ticket, None)

    def is_wanted(self, ticket: int) -> bool:
        """Return True while the result of `ticket` would still be delivered; any thread may ask."""
        return not self._closed and ticket in self._waiting

    @property
    def is_busy(self) -> bool:
        """True while any task is waited for."""
        return bool(self._waiting)

    def close(self) -> None:
        """Drop what waits, let what runs come to its end, call nothing back any more."""
        self._closed = True
        self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone()

    def report(self, ticket: int, result: object, error: Exception | None) -> None:
        """Hand a result over to the window's thread; called by the worker."""
        self._finished.emit(ticket, result, error)

    @Slot(int, object, object)
    def _deliver(self, ticket: int, result: object, error: Exception | None) -> None:
        callbacks = self._waiting.pop(ticket, None)
        if callbacks is None:
            return
        done, failed = callbacks
        if error is None:
            done(result)
        else:
            failed(error)


class Job:
    """Something under way that can be dropped: its work looks now and then, and stops."""

    def __init__(self) -> None:
        self.ticket = 0
        self._dropped = Event()

    def is_dropped(self) -> bool:
        """Return whether nobody waits for it any more; any thread may ask."""
        return self._dropped.is_set()

    def drop(self, background: Background) -> None:
        """Wait for it no more."""
        self._dropped.set()
        background.cancel(self.ticket)


class _Task(QRunnable):
    def __init__(self, work: Callable[[], Any], ticket: int, home: Background) -> None:
        super().__init__()
        self._work = work
        self._ticket = ticket
        self._home = home

    def run(self) -> None:
        if not self._home.is_wanted(self._ticket):
            return
        try:
            result = self._work()
        except Exception as error:  # noqa: BLE001 - it is handed over, not swallowed
            _log.debug("a background task failed", exc_info=True)
            self._home.report(self._ticket, None, error)
        else:
            self._home.report(self._ticket, result, None)
