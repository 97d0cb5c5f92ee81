"""The differences between person and model of the film in view, found anew as it changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import Difference, differences_of, settled_outlines
from opacity_studio.gui.background import Background
from opacity_studio.review.session import Change, ReviewSession

REST_MS: Final = 30
"""Edits and moves of the threshold within this time are compared once."""

LONG_REST_MS: Final = 300
"""The same where comparing takes longer than `_QUICK`: hundreds of outlines wait for a pause."""

_QUICK: Final = 0.02
"""Seconds of work on the other thread, which keeps this one waiting now and then."""

MANY: Final = 60
"""Outlines from which on comparing takes long enough to slow what the hands do meanwhile."""

HANDS_REST_MS: Final = 500
"""So long must they rest then."""


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What a list of differences was made from."""

    annotation: Annotation
    regions: tuple[Shape, ...]
    refused: tuple[Shape, ...]
    prediction: Prediction | None
    size: tuple[int, int]

    def is_same(self, other: _State) -> bool:
        return (
            self.annotation is other.annotation
            and self.regions is other.regions
            and self.refused is other.refused
            and self.prediction is other.prediction
        )

    def compared(self) -> _Compared:
        """Return what there is to go through; any thread may call it."""
        # The thread's own time: that others had to wait does not make it long.
        start = time.thread_time()
        if self.prediction is None:
            return _Compared((), 0.0)
        found = differences_of(
            self.annotation,
            self.regions,
            self.prediction,
            width=self.size[0],
            height=self.size[1],
            refused=self.refused,
            kept=settled_outlines(self.annotation.review),
        )
        return _Compared(found, time.thread_time() - start)


@dataclass(frozen=True, slots=True)
class _Compared:
    """The differences, and how long it took to find them, in seconds."""

    differences: tuple[Difference, ...]
    seconds: float


class LiveDifferences(QObject):
    """Keeps the differences in step with the session.

    They are found on another thread; what a person decides meanwhile waits for them, so that it is
    never about an outline that is there no more.
    """

    changed = Signal()
    """They were found anew, or forgotten with the film they were of."""

    def __init__(self, session: ReviewSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: _State | None = None
        self._found: tuple[Difference, ...] = ()
        self._then: Callable[[], None] | None = None
        self._background = Background(1, self)
        self._ticket = 0
        self._under_way: _State | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._compare)
        self._unsubscribe = session.subscribe(self._changed)

    @property
    def all(self) -> tuple[Difference, ...]:
        """Those found last, settled ones too, the weightiest first."""
        return self._found

    @property
    def is_busy(self) -> bool:
        """True while they are due or being found."""
        return self._timer.isActive() or self._under_way is not None

    def when_fresh(self, do: Callable[[], None]) -> None:
        """Call `do` once they are of the film as it is now."""
        if self._is_fresh():
            do()
        else:
            self._then = do
            self._timer.stop()
            self._compare()

    def give_way(self) -> None:
        """Wait until the hands rest, where there is much to compare and nobody waits for it."""
        if self._timer.isActive() and self._is_much and self._then is None:
            self._timer.start(HANDS_REST_MS)

    def close(self) -> None:
        """Compare no more."""
        self._unsubscribe()
        self._timer.stop()
        self._background.close()

    def _changed(self, change: Change) -> None:
        if "film" in change.what:
            self._background.cancel(self._ticket)
            self._timer.setInterval(REST_MS)
            self._under_way = self._shown = self._then = None
            self._found = ()
            self.changed.emit()
        if change.what & {"film", "annotation", "prediction", "threshold"}:
            self._timer.start(HANDS_REST_MS if self._is_much else REST_MS)

    @property
    def _is_much(self) -> bool:
        return len(self._session.annotation.shapes) > MANY

    def _state(self) -> _State | None:
        session, film = self._session, self._session.radiograph
        if film is None:
            return None
        return _State(
            session.annotation,
            session.model_regions,
            session.rejected_regions,
            session.prediction,
            (film.width, film.height),
        )

    def _is_fresh(self) -> bool:
        state = self._state()
        return state is None or (self._shown is not None and self._shown.is_same(state))

    def _compare(self) -> None:
        state = self._state()
        if self._under_way is not None or state is None or self._is_fresh():
            return
        self._under_way = state

        def failed(error: Exception) -> None:
            self._under_way = None
            raise error

        self._ticket = self._background.start(
            state.compared, lambda compared: self._take_in(state, compared), failed
        )

    def _take_in(self, state: _State, compared: _Compared) -> None:
        self._under_way = None
        self._timer.setInterval(REST_MS if compared.seconds <= _QUICK else LONG_REST_MS)
        now = self._state()
        if now is None or not state.is_same(now):
            if self._then is not None:
                self._compare()
                return
            self._timer.start()
        self._shown, self._found = state, compared.differences
        self.changed.emit()
        then, self._then = self._then, None
        if then is not None:
            then()
