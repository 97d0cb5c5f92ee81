"""Triage: goes through the differences between person and model, one key a decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import Difference, Kind
from opacity_studio.domain.wording import tr
from opacity_studio.gui.commands import PROGRAM
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.triage.live_differences import LiveDifferences
from opacity_studio.gui.triage.triage_panel import TriagePanel
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.triaging import model_taken, persons_kept

_AROUND: Final = 0.3
"""Share of the view left free on each side of a difference: it is judged by what is around it."""

_ACTIONS: Final = ("triage.next", "triage.previous", "triage.take", "triage.keep")


class Triage(QObject):
    """Shows the list, goes through it, and does what a person decides.

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
        self._current: Difference | None = None
        self._live = LiveDifferences(session, self)
        self._live.changed.connect(self._found_anew)

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
            "triage.next": lambda: self._live.when_fresh(lambda: self._step(1)),
            "triage.previous": lambda: self._live.when_fresh(lambda: self._step(-1)),
            "triage.take": lambda: self._live.when_fresh(self._take),
            # While the name is asked for, the film may change: fresh once it is known.
            "triage.keep": lambda: self._know_reader(lambda: self._live.when_fresh(self._keep)),
        }

    def close(self) -> None:
        """Compare no more."""
        self._live.close()

    @property
    def is_busy(self) -> bool:
        """True while a list is due or being made."""
        return self._live.is_busy

    def give_way(self) -> None:
        """Compare later, where it would slow what the hands do now."""
        self._live.give_way()

    # The list -----------------------------------------------------------------------------

    def _found_anew(self) -> None:
        before = self._current
        if before is not None:
            listed = self._differences
            self._look_at(next((one for one in listed if before.is_of_same_region(one)), None))
        self._show()

    @property
    def _differences(self) -> tuple[Difference, ...]:
        """Those on the list: settled ones only where the person wants to see them."""
        everything = self._panel is not None and self._panel.shows_settled
        return tuple(one for one in self._live.all if everything or not one.is_settled)

    def _show(self) -> None:
        if self._panel is None:
            return
        settled = sum(one.is_settled for one in self._live.all)
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
        if self._live.all:
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
        self._live.when_fresh(self._begin)

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
        name = tr("Keep the outline")
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

        self._live.when_fresh(look)
