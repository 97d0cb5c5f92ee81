"""Triage: goes through the differences between person and model, one key a decision."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import Difference, Kind, differences_of, settled_outlines
from opacity_studio.domain.wording import tr
from opacity_studio.gui.background import Background
from opacity_studio.gui.commands import PROGRAM
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.triage.triage_panel import TriagePanel
from opacity_studio.review.session import Change, ReviewSession
from opacity_studio.review.triaging import model_taken, persons_kept

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

_AROUND: Final = 0.3
"""Share of the view left free on each side of a difference: it is judged by what is around it."""

_ACTIONS: Final = ("triage.next", "triage.previous", "triage.take", "triage.keep")


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


class Triage(QObject):
    """Keeps the list in step with the film, and does what a person decides.

    The list is made on another thread; a decision taken while it is being made waits for it, so
    that it is never about an outline that is there no more.

    Parameters
    ----------
    know_reader
        Calls what it is given once the reader's name is known.
    say
        Shows one line where the hints stand.
    parent
        Of what needs one.
    """

    def __init__(
        self,
        session: ReviewSession,
        view: FilmView,
        *,
        know_reader: Callable[[Callable[[], None]], None],
        say: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._know_reader = know_reader
        self._say = say
        self._panel: TriagePanel | None = None
        self._bring_forward: Callable[[], None] = lambda: None
        self._actions: Mapping[str, QAction] = {}
        self._shown: _State | None = None
        self._found: tuple[Difference, ...] = ()
        self._current: Difference | None = None
        self._then: Callable[[], None] | None = None
        self._background = Background(1, self)
        self._ticket = 0
        self._under_way: _State | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._compare)
        self._unsubscribe = session.subscribe(self._changed)

    def follow(self, actions: Mapping[str, QAction], side: SidePanel, theme: Theme) -> None:
        """Show the list behind a tab of `side`."""
        self._actions = actions
        self._panel = panel = TriagePanel(actions, theme, side.tabs)
        side.add_tab(panel, tr("Triage"))
        self._bring_forward = partial(side.tabs.setCurrentWidget, panel)
        panel.wanted.connect(self._chosen)
        panel.settled_toggled.connect(self._show)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        if self._panel is not None:
            self._panel.set_theme(theme)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            "triage.show": self._open,
            "triage.next": lambda: self._when_fresh(lambda: self._step(1)),
            "triage.previous": lambda: self._when_fresh(lambda: self._step(-1)),
            "triage.take": lambda: self._when_fresh(self._take),
            # While the name is asked for, the film may change: fresh once it is known.
            "triage.keep": lambda: self._know_reader(lambda: self._when_fresh(self._keep)),
        }

    def close(self) -> None:
        """Compare no more."""
        self._unsubscribe()
        self._timer.stop()
        self._background.close()

    @property
    def is_busy(self) -> bool:
        """True while a list is due or being made."""
        return self._timer.isActive() or self._under_way is not None

    # The list -----------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if "film" in change.what:
            self._background.cancel(self._ticket)
            self._timer.setInterval(REST_MS)
            self._under_way = self._shown = self._current = self._then = None
            self._found = ()
            self._show()
        if change.what & {"film", "annotation", "prediction", "threshold"}:
            self._timer.start(HANDS_REST_MS if self._is_much else REST_MS)

    def give_way(self) -> None:
        """Wait until the hands rest, where there is much to compare and nobody waits for it."""
        if self._timer.isActive() and self._is_much and self._then is None:
            self._timer.start(HANDS_REST_MS)

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
        self._under_way, found = None, compared.differences
        self._timer.setInterval(REST_MS if compared.seconds <= _QUICK else LONG_REST_MS)
        now = self._state()
        if now is None or not state.is_same(now):
            if self._then is not None:
                self._compare()
                return
            self._timer.start()
        self._shown, self._found = state, found
        before = self._current
        if before is not None:
            listed = self._differences
            again = next((one for one in listed if before.is_of_same_region(one)), None)
            self._look_at(again)
        self._show()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _when_fresh(self, do: Callable[[], None]) -> None:
        """Call `do` once the list is of the film as it is now."""
        if self._is_fresh():
            do()
        else:
            self._then = do
            self._timer.stop()
            self._compare()

    @property
    def _differences(self) -> tuple[Difference, ...]:
        """Those on the list: settled ones only where the person wants to see them."""
        everything = self._panel is not None and self._panel.shows_settled
        return tuple(one for one in self._found if everything or not one.is_settled)

    def _show(self) -> None:
        if self._panel is None:
            return
        settled = sum(one.is_settled for one in self._found)
        self._panel.set_empty_text(self._why_empty())
        self._panel.show_differences(self._differences, self._row(), settled=settled)
        can_decide = bool(self._differences) and self._session.is_editable
        for name in _ACTIONS:
            self._actions[name].setEnabled(
                can_decide if name in ("triage.take", "triage.keep") else bool(self._differences)
            )
        self._actions["triage.show"].setEnabled(self._session.radiograph is not None)

    def _why_empty(self) -> str:
        session = self._session
        if session.radiograph is None:
            return ""
        if session.prediction is None:
            return tr("Nothing to compare yet: no prediction of this film is shown.")
        if self._found:
            return tr("Every difference from the model is settled.")
        if not session.model_regions and not session.annotation.labelled(OPACITY):
            return tr("You and the model agree: neither shows opacity.")
        return tr("You and the model agree.")

    def _row(self) -> int | None:
        listed = self._differences
        return listed.index(self._current) if self._current in listed else None

    # Going through ------------------------------------------------------------------------

    def _open(self) -> None:
        self._bring_forward()
        self._when_fresh(self._begin)

    def _begin(self) -> None:
        if self._current is None and self._differences:
            self._go_to(0)

    def _chosen(self, row: int) -> None:
        if row < len(self._differences):
            self._go_to(row)

    def _step(self, by: int) -> None:
        if not self._differences:
            self._say(self._why_empty())
            return
        self._bring_forward()
        row = self._row()
        if row is None:
            self._go_to(0 if by > 0 else len(self._differences) - 1)
            return
        self._go_to((row + by) % len(self._differences))

    def _go_to(self, row: int) -> None:
        """Look at the difference in `row`: zoom there and bring out both sides."""
        if self._view.is_tool_busy:
            self._say(tr("Close the outline or drop it (Esc) before looking at a difference."))
            return
        difference = self._differences[row]
        # What is selected shows its vertices, and nobody could see what is to be judged.
        self._session.select(())
        self._look_at(difference)
        self._view.zoom_to_shapes(difference.shapes, margin=_AROUND)
        if self._panel is not None:
            self._panel.show_current(row)

    def _look_at(self, difference: Difference | None) -> None:
        self._current = difference
        if difference is None:
            self._view.set_focused((), ())
        else:
            self._view.set_focused(difference.model, (shape.key for shape in difference.person))

    # Deciding -----------------------------------------------------------------------------

    def _take(self) -> None:
        """Put the model's outlines in place of the person's, and go on."""
        difference = self._looked_at()
        if difference is None:
            return
        if any(shape.key in self._session.locked for shape in difference.person):
            self._say(tr("Your outline is locked: unlock it before taking the model's."))
            return
        name = {
            Kind.EXTRA: tr("Take the model's: remove opacity"),
            Kind.MISSED: tr("Take the model's: add opacity"),
            Kind.DIFFERENT: tr("Take the model's outline"),
        }[difference.kind]
        if self._session.commit(name, model_taken(self._session.annotation, difference)):
            self._say(name)
            self._go_on(difference)

    def _keep(self) -> None:
        """Record that the person's outlines stand, and go on."""
        difference = self._looked_at()
        if difference is None:
            return
        if difference.is_settled:
            self._step(1)
            return
        session, prediction = self._session, self._session.prediction
        new = persons_kept(
            session.annotation,
            difference,
            session.reader,
            datetime.now().astimezone(),
            program=PROGRAM,
            model=None if prediction is None else prediction.model,
            threshold=None if prediction is None else session.threshold,
        )
        name = tr("Keep your outline")
        refused: tuple[Shape, ...] = ()
        if difference.kind is Kind.MISSED:
            name, refused = tr("Leave the model's region out"), difference.model
        if session.take_regions(name, refused, new):
            self._say(name)
            self._go_on(difference)

    def _looked_at(self) -> Difference | None:
        """Return the difference to decide on; one that was not looked at is looked at first."""
        if not self._session.is_editable:
            self._say(self._session.blocked_reason or tr("This film cannot be changed."))
            return None
        if self._current is None and self._differences:
            self._bring_forward()
            self._go_to(0)
            return None
        if self._current is None:
            self._say(self._why_empty())
        return self._current

    def _go_on(self, decided: Difference) -> None:
        """Look at the difference that takes the place of the one decided, if any is left."""
        row = self._differences.index(decided)
        self._look_at(None)

        def look() -> None:
            listed = [one for one in self._differences if not one.is_settled]
            if listed:
                self._go_to(min(row, len(listed) - 1))

        self._when_fresh(look)
