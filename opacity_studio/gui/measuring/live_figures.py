"""The figures of what is drawn, while it is drawn: never in the way of the mouse."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.gui.background import Background
from opacity_studio.gui.measuring.figures import Figures, figures_of
from opacity_studio.review.session import ReviewSession

FRAME_MS: Final = 16
"""Figures follow the mouse at most once a frame: several moves arrive within one."""

_QUICK: Final = 0.004
"""Seconds of a frame that measuring may take; what takes longer is measured aside."""

_FEW: Final = 40
"""Outlines that may be measured at once before it is known how long they take."""


class LiveFigures(QObject):
    """Measures the film in view again when it is told to.

    A film with four outlines is measured within a frame, so that the percentage follows the
    mouse. Hundreds of outlines that overlap take a tenth of a second: those are measured on
    another thread, one state after the other, and the figures follow as they come.

    Signals
    -------
    measured(figures, committed)
        `Figures`, and whether they are those of the annotation as committed rather than of
        something being dragged.
    """

    measured = Signal(object, bool)

    def __init__(self, session: ReviewSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._seconds = 0.0
        self._under_way: Annotation | None = None
        self._ticket = 0
        self._is_due = False
        self._background = Background(1, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._measure)

    def ask(self) -> None:
        """Measure within this frame, or as soon as may be."""
        self._is_due = True
        if not self._timer.isActive():
            self._timer.start()

    def begin(self) -> None:
        """Measure another film; what is under way belongs to the last one."""
        self._background.cancel(self._ticket)
        self._under_way, self._seconds = None, 0.0
        if self._is_quick:
            self._measure_now()
        else:
            self.ask()

    def _measure_now(self) -> None:
        self._timer.stop()
        self._background.cancel(self._ticket)
        self._under_way, self._is_due = None, False
        work = figures_of(self._session)
        figures, self._seconds = _timed(work)
        self._tell(figures, self._session.shown_annotation)

    def settle(self) -> None:
        """Measure now where figures are still due or under way."""
        if self._is_due or self._under_way is not None:
            self._measure_now()

    def close(self) -> None:
        """Measure no more."""
        self._timer.stop()
        self._background.close()

    @property
    def _is_quick(self) -> bool:
        return self._seconds <= _QUICK and len(self._session.shown_annotation.shapes) <= _FEW

    def _measure(self) -> None:
        if self._under_way is not None:
            return
        if self._is_quick:
            self._measure_now()
            return
        self._is_due = False
        annotation = self._under_way = self._session.shown_annotation
        work = figures_of(self._session)

        def failed(error: Exception) -> None:
            self._under_way = None
            raise error

        self._ticket = self._background.start(
            lambda: _timed(work), lambda done: self._take(done, annotation), failed
        )

    def _take(self, done: tuple[Figures, float], annotation: Annotation) -> None:
        self._under_way = None
        figures, self._seconds = done
        self._tell(figures, annotation)
        if self._is_due:
            self._timer.start()

    def _tell(self, figures: Figures, annotation: Annotation) -> None:
        self.measured.emit(figures, annotation is self._session.annotation)


def _timed(work: Callable[[], Figures]) -> tuple[Figures, float]:
    # The thread's own time: that others had to wait does not make it long.
    start = time.thread_time()
    figures = work()
    return figures, time.thread_time() - start
