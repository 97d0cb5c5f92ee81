from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.review.editing import speaks_of
from tests.review.desk import annotation, box, modelled, prediction, session

NOW = datetime(2025, 3, 1, 12, 30, 15, 999, tzinfo=UTC)
OPACITY = box("opacity", 100, 100, 200, 200)


def test_marking_records_who_when_and_what():
    work = session(OPACITY)
    work.set_prediction(prediction((40, 80, 200, 240)))
    work.set_threshold(0.6)
    assert work.mark_done(NOW, "Opacity Studio 0.1")
    assert work.annotation.status is ReviewStatus.ANNOTATED
    (event,) = work.annotation.review.events
    assert event.kind == "annotated"
    assert event.time == "2025-03-01T12:30:15+00:00"
    assert (event.reader, event.role) == ("A. Name", "annotator")
    assert event.shapes_digest == work.annotation.shapes_digest
    assert event.program == "Opacity Studio 0.1"
    assert (event.model, event.threshold) == ("m1", 0.6)
    assert work.undo_label == "Mark as annotated"


def test_without_a_prediction_no_model_is_named():
    work = session(OPACITY)
    work.mark_done(NOW, "")
    assert work.annotation.review.events[0].model is None
    assert work.annotation.review.events[0].threshold is None


def test_marking_is_one_step():
    work = session(OPACITY)
    work.mark_done(NOW, "")
    work.undo()
    assert work.annotation == annotation(OPACITY)
    assert work.annotation.status is ReviewStatus.IN_WORK


def test_marking_the_same_outlines_twice_records_once():
    work = session(OPACITY)
    assert work.mark_done(NOW, "")
    assert not work.mark_done(NOW, "")
    work.set_reader(Reader("B. Other"))
    assert work.mark_done(NOW, "")
    assert len(work.annotation.review.events) == 2


def test_an_edit_afterwards_puts_the_film_back_in_work_and_undo_restores_the_mark():
    work = session(OPACITY)
    work.mark_done(NOW, "")
    work.relabel("left_lung", {OPACITY.key})
    assert work.annotation.status is ReviewStatus.IN_WORK
    assert len(work.annotation.review.events) == 1
    work.undo()
    assert work.annotation.status is ReviewStatus.ANNOTATED
    work.redo()
    assert work.mark_done(NOW, "")
    assert len(work.annotation.review.events) == 2


def test_a_clear_film_is_marked_as_such():
    work = session()
    assert work.mark_no_opacity(NOW, "") is None
    assert work.annotation.status is ReviewStatus.ANNOTATED
    assert work.annotation.review.events[-1].kind == "no_opacity"
    assert work.undo_label == "No opacity"


def test_a_film_with_opacity_is_not_clear():
    work = session(OPACITY)
    reason = work.mark_no_opacity(NOW, "")
    assert reason is not None
    assert "1" not in reason
    assert "an opacity shape" in reason
    assert work.annotation == annotation(OPACITY)
    two = session(OPACITY, box("opacity", 1, 1, 9, 9))
    assert "2 opacity shapes" in two.mark_no_opacity(NOW, "")


def test_what_was_vouched_for_is_recognised_after_saving_and_reading():
    ring = box("opacity", 300, 100, 420, 220, holes=([[380, 180], [340, 140], [340, 180]],))
    work = session(OPACITY, modelled(ring))
    work.select({OPACITY.key})
    work.nudge(0.1, 0.7)
    work.mark_done(NOW, "")
    read = parse_annotation(dump_annotation(work.annotation), Path("film.json"))
    assert read.review == work.annotation.review
    assert read.review.events[-1].shapes_digest == read.shapes_digest
    assert all(speaks_of(shape) for shape in read.shapes)
    assert [shape.provenance.source for shape in read.shapes] == ["person", "model"]
