"""Where a film stands, and the events that brought it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal, Self

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

Role = Literal["annotator", "reviewer"]
EventKind = Literal[
    "annotated", "no_opacity", "approved", "returned", "unlocked", "reopened", "commented"
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
        Free text.
    program, model, threshold
        Program version, id of the opacity network whose prediction was in view and the operating
        threshold it was shown at; None where no prediction was shown.
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
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """Ours at the top level of the file, under ``"opacity_studio"``."""

    status: ReviewStatus = ReviewStatus.UNREAD
    events: tuple[ReviewEvent, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def vouched_digest(self) -> str | None:
        """`Annotation.shapes_digest` of what was last marked or approved; None if nothing was."""
        for event in reversed(self.events):
            if event.kind in _VOUCHING:
                return event.shapes_digest or None
        return None

    def with_event(self, event: ReviewEvent, status: ReviewStatus) -> Self:
        """Return the record with `event` appended and the film in `status`."""
        return replace(self, status=status, events=(*self.events, event))
