"""What the worklist knows of a film, from its annotation alone."""

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.film_summary import (
    FilmSummary,
    ModelFigures,
    disagreement_of,
    summary_of,
)
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Shape


def box(label: str, left: float, top: float, right: float, bottom: float, **more) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **more)


LUNGS = (box(RIGHT_LUNG, 0, 0, 40, 100), box(LEFT_LUNG, 60, 0, 100, 100))


def annotation(*shapes: Shape, review: ReviewRecord | None = None) -> Annotation:
    return Annotation("film.png", 100, 100, shapes, review=review)


def event(kind: str, made: Annotation, time: str, **more) -> ReviewEvent:
    defaults = {"reader": "Ada", "role": "annotator"}
    return ReviewEvent(kind, time, shapes_digest=made.shapes_digest, **defaults | more)


def test_a_film_without_a_file_is_unread_and_the_annotators():
    summary = summary_of(Annotation("film.png"), image="film.png")
    assert summary == FilmSummary("film.png")
    assert summary.needs("annotator")
    assert not summary.needs("reviewer")
    assert not FilmSummary(problem="damaged").needs("annotator")


def test_everything_a_record_says_is_in_the_summary():
    shapes = (*LUNGS, box(OPACITY, 0, 0, 20, 100, description="rib?"))
    plain = annotation(*shapes)
    record = ReviewRecord(ReviewStatus.UNREAD)
    for made in (
        event("commented", plain, "2026-01-01T08:00:00+01:00", comment="see the base"),
        event("annotated", plain, "2026-01-01T08:01:00+01:00", seconds=61.5),
        event("flagged", plain, "2026-01-01T09:00:00+01:00", reader="Eve", role="reviewer"),
        event(
            "returned", plain, "2026-01-01T09:01:00+01:00",
            reader="Eve", role="reviewer", reason="the base is missed", seconds=8.0,
        ),
    ):  # fmt: skip
        record = record.with_event(made)
    summary = summary_of(annotation(*shapes, review=record), image="film.png")
    assert summary.status is ReviewStatus.RETURNED
    assert (summary.annotator, summary.reviewer) == ("Ada", "Eve")
    assert summary.percent == pytest.approx(25.0)
    assert (summary.right_percent, summary.left_percent) == pytest.approx((50.0, 0.0))
    assert summary.regions == 1
    assert summary.labels == (LEFT_LUNG, OPACITY, RIGHT_LUNG)
    assert summary.is_flagged
    assert summary.comments == ("see the base", "rib?")
    assert summary.return_reason == "the base is missed"
    assert summary.last_time == "2026-01-01T09:01:00+01:00"
    assert summary.reading_seconds == pytest.approx(69.5)
    assert [(mark.kind, mark.reader) for mark in summary.marks] == [
        ("annotated", "Ada"),
        ("returned", "Eve"),
    ]
    assert summary.needs("annotator")


def test_a_film_changed_after_its_approval_goes_to_the_reviewer():
    approved = annotation(*LUNGS)
    record = ReviewRecord().with_event(
        event("approved", approved, "2026-01-01T08:00:00+00:00", reader="Eve", role="reviewer")
    )
    changed = annotation(*LUNGS, box(OPACITY, 0, 0, 20, 100), review=record)
    summary = summary_of(changed)
    assert summary.lost_approval
    assert summary.needs("reviewer")
    assert not summary_of(annotation(*LUNGS, review=record)).needs("reviewer")


def test_figures_of_a_network_come_and_go():
    figures = ModelFigures("net-1", 12.0, 0.2, 0.05)
    summary = FilmSummary("film.png", percent=10.0).with_figures(figures)
    assert summary.figures == figures
    assert summary.percent == 10.0
    assert summary.with_figures(None) == FilmSummary("film.png", percent=10.0)


@pytest.mark.parametrize(("right", "expected"), [(40, 0.0), (20, 0.25), (0, 0.5)])
def test_disagreement_is_the_area_apart_as_a_share_of_the_lungs(right: int, expected: float):
    probability = np.zeros((100, 100), np.uint8)
    probability[:, :40] = 255
    prediction = Prediction(
        probability, Box(0, 0, 100, 100), 100, 100, LUNGS,
        lungs_from_person=False, model="net", lungs_model="lungs", operating_threshold=0.5,
    )  # fmt: skip
    outlined = (box(OPACITY, 0, 0, right, 100),) if right else ()
    record = ReviewRecord().with_event(
        event("annotated", annotation(*LUNGS, *outlined), "2026-01-01T08:00:00+00:00")
    )
    marked = annotation(*LUNGS, *outlined, review=record)
    assert disagreement_of(marked, prediction) == pytest.approx(expected, abs=0.01)


def test_nobody_disagrees_before_a_person_has_said_anything():
    prediction = Prediction(
        np.zeros((10, 10), np.uint8), Box(0, 0, 100, 100), 100, 100, LUNGS,
        lungs_from_person=False, model="net", lungs_model="lungs", operating_threshold=0.5,
    )  # fmt: skip
    assert disagreement_of(annotation(*LUNGS), prediction) is None
    assert disagreement_of(annotation(box(OPACITY, 0, 0, 9, 9)), prediction) is not None
