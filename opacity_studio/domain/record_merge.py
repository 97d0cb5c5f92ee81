"""Two people's entries in the record of one film, put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Literal

from opacity_studio.domain.review_status import (
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.three_way import BOTH_CHANGED, either, merged_mapping


def merged_records(
    base: ReviewRecord | None,
    mine: ReviewRecord | None,
    theirs: ReviewRecord | None,
    keep: Literal["mine", "theirs", "both"],
) -> ReviewRecord | None:
    """Return the record with what either side added to it and without what either took back.

    Events come in order of time, none twice. The later of the new events says where the film
    stands; whether the outlines it vouched for are still there, `Annotation.status` tells.
    """
    if theirs in (None, mine, base):
        return mine
    if mine in (None, base):
        return theirs
    before = base if base is not None else ReviewRecord()
    events = _events(before.events, mine.events, theirs.events)
    extra = merged_mapping(before.extra, mine.extra, theirs.extra, mine.extra)
    return ReviewRecord(
        _status(before, mine, theirs, events, keep), events, _kept(before, mine, theirs), extra
    )


def new_events(base: ReviewRecord | None, after: ReviewRecord | None) -> tuple[ReviewEvent, ...]:
    """Return the events of `after` that `base` has not got."""
    before = base.events if base is not None else ()
    events = after.events if after is not None else ()
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(before, events, strict=False))
    begun = len(list(alike))
    return tuple(_without(events[begun:], before[begun:]))


def _events(
    base: Sequence[ReviewEvent], mine: Sequence[ReviewEvent], theirs: Sequence[ReviewEvent]
) -> tuple[ReviewEvent, ...]:
    # What all three begin with is most of a long record.
    alike = takewhile(
        lambda three: three[0] == three[1] == three[2], zip(base, mine, theirs, strict=False)
    )
    begun = len(list(alike))
    before, base, mine, theirs = base[:begun], base[begun:], mine[begun:], theirs[begun:]
    # An event that one side had and has no more was undone there. Events may be alike: a flag set
    # twice within a second.
    own = _without(mine, _without(base, theirs))
    new = _without(_without(theirs, base), _without(mine, base))
    events = list(before)
    for event in own:
        while new and _moment(new[0]) < _moment(event):
            events.append(new.pop(0))
        events.append(event)
    return (*events, *new)


def _without(events: Sequence[ReviewEvent], gone: Sequence[ReviewEvent]) -> list[ReviewEvent]:
    """Return `events` without those in `gone`, each of which takes one away: the last alike."""
    left = list(gone)
    kept = []
    for event in reversed(events):
        if event in left:
            left.remove(event)
        else:
            kept.append(event)
    return kept[::-1]


def _moment(event: ReviewEvent) -> datetime:
    try:
        moment = datetime.fromisoformat(event.time)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _status(
    base: ReviewRecord,
    mine: ReviewRecord,
    theirs: ReviewRecord,
    events: Sequence[ReviewEvent],
    keep: Literal["mine", "theirs", "both"],
) -> ReviewStatus:
    for event in reversed(events):
        if event.status_after is not None and event not in base.events:
            return event.status_after
    status: ReviewStatus = either(base.status, mine.status, theirs.status)
    if status is BOTH_CHANGED:
        return theirs.status if keep == "theirs" else mine.status
    return status


def _kept(base: ReviewRecord, mine: ReviewRecord, theirs: ReviewRecord) -> tuple[KeptOutlines, ...]:
    sides = [{kept.role: kept for kept in record.kept} for record in (base, mine, theirs)]
    roles = dict.fromkeys((*sides[1], *sides[2]))
    chosen = []
    for role in roles:
        before, here, there = (side.get(role) for side in sides)
        kept = either(before, here, there)
        if kept is BOTH_CHANGED:
            kept = here if here is not None else there
        if kept is not None:
            chosen.append(kept)
    return tuple(chosen)
