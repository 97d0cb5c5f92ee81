"""Whose turn a film is, and what its record says at a glance."""

from __future__ import annotations

import pytest

from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.review_status import (
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
    needs_me,
)

ALL = frozenset(ReviewStatus)


def event(kind: str, role: str = "annotator", **details) -> ReviewEvent:
    reader = "Ada" if role == "annotator" else "Rea"
    details = {"time": "2026-11-22T10:00:00+01:00", "shapes_digest": "d"} | details
    return ReviewEvent(kind=kind, reader=reader, role=role, **details)


def record(*events: ReviewEvent) -> ReviewRecord:
    made = ReviewRecord()
    for each in events:
        made = made.with_event(each)
    return made


def test_every_film_but_the_approved_is_somebodys_turn():
    annotators = {status for status in ALL if needs_me(status, "annotator")}
    reviewers = {status for status in ALL if needs_me(status, "reviewer")}
    assert annotators == {ReviewStatus.UNREAD, ReviewStatus.IN_WORK, ReviewStatus.RETURNED}
    assert reviewers == {ReviewStatus.ANNOTATED}


def test_a_film_the_reviewer_began_to_correct_is_not_the_annotators():
    assert needs_me(ReviewStatus.IN_WORK, "reviewer", awaits_reviewer=True)
    assert not needs_me(ReviewStatus.IN_WORK, "annotator", awaits_reviewer=True)


@pytest.mark.parametrize(
    ("kind", "role", "status"),
    [
        ("annotated", "annotator", ReviewStatus.ANNOTATED),
        ("no_opacity", "annotator", ReviewStatus.ANNOTATED),
        ("no_opacity", "reviewer", ReviewStatus.APPROVED),
        ("approved", "reviewer", ReviewStatus.APPROVED),
        ("returned", "reviewer", ReviewStatus.RETURNED),
        ("unlocked", "reviewer", ReviewStatus.ANNOTATED),
        ("reopened", "annotator", ReviewStatus.IN_WORK),
        ("commented", "reviewer", ReviewStatus.UNREAD),
        ("a later version's", "reviewer", ReviewStatus.UNREAD),
    ],
)
def test_an_event_brings_the_film_into_a_state(kind: str, role: str, status: ReviewStatus):
    assert record(event(kind, role)).status is status


def test_who_marked_last_in_either_role():
    made = record(event("annotated"), event("returned", "reviewer", reason="missed one"))
    assert (made.annotator, made.reviewer) == ("Ada", "Rea")
    assert made.return_reason == "missed one"
    again = made.with_event(event("annotated"))
    assert again.return_reason is None
    assert again.last_mark("reviewer") == made.events[-1]


def test_flag_comments_time_and_seconds_come_from_the_events():
    made = record(
        event("flagged", seconds=2.5),
        event("commented", comment="apex unclear"),
        event("commented", comment=""),
        event("annotated", seconds=30, time="2026-11-22T11:00:00+01:00"),
    )
    assert made.is_flagged
    assert not made.with_event(event("unflagged")).is_flagged
    assert [each.comment for each in made.comments] == ["apex unclear"]
    assert made.reading_seconds == 32.5
    assert made.last_time == "2026-11-22T11:00:00+01:00"
    assert ReviewRecord().last_time is None


def test_the_outlines_of_either_role_are_kept_once():
    ada = KeptOutlines("d1", "annotator", "Rea", "reviewer", ())
    rea = KeptOutlines("d2", "reviewer", "Ada", "annotator", ())
    later = KeptOutlines("d3", "annotator", "Rea", "reviewer", ())
    made = ReviewRecord().keeping(ada).keeping(rea).keeping(later)
    assert {kept.shapes_digest for kept in made.kept} == {"d2", "d3"}


def test_reasons_are_in_the_order_of_their_keys_and_have_names():
    assert [reason.display_name for reason in CorrectionReason] == [
        "Rib or scapula shadow",
        "Device or wire",
        "Bronchial or vessel markings",
        "Overlapping tissue at the base",
        "Missed",
        "Boundary",
        "Other",
    ]
