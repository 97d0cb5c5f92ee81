"""Two people's entries in one record, whatever they did to it meanwhile."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.merge import merge
from opacity_studio.domain.record_merge import merged_records
from opacity_studio.domain.review_status import (
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.shape import Shape


def event(kind: str, time: str, reader: str = "Ada", digest: str = "d") -> ReviewEvent:
    role = "reviewer" if kind in ("approved", "returned", "unlocked") else "annotator"
    return ReviewEvent(kind, time, reader, role, digest)


def at(hour: float) -> str:
    return f"2026-11-22T{int(hour):02}:{round(hour % 1 * 60):02}:00+00:00"


BASE = ReviewRecord().with_event(event("annotated", at(8)))


def merged(mine: ReviewRecord, theirs: ReviewRecord, base: ReviewRecord = BASE) -> ReviewRecord:
    made = merged_records(base, mine, theirs, "both")
    assert made is not None
    assert merged_records(base, theirs, mine, "both").status is made.status
    return made


def test_events_come_in_the_order_of_time_whatever_the_zone():
    mine = BASE.with_event(event("commented", "2026-11-22T12:30:00+02:00", "Ada"))
    theirs = BASE.with_event(event("flagged", "2026-11-22T10:00:00+00:00", "Rea"))
    assert [e.kind for e in merged(mine, theirs).events] == ["annotated", "flagged", "commented"]


def test_the_later_word_says_where_the_film_stands():
    mine = BASE.with_event(event("approved", at(9)))
    theirs = BASE.with_event(event("returned", at(10)))
    assert merged(mine, theirs).status is ReviewStatus.RETURNED


def test_a_comment_says_nothing_about_where_the_film_stands():
    mine = BASE.with_event(event("approved", at(9)))
    theirs = BASE.with_event(event("commented", at(10)))
    assert merged(mine, theirs).status is ReviewStatus.APPROVED


def test_a_mark_that_was_taken_back_stays_so():
    base = BASE.with_event(event("approved", at(9)))
    mine = BASE
    theirs = base.with_event(event("commented", at(10)))
    made = merged(mine, theirs, base)
    assert [e.kind for e in made.events] == ["annotated", "commented"]
    assert made.status is ReviewStatus.ANNOTATED


def test_an_approval_of_outlines_that_are_no_longer_there_does_not_hold():
    shape = Shape("opacity", [[1, 1], [9, 1], [9, 9]])
    base = Annotation("film.png", shapes=(shape,))
    base = replace(base, review=ReviewRecord().with_event(
        event("annotated", at(8), digest=base.shapes_digest)
    ))  # fmt: skip
    mine = replace(base, shapes=(shape, Shape("opacity", [[20, 1], [29, 1], [29, 9]])))
    mine = replace(mine, review=replace(base.review, status=ReviewStatus.IN_WORK))
    approval = event("approved", at(9), "Rea", base.shapes_digest)
    theirs = replace(base, review=base.review.with_event(approval))
    for made in (merge(base, mine, theirs), merge(base, theirs, mine)):
        assert made.annotation.review.events[-1] == approval
        assert made.annotation.status is ReviewStatus.IN_WORK
        assert made.annotation.lost_approval


def test_kept_outlines_of_both_roles_stay():
    ada = KeptOutlines("a", "annotator", "Rea", "reviewer", ())
    rea = KeptOutlines("r", "reviewer", "Ada", "annotator", ())
    made = merged(BASE.keeping(ada), BASE.keeping(rea).with_event(event("flagged", at(9))))
    assert {kept.role for kept in made.kept} == {"annotator", "reviewer"}


hours = st.floats(8, 20).map(at)
kinds = st.sampled_from(["annotated", "approved", "returned", "commented", "flagged"])
events = st.builds(event, kinds, hours, st.sampled_from(["Ada", "Rea"]))


def later(record: ReviewRecord, more: list[ReviewEvent]) -> ReviewRecord:
    for each in sorted(more, key=lambda each: each.time):
        record = record.with_event(each)
    return record


@given(st.lists(events, max_size=4), st.lists(events, max_size=4), st.lists(events, max_size=4))
def test_no_event_is_lost_and_none_is_there_twice(before, mine, theirs):
    base = later(ReviewRecord(), before)
    one, other = later(base, mine), later(base, theirs)
    made = merged_records(base, one, other, "both")
    for each in {*map(repr, one.events), *map(repr, other.events)}:
        of_made = list(map(repr, made.events)).count(each)
        of_sides = [list(map(repr, side.events)).count(each) for side in (one, other)]
        assert min(filter(None, of_sides)) <= of_made <= max(of_sides)
    # And once more on either side adds nothing.
    assert merged_records(other, made, other, "both").events == made.events
    assert merged_records(one, one, made, "both").events == made.events
