"""Where a film stands, and the events that brought it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal, Self

from opacity_studio.domain.shape import Shape

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

Role = Literal["annotator", "reviewer"]
EventKind = Literal[
    "annotated",
    "no_opacity",
    "approved",
    "returned",
    "unlocked",
    "reopened",
    "commented",
    "skipped",
    "flagged",
    "unflagged",
    "revealed",
    "removed",
    "kept",
    "consensus",
]

_VOUCHING: Final = frozenset[str]({"annotated", "no_opacity", "approved"})


class ReviewStatus(StrEnum):
    """State of a film in the worklist."""

    UNREAD = "unread"
    IN_WORK = "in_work"
    ANNOTATED = "annotated"
    APPROVED = "approved"
    RETURNED = "returned"

    @property
    def is_curated(self) -> bool:
        """True for films a person has vouched for: only these count as training data."""
        return self in (ReviewStatus.ANNOTATED, ReviewStatus.APPROVED)


def needs_me(status: ReviewStatus, role: Role, *, awaits_reviewer: bool = False) -> bool:
    """Whether a film in `status` is for a reader in `role` to work on.

    Parameters
    ----------
    awaits_reviewer
        `Annotation.awaits_reviewer`: a film in work that is the reviewer's to settle.
    """
    if status is ReviewStatus.IN_WORK and awaits_reviewer:
        return role == "reviewer"
    if role == "reviewer":
        return status is ReviewStatus.ANNOTATED
    return status in (ReviewStatus.UNREAD, ReviewStatus.IN_WORK, ReviewStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class Reader:
    """The person at the screen."""

    name: str
    role: Role = "annotator"


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    """One entry of a film's record.

    Attributes
    ----------
    kind
        What happened.
    time
        ISO 8601 with time zone.
    reader, role
        Who, and in which role.
    shapes_digest
        `Annotation.shapes_digest` at that moment: what exactly was vouched for.
    comment
        Free text; of a consensus whose outlines were put together.
    program, model, threshold
        Program version, id of the opacity network whose prediction was in view and the operating
        threshold it was shown at; None where no prediction was shown.
    reason
        Why a film was returned (free text), or why an outline was taken away (a
        `CorrectionReason`'s value).
    outline, label
        `Shape.outline_digest` and label of the one outline the event speaks of; None for an event
        about the film.
    answers
        `time` of the comment that this one replies to.
    seconds
        Active reading time since the event before or since the film was opened.
    blind
        Whether the mark was set before the reader saw a prediction; None where the film was not
        read blind.
    extra
        Keys of the event that this version does not know.
    """

    kind: EventKind
    time: str
    reader: str
    role: Role
    shapes_digest: str
    comment: str = ""
    program: str = ""
    model: str | None = None
    threshold: float | None = None
    reason: str | None = None
    outline: str | None = None
    label: str | None = None
    answers: str | None = None
    seconds: float | None = None
    blind: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def is_vouching(self) -> bool:
        """Whether a reader vouched for the film's outlines with it."""
        return self.kind in _VOUCHING

    @property
    def status_after(self) -> ReviewStatus | None:
        """The film's state once this has happened; None for an event that leaves it alone."""
        if self.kind == "no_opacity":
            by_reviewer = self.role == "reviewer"
            return ReviewStatus.APPROVED if by_reviewer else ReviewStatus.ANNOTATED
        return _STATUS_AFTER.get(self.kind)


_STATUS_AFTER: Final[Mapping[str, ReviewStatus]] = MappingProxyType(
    {
        "annotated": ReviewStatus.ANNOTATED,
        "approved": ReviewStatus.APPROVED,
        "returned": ReviewStatus.RETURNED,
        # Still as the annotator vouched for it: the reviewer's to correct and approve again.
        "unlocked": ReviewStatus.ANNOTATED,
        "reopened": ReviewStatus.IN_WORK,
        "consensus": ReviewStatus.IN_WORK,
    }
)


@dataclass(frozen=True, slots=True)
class KeptOutlines:
    """The outlines one reader left, kept when another reader changes them.

    So that the one can see what the other did, on any machine.

    Attributes
    ----------
    shapes_digest
        Of the event that speaks of these outlines.
    role
        The role of the reader who left them so.
    changed_by, changed_as
        Name and role of the reader who changed them.
    shapes
        As they were: label, outline and description; nothing else of a shape is kept.
    extra
        Keys that this version does not know.
    """

    shapes_digest: str
    role: Role
    changed_by: str
    changed_as: Role
    shapes: tuple[Shape, ...]
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """Ours at the top level of the file, under ``"opacity_studio"``.

    Attributes
    ----------
    status
        As of the last event or edit; `Annotation.status` says whether it still holds.
    events
        In order of time.
    kept
        One at most for either role: what its last mark vouched for, if it was changed since.
    extra
        Keys that this version does not know.
    """

    status: ReviewStatus = ReviewStatus.UNREAD
    events: tuple[ReviewEvent, ...] = ()
    kept: tuple[KeptOutlines, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def vouched_digest(self) -> str | None:
        """`Annotation.shapes_digest` of what was last marked or approved; None if nothing was."""
        for event in reversed(self.events):
            if event.is_vouching:
                return event.shapes_digest or None
        return None

    @property
    def last_step(self) -> ReviewEvent | None:
        """The last event that said where the film stands; None where none did."""
        steps = (event for event in reversed(self.events) if event.status_after is not None)
        return next(steps, None)

    @property
    def was_approved(self) -> bool:
        """Whether the last word was an approval, or that an approval was lost."""
        last = self.last_step
        return last is not None and (
            last.status_after is ReviewStatus.APPROVED or last.kind == "reopened"
        )

    @property
    def is_flagged(self) -> bool:
        """Whether a reader flagged the film and nobody took the flag away."""
        for event in reversed(self.events):
            if event.kind in ("flagged", "unflagged"):
                return event.kind == "flagged"
        return False

    @property
    def comments(self) -> tuple[ReviewEvent, ...]:
        """The comments on the film and on its regions, in order of time."""
        return tuple(e for e in self.events if e.kind == "commented" and e.comment)

    @property
    def reading_seconds(self) -> float:
        """Active reading time of all readers together."""
        return sum(event.seconds or 0.0 for event in self.events)

    @property
    def annotator(self) -> str | None:
        """Name of the annotator who marked the film last; None before the first mark."""
        return self._last_to_mark("annotator")

    @property
    def reviewer(self) -> str | None:
        """Name of the reviewer who approved or returned the film last; None if none did."""
        return self._last_to_mark("reviewer")

    def _last_to_mark(self, role: Role) -> str | None:
        event = self.last_mark(role)
        return None if event is None else event.reader

    def last_mark(self, role: Role) -> ReviewEvent | None:
        """Return the last event with which a reader in `role` marked, approved or returned."""
        for event in reversed(self.events):
            if event.role == role and (event.is_vouching or event.kind == "returned"):
                return event
        return None

    @property
    def last_time(self) -> str | None:
        """When the last event happened, ISO 8601 with zone; None where nothing has."""
        return self.events[-1].time if self.events else None

    @property
    def return_reason(self) -> str | None:
        """Why the film was returned; None once it is marked again, and where it never was."""
        last = self.last_step
        return last.reason if last is not None and last.kind == "returned" else None

    def outlines_of(self, event: ReviewEvent) -> KeptOutlines | None:
        """Return the outlines `event` speaks of where they were kept."""
        matching = (kept for kept in self.kept if kept.shapes_digest == event.shapes_digest)
        return next(matching, None)

    def keeping(self, outlines: KeptOutlines) -> Self:
        """Return the record with `outlines` in place of those kept for the same role."""
        others = tuple(kept for kept in self.kept if kept.role != outlines.role)
        return replace(self, kept=(*others, outlines))

    def with_event(self, event: ReviewEvent, status: ReviewStatus | None = None) -> Self:
        """Return the record with `event` appended.

        Parameters
        ----------
        status
            The film's state from then on; None for what the event makes of it.
        """
        after = status or event.status_after or self.status
        return replace(self, status=after, events=(*self.events, event))
