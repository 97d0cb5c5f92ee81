"""A film counts as curated for exactly as long as it shows what was vouched for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.review_status import (
    EventKind,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.shape import Shape

OUTLINE = Shape("opacity", [[0, 0], [9, 0], [9, 9]])


def marked(annotation: Annotation, kind: EventKind, status: ReviewStatus) -> Annotation:
    event = ReviewEvent(
        kind, "2026-11-22T10:00:00+01:00", "A. Reader", "annotator", annotation.shapes_digest
    )
    record = annotation.review or ReviewRecord()
    return replace(annotation, review=record.with_event(event, status))


def test_without_a_record_shapes_mean_work_and_none_mean_unread() -> None:
    assert Annotation("a.png").status is ReviewStatus.UNREAD
    assert Annotation("a.png", shapes=(OUTLINE,)).status is ReviewStatus.IN_WORK


@pytest.mark.parametrize(
    ("kind", "status"),
    [("annotated", ReviewStatus.ANNOTATED), ("approved", ReviewStatus.APPROVED)],
)
def test_what_was_vouched_for_is_curated_until_its_shapes_change(
    kind: EventKind, status: ReviewStatus
) -> None:
    annotation = marked(Annotation("a.png", shapes=(OUTLINE,)), kind, status)
    assert annotation.status is status
    assert annotation.adding(OUTLINE.copied()).status is ReviewStatus.IN_WORK
    assert annotation.removing([OUTLINE.key]).status is ReviewStatus.IN_WORK
    relabelled = annotation.mapping([OUTLINE.key], lambda each: replace(each, label="left_lung"))
    assert relabelled.status is ReviewStatus.IN_WORK
    moved = annotation.mapping([OUTLINE.key], lambda each: each.with_outline(each.points + 1))
    assert moved.status is ReviewStatus.IN_WORK
    described = annotation.mapping([OUTLINE.key], lambda each: replace(each, description="base"))
    assert described.status is status


def test_a_clear_film_is_curated_until_something_is_drawn_on_it() -> None:
    clear = marked(Annotation("a.png"), "no_opacity", ReviewStatus.ANNOTATED)
    assert clear.status is ReviewStatus.ANNOTATED
    assert clear.adding(OUTLINE).status is ReviewStatus.IN_WORK


def test_marking_anew_vouches_for_the_new_shapes() -> None:
    first = marked(Annotation("a.png"), "no_opacity", ReviewStatus.ANNOTATED)
    second = marked(first.adding(OUTLINE), "annotated", ReviewStatus.ANNOTATED)
    assert second.status is ReviewStatus.ANNOTATED
    assert second.removing([OUTLINE.key]).status is ReviewStatus.IN_WORK


def test_comments_vouch_for_nothing_and_other_states_stay() -> None:
    first = marked(Annotation("a.png", shapes=(OUTLINE,)), "annotated", ReviewStatus.ANNOTATED)
    assert marked(first, "commented", ReviewStatus.ANNOTATED).status is ReviewStatus.ANNOTATED
    returned = marked(first, "returned", ReviewStatus.RETURNED)
    assert returned.adding(OUTLINE.copied()).status is ReviewStatus.RETURNED
