"""What a film's record says, in words: events, reasons, moments and states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.labels import display_name
from opacity_studio.domain.review_status import ReviewEvent, ReviewStatus
from opacity_studio.domain.wording import marked, tr
from opacity_studio.domain.worklist_matching import STATUS_NAMES
from opacity_studio.gui.look.times import time_in_words

_HEADLINES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "annotated": marked("Marked as annotated"),
        "no_opacity": marked("Marked as free of opacity"),
        "approved": marked("Approved"),
        "returned": marked("Returned to the annotator"),
        "unlocked": marked("Unlocked"),
        "reopened": marked("Approval lost"),
        "commented": marked("Comment"),
        "skipped": marked("Skipped"),
        "flagged": marked("Flagged"),
        "unflagged": marked("Flag taken away"),
        "revealed": marked("Prediction shown on request"),
        "removed": marked("Outline taken away"),
        "kept": marked("Kept against the model"),
        "consensus": marked("Started from the readers' consensus"),
    }
)


def headline(event: ReviewEvent) -> str:
    """Return what happened, in a few words."""
    region = display_name(event.label) if event.label else ""
    if event.kind == "removed" and region:
        return tr("Taken away: {region}", region=region)
    if event.kind == "commented" and event.answers is not None:
        return tr("Answer")
    if event.kind == "commented" and region:
        return tr("Comment on {region}", region=region)
    # A kind of a later version of this program has no words here.
    return tr(_HEADLINES[event.kind]) if event.kind in _HEADLINES else str(event.kind)


def details(event: ReviewEvent) -> str:
    """Return what was said with it: reason, comment, whether it was read blind; or nothing."""
    said = (
        reason_text(event.reason),
        # Written by the program itself, in English.
        tr("The outlines are no longer those that were approved.")
        if event.kind == "reopened"
        else event.comment,
        tr("Before the prediction was seen") if event.blind else "",
    )
    return "\n".join(filter(None, said))


def reason_text(reason: str | None) -> str:
    """Return a reason as it was typed, or the words for one of the study's list."""
    if reason is None:
        return ""
    try:
        return CorrectionReason(reason).display_name
    except ValueError:
        return reason


def moment_text(event: ReviewEvent, now: datetime) -> str:
    """Return when it happened, in local time; the file's own text where that is no time."""
    try:
        return time_in_words(datetime.fromisoformat(event.time), now)
    except ValueError:
        return event.time


def state_name(status: ReviewStatus) -> str:
    """Return a film's state at the beginning of a line."""
    name = tr(STATUS_NAMES[status])
    return name[:1].upper() + name[1:]
