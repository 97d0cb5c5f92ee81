"""What a reader says beside an outline: comments, and the reason of a correction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.labels import display_name
from opacity_studio.domain.review_status import ReviewEvent
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.gui.commands import PROGRAM
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.inline_question import InlineQuestion
from opacity_studio.gui.reviewing.reason_strip import ReasonStrip
from opacity_studio.review.session import ReviewSession


class Remarks:
    """Asks for a comment or a reason over the film, and has it recorded.

    Parameters
    ----------
    say
        Shows one line where the hints stand, until the next hint.
    know_reader
        Calls what it is given once the reader's name is known.
    """

    def __init__(
        self,
        session: ReviewSession,
        view: FilmView,
        question: InlineQuestion,
        strip: ReasonStrip,
        *,
        say: Callable[[str], None],
        know_reader: Callable[[Callable[[], None]], None],
    ) -> None:
        self._session, self._view = session, view
        self._question, self._strip = question, strip
        self._say, self._know_reader = say, know_reader
        self._about: frozenset[int] = frozenset()
        question.answered.connect(self._comment)
        strip.chosen.connect(self._give_reason)
        strip.dropped.connect(view.setFocus)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {"film.comment": self.ask_comment, "shape.reason": self.ask_reason}

    # Comments -----------------------------------------------------------------------------

    def ask_comment(self) -> None:
        """Ask for a comment on the selected regions, or on the film where none is."""
        if not self._session.can_record:
            return
        shapes = self._session.selected_shapes
        self._about = frozenset(shape.key for shape in shapes)
        if not shapes:
            question = tr("Comment on this film:")
        elif len(shapes) == 1:
            question = tr("Comment on {label}:", label=display_name(shapes[0].label))
        else:
            question = tr_count(
                "Comment on {count} region:", "Comment on {count} regions:", len(shapes)
            )
        self._question.word(question, tr("Comment"))
        said = {shape.description or "" for shape in shapes}
        # One who comments anew on a region changes what stands there.
        suggestion = said.pop() if len(said) == 1 else ""
        self._know_reader(lambda: self._question.ask(suggestion))

    def _comment(self, text: str) -> None:
        self._view.setFocus()
        about, self._about = self._about, frozenset()
        if self._session.comment(text, about, _now(), PROGRAM):
            self._say(tr("Comment kept in the record of this film."))

    def comment_on_film(self, text: str, answers: ReviewEvent | None) -> None:
        """Record a comment typed beside the record; `answers` is the one it replies to."""

        def record() -> None:
            self._session.comment(text, (), _now(), PROGRAM, answers=answers)

        self._know_reader(record)

    def go_to_region(self, event: ReviewEvent | None) -> None:
        """Select the region `event` speaks of, if it does, and bring it into view."""
        if event is None or event.outline is None:
            return
        shapes = self._session.annotation.shapes
        shape = next((s for s in shapes if s.outline_digest == event.outline), None)
        if shape is None and event.comment:
            # Its outline has changed since: the comment still stands on it.
            shape = next((s for s in shapes if s.description == event.comment), None)
        if shape is None:
            self._say(tr("That region is no longer on this film as it was then."))
            return
        self._session.select((shape.key,))
        self._view.zoom_to_region(shape)
        # What is done next is done to the film.
        self._view.setFocus()

    # Reasons ------------------------------------------------------------------------------

    def ask_reason(self) -> None:
        """Wait for the digit of the reason why something was corrected."""
        session = self._session
        gone, corrected = session.taken_away, session.corrected
        if gone:
            question = tr_count(
                "Why was the region taken away?", "Why were {count} regions taken away?", len(gone)
            )
        elif corrected and session.selection:
            question = tr_count(
                "Why was the selected region corrected?",
                "Why were the {count} selected regions corrected?",
                len(corrected),
            )
        elif corrected:
            question = tr_count(
                "Why was the region drawn last corrected?",
                "Why were the {count} regions drawn last corrected?",
                len(corrected),
            )
        else:
            self._say(tr("Select the region you corrected, then {shape.reason} and a digit."))
            return
        self._know_reader(lambda: self._strip.ask(question))

    def _give_reason(self, reason: CorrectionReason | None) -> None:
        self._view.setFocus()
        if not self._session.set_reason(reason, _now(), PROGRAM):
            return
        if reason is None:
            self._say(tr("Reason taken back."))
        else:
            self._say(tr("Reason: {reason}.", reason=reason.display_name))


def _now() -> datetime:
    return datetime.now().astimezone()
