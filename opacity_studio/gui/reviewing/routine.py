"""The way of a film: marked, approved or returned, skipped, unlocked; then on to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.wording import tr
from opacity_studio.files.worklist import Worklist
from opacity_studio.gui.commands import PROGRAM
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.message_bar import Choice, Message
from opacity_studio.gui.reviewing.return_bar import ReturnBar
from opacity_studio.review import marking
from opacity_studio.review.session import ReviewSession

TOPIC = "mark"
"""Of the messages about marking: they hold until the outlines change or the film is left."""


class Routine:
    """What the keys of the routine do; the reader's role decides what Enter means.

    Parameters
    ----------
    say
        Shows one line where the hints stand, until the next hint.
    tell
        Shows a message over the film.
    is_told
        Whether a message is the one in view.
    know_reader
        Calls what it is given once the reader's name is known; asks for it the first time.
    offer_key
        Offered "Return" before anything else; tells whether it was used: a bar over the film
        that shows something not yet accepted.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        view: FilmView,
        return_bar: ReturnBar,
        *,
        say: Callable[[str], None],
        tell: Callable[[Message], None],
        is_told: Callable[[Message | None], bool],
        know_reader: Callable[[Callable[[], None]], None],
        offer_key: Callable[[str], bool],
    ) -> None:
        self._session, self._desk, self._view = session, desk, view
        self._return_bar = return_bar
        self._say, self._tell, self._is_told = say, tell, is_told
        self._know_reader, self._offer_key = know_reader, offer_key
        self._about_lungs: Message | None = None
        self._goes_without_lungs = False
        desk.worklist_opened.connect(self._worklist_opened)
        return_bar.answered.connect(self._return)
        return_bar.dropped.connect(view.setFocus)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            "film.done": self.done,
            "film.no-opacity": self.no_opacity,
            "film.return": self.ask_to_return,
            "film.skip": self.skip,
            "film.flag": self.flag,
            "film.unlock": self.unlock,
            "film.next-open": lambda: self._step_to_needed(1),
            "film.previous-open": lambda: self._step_to_needed(-1),
        }

    # Marking ------------------------------------------------------------------------------

    def done(self) -> None:
        """Close the draft if there is one; else vouch for the film in one's role and go on."""
        if self._offer_key("Return") or self._view.send_key("Return"):
            return
        if self._view.is_tool_busy:
            self._say(tr("Close the outline or drop it (Esc) before marking the film."))
        elif not self._session.can_record or self._session.is_locked:
            self._step_to_needed(1)
        elif self._forgot_the_prediction():
            self._ask_about_prediction()
        elif self._is_told(self._about_lungs):
            self._take_lungs_and_vouch()
        elif self._lacks_lungs():
            self._ask_about_lungs()
        else:
            self._know_reader(self._vouch)

    def no_opacity(self) -> None:
        """Mark the film as clear and go on; refused where opacity is outlined."""
        if self._session.can_record:
            self._know_reader(lambda: self._mark(self._session.mark_no_opacity))

    def _vouch(self) -> None:
        is_reviewer = self._session.reader.role == "reviewer"
        self._mark(self._session.approve if is_reviewer else self._annotate)

    def _annotate(self, now: datetime, program: str) -> None:
        self._session.mark_done(now, program)

    def _mark(self, mark: Callable[[datetime, str], str | None]) -> None:
        was_blind = self._session.is_blind
        refused = mark(_now(), PROGRAM)
        if refused is not None:
            self._tell(Message(refused, TOPIC))
        elif was_blind:
            # The second look, with the prediction, is what blind reading is for.
            self._desk.autosave.flush()
            self._say(tr("Marked before the prediction was seen; here it is. {film.done} goes on."))
        else:
            self._go_on()

    def _forgot_the_prediction(self) -> bool:
        session = self._session
        if session.annotation.labelled(OPACITY) or session.annotation.status.is_curated:
            return False
        return bool(session.predicted_regions)

    def _ask_about_prediction(self) -> None:
        """Ask: a prediction only looked at must not become a reader's word by one key."""

        def accept_and_mark() -> None:
            self._session.accept_all()
            self._know_reader(self._vouch)

        self._tell(
            Message(
                tr(
                    "Nothing is outlined as opacity on this film, but the model shows some: "
                    "accept it or mark the film as clear."
                ),
                TOPIC,
                (
                    Choice(tr("Accept all and mark"), "accept-and-mark", accept_and_mark),
                    Choice(tr("No opacity"), "no-opacity", self.no_opacity),
                ),
            )
        )

    def _lacks_lungs(self) -> bool:
        """Whether regions would be kept without the lungs they are a percentage of."""
        session, record = self._session, self._session.annotation.review
        if self._goes_without_lungs or session.is_blind:
            return False
        if record is not None and any(e.is_vouching and not e.blind for e in record.events):
            # Somebody who saw the predicted lungs went without.
            return False
        return bool(session.annotation.labelled(OPACITY) and session.predicted_lungs)

    def _ask_about_lungs(self) -> None:
        """Ask: taking one region after the other along leaves the lungs behind."""
        self._about_lungs = Message(
            tr("No lungs are outlined, so the film has no percentage later on."),
            TOPIC,
            (
                Choice(tr("Take the model's lungs"), "take-lungs", self._take_lungs_and_vouch),
                Choice(
                    tr("Without lungs"),
                    "without-lungs",
                    self._vouch_without_lungs,
                    tr("Mark it as it is; not asked again in this worklist"),
                ),
            ),
        )
        self._tell(self._about_lungs)
        self._say(tr("{film.done} once more takes the model's lungs along."))

    def _take_lungs_and_vouch(self) -> None:
        self._session.accept_lungs()
        self._know_reader(self._vouch)

    def _vouch_without_lungs(self) -> None:
        self._goes_without_lungs = True
        self._know_reader(self._vouch)

    def _worklist_opened(self, _worklist: Worklist) -> None:
        self._goes_without_lungs = False

    # Returning, unlocking -----------------------------------------------------------------

    def ask_to_return(self) -> None:
        """Ask for the reason; said at once where the film cannot be returned."""
        refused = marking.why_not(self._session.annotation, "returned", self._session.reader)
        if refused is not None:
            self._tell(Message(refused, TOPIC))
        elif self._session.can_record:
            self._know_reader(self._return_bar.ask)

    def _return(self, reason: str) -> None:
        self._view.setFocus()
        refused = self._session.return_film(reason, _now(), PROGRAM)
        if refused is None:
            self._go_on()
        else:
            self._tell(Message(refused, TOPIC))

    def unlock(self) -> None:
        """Let an approved film be changed."""
        self._know_reader(self._unlock)

    def _unlock(self) -> None:
        refused = self._session.unlock(_now(), PROGRAM)
        if refused is None:
            self._say(tr("Unlocked: {film.done} approves the film again."))
        else:
            self._tell(Message(refused, TOPIC))

    # Passing over -------------------------------------------------------------------------

    def skip(self) -> None:
        """Leave the film for later, with a note of it, and go on."""

        def note_and_go() -> None:
            self._session.skip(_now(), PROGRAM)
            self._go_on()

        if self._session.can_record and not self._session.is_locked:
            self._know_reader(note_and_go)
        else:
            self._step_to_needed(1)

    def flag(self) -> None:
        """Flag the film, or take the flag away."""

        def turn() -> None:
            record = self._session.annotation.review
            flags = record is None or not record.is_flagged
            self._session.flag(flags, _now(), PROGRAM)
            self._say(tr("Flagged.") if flags else tr("Flag taken away."))

        if self._session.can_record:
            self._know_reader(turn)

    # On -----------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if not self._desk.go_on():
            self._desk.autosave.flush()
            self._say(
                tr("No other film of this list waits for a review.")
                if self._session.reader.role == "reviewer"
                else tr("Every film of this list is marked.")
            )

    def _step_to_needed(self, by: int) -> None:
        if not self._desk.step_to_needed(by):
            self._say(tr("No other film of this list needs you."))


def _now() -> datetime:
    return datetime.now().astimezone()
