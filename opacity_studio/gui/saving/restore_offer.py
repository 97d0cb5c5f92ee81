"""Offers the edits that a run before this one could not save; applies nothing unasked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.merge import merge
from opacity_studio.domain.outline_pairs import content_of
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.journal import Journal, UnsavedEdits
from opacity_studio.gui.background import Background
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.frame.message_bar import Choice, Message
from opacity_studio.gui.look.times import time_in_words
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.review.session import ReviewSession

TOPIC = "unsaved"
ELSEWHERE_TOPIC = "unsaved-elsewhere"


class RestoreOffer(QObject):
    """Looks into the journal at the start and whenever a film is opened, and asks.

    Parameters
    ----------
    background
        The one thread on which the journal is used.
    show, settled
        Show a message; take back the message of a topic.
    open_path
        Opens a film.
    """

    def __init__(
        self,
        session: ReviewSession,
        autosave: Autosave,
        journal: Journal,
        background: Background,
        *,
        show: Callable[[Message], None],
        settled: Callable[[str], None],
        open_path: Callable[[Path], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._autosave = autosave
        self._journal = journal
        self._background = background
        self._show = show
        self._settled = settled
        self._open_path = open_path
        self.look_for_others()

    def film_shown(self, opened: OpenedFilm | None) -> None:
        """Look for unsaved edits of the film that has come into view."""
        if opened is None:
            return
        self._settled(TOPIC)
        if opened.file is not None:
            file = opened.file
            self._background.start(
                partial(self._journal.unsaved, file.path), partial(self._found, file), _raise
            )

    def look_for_others(self) -> None:
        """Look for unsaved edits of films that are not in view."""
        self._background.start(lambda: _existing(self._journal), self._found_others, _raise)

    # The film in view ---------------------------------------------------------------------

    def _found(self, file: AnnotationFile, found: Sequence[UnsavedEdits]) -> None:
        now = self._autosave.file
        if now is None or now.path != file.path:
            return
        for edits in found:
            if not _says_the_same(edits.annotation, file.annotation):
                self._offer(edits)
                return
            # Saved, and killed before the journal could take note of it.
            self._discard(edits)

    def _offer(self, edits: UnsavedEdits) -> None:
        name = edits.path.name if edits.film is None else edits.film.name
        self._settled(ELSEWHERE_TOPIC)
        self._show(
            Message(
                tr(
                    "Edits of {film} from {time} were not saved when the program ended.",
                    film=name,
                    time=time_in_words(edits.time, datetime.now(edits.time.tzinfo)),
                ),
                TOPIC,
                (
                    Choice(
                        tr("Restore unsaved edits"),
                        "restore",
                        lambda: self._restore(edits),
                        tr("Put them into the film, as one step that can be undone"),
                    ),
                    Choice(
                        tr("Discard"),
                        "discard",
                        lambda: self._answered(edits),
                        tr("Forget them; the film stays as it is"),
                    ),
                ),
            )
        )

    def _restore(self, edits: UnsavedEdits) -> None:
        file, session = self._autosave.file, self._session
        if file is None or file.path != edits.path or not session.can_record:
            return
        # Onto what the film shows now: it may have been edited since, here or elsewhere.
        made = merge(edits.base, session.annotation, edits.annotation)
        session.adopt(tr("Restore unsaved edits"), made.annotation)
        annotation = session.annotation if session.is_modified else None

        def take_over() -> None:
            # In this order: at no moment they are nowhere.
            if annotation is not None:
                self._journal.record(file, annotation)
            self._journal.discard(edits)

        self._background.start(take_over, lambda _: self._go_on(file), _raise)
        self._settled(TOPIC)
        if made.clashes:
            said = tr_count(
                "{count} outline has been changed since, too: both versions are shown.",
                "{count} outlines have been changed since, too: both versions are shown.",
                len(made.clashes),
            )
            self._show(Message(said, TOPIC))

    def _answered(self, edits: UnsavedEdits) -> None:
        self._settled(TOPIC)
        self._discard(edits)
        if self._autosave.file is not None:
            self._go_on(self._autosave.file)

    def _discard(self, edits: UnsavedEdits) -> None:
        self._background.start(partial(self._journal.discard, edits), lambda _: None, _raise)

    def _go_on(self, file: AnnotationFile) -> None:
        """Offer what an earlier run left of this film, or of another one."""

        def found(left: Sequence[UnsavedEdits]) -> None:
            if left:
                self._found(file, left)
            else:
                self.look_for_others()

        self._background.start(partial(self._journal.unsaved, file.path), found, _raise)

    # Other films --------------------------------------------------------------------------

    def _found_others(self, found: Sequence[UnsavedEdits]) -> None:
        here = None if self._autosave.file is None else self._autosave.file.path
        others = {edits.path: edits for edits in reversed(found) if edits.path != here}
        if not others or len(others) < len({edits.path for edits in found}):
            return
        newest = others[next(iter(reversed(others)))]
        film = newest.film or newest.path
        count = len(others)
        when = time_in_words(newest.time, datetime.now(newest.time.tzinfo))
        self._show(
            Message(
                tr_count(
                    "Edits of {film} from {time} were not saved when the program ended.",
                    "Edits of {count} films, the last of them {film}, from {time} were not saved "
                    "when the program ended.",
                    count,
                    film=film.name,
                    time=when,
                ),
                ELSEWHERE_TOPIC,
                (
                    Choice(
                        tr("Open {film}", film=film.name),
                        "open-unsaved",
                        lambda: self._open_path(film),
                        str(film),
                    ),
                ),
            )
        )


def _existing(journal: Journal) -> tuple[UnsavedEdits, ...]:
    return tuple(edits for edits in journal.left_behind() if (edits.film or edits.path).exists())


def _says_the_same(one: Annotation, other: Annotation) -> bool:
    return (
        list(map(content_of, one.shapes)) == list(map(content_of, other.shapes))
        and one.review == other.review
        and dict(one.flags) == dict(other.flags)
    )


def _raise(error: Exception) -> None:
    raise error
