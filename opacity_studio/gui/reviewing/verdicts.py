"""Brings the reviewer's answer before the annotator, when the film comes into view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject

from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.files.version_history import shapes_then
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.reviewing.changes_view import ChangesView
from opacity_studio.gui.reviewing.verdict import Verdict, outlines_wanted, verdict_on
from opacity_studio.gui.reviewing.verdict_bar import VerdictBar
from opacity_studio.review.session import Change, ReviewSession


class Verdicts(QObject):
    """Shows bar and changes to annotators; Escape or the next edit takes the changes away.

    Parameters
    ----------
    say
        Shows one line where the hints stand.
    show_prediction
        Shows or hides the prediction, as its switch says; it gives way to the changes.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        view: FilmView,
        bar: VerdictBar,
        *,
        say: Callable[[str], None],
        show_prediction: Callable[[], None],
    ) -> None:
        super().__init__(view)
        self._session, self._view, self._bar = session, view, bar
        self._say, self._show_prediction = say, show_prediction
        self._desk = desk
        self._background = Background(1, self)
        self._then: dict[str, tuple[Shape, ...] | None] = {}
        self.changes = ChangesView(view)
        self._verdict: Verdict | None = None
        desk.film_shown.connect(self._film_shown)
        desk.film_failed.connect(lambda _film: self._leave())
        bar.changes_wanted.connect(self._show_changes)
        bar.dismissed.connect(self._dismiss)
        self._unsubscribe = session.subscribe(self._changed)

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()
        self._background.close()

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {"film.changes": self._look_again}

    def take_key(self, name: str) -> bool:
        """Take the changes away by Escape, then the bar; return whether there was any."""
        if name != "Escape" or self._verdict is None:
            return False
        if self.changes.is_shown:
            self._show_changes(on=False)
            return True
        if self._bar.isVisible():
            self._dismiss()
            return True
        return False

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is not None:
            self.look()

    def look(self) -> None:
        """Show the reviewer's answer on the film in view, if there is one for this reader."""
        self._leave()
        session = self._session
        if session.radiograph is None or session.reader.role != "annotator":
            return
        then = self._then.get(outlines_wanted(session.annotation) or "")
        self._verdict = verdict = verdict_on(session.annotation, then)
        if verdict is not None:
            self._bar.tell(verdict, datetime.now().astimezone())
            self._show_changes(on=bool(verdict.changes))
        self._look_for_outlines()

    def _look_for_outlines(self) -> None:
        """Look through the file's earlier versions for what the reviewer left."""
        wanted, file = outlines_wanted(self._session.annotation), self._desk.autosave.file
        if wanted is None or wanted in self._then or file is None:
            return
        path = file.path

        def found(shapes: tuple[Shape, ...] | None) -> None:
            self._then[wanted] = shapes
            if shapes is not None and outlines_wanted(self._session.annotation) == wanted:
                self.look()

        self._background.start(lambda: shapes_then(path, wanted), found, lambda _error: None)

    def _look_again(self) -> None:
        self.look()
        if self._verdict is None:
            self._say(tr("The reviewer changed nothing on this film and said nothing about it."))

    def _show_changes(self, on: bool) -> None:
        verdict = self._verdict
        on = on and verdict is not None and bool(verdict.changes)
        self._bar.show_switched(on=on)
        if on and verdict is not None:
            self._view.set_prediction_visible(False)
            self.changes.show_changes(
                verdict.changes,
                unchanged=tr("in both"),
                added=tr("added"),
                removed=tr("taken away"),
            )
        else:
            self._hide_changes()
        self._view.setFocus()

    def _hide_changes(self) -> None:
        if self.changes.is_shown:
            self.changes.hide_changes()
            self._show_prediction()

    def _dismiss(self) -> None:
        self._leave()
        self._view.setFocus()

    def _leave(self) -> None:
        self._verdict = None
        self._bar.hide()
        self._bar.show_switched(on=False)
        self._hide_changes()

    def _changed(self, change: Change) -> None:
        edited = change.what & {"annotation", "preview"} and "film" not in change.what
        verdict = self._verdict
        loses = edited and verdict is not None and not verdict.is_lost
        if loses and self._session.annotation.lost_approval:
            # By another program: the answer is another one now.
            self.look()
            return
        if edited and change.shapes and self.changes.is_shown:
            self._show_changes(on=False)
