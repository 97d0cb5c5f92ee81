"""Two people and one film: what either may do, and what the record tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.review_changes import changes_since
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.review import marking
from opacity_studio.review.session import ReviewSession
from tests.review.desk import annotation, box, film, prediction, session, with_vertex

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
MOMENT = (NOW, "Opacity Studio 1")
ADA, REA, ROB = Reader("Ada"), Reader("Rea", "reviewer"), Reader("Rob", "reviewer")
OPACITY = box("opacity", 100, 100, 200, 200)
LUNG = box("right_lung", 50, 50, 300, 400)


def kinds(work: ReviewSession) -> list[str]:
    record = work.annotation.review
    return [] if record is None else [event.kind for event in record.events]


def on_another_machine(read: Annotation) -> Annotation:
    return parse_annotation(dump_annotation(read), Path("film.json"))


def handed_over(work: ReviewSession, reader: Reader) -> ReviewSession:
    """The film as `reader` opens it from the file."""
    other = ReviewSession(reader, now=lambda: NOW, program="Opacity Studio 1")
    other.open(film(), on_another_machine(work.annotation))
    return other


def annotated(*shapes) -> ReviewSession:
    work = session(*(shapes or (LUNG, OPACITY)))
    work.set_reader(ADA)
    work.mark_done(*MOMENT)
    return work


def approved(*shapes) -> ReviewSession:
    work = handed_over(annotated(*shapes), REA)
    assert work.approve(*MOMENT) is None
    return work


def opacity_of(work: ReviewSession):
    (shape,) = work.annotation.labelled("opacity")
    return shape


# Who may do what --------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["approve", "unlock"])
def test_an_annotator_neither_approves_nor_unlocks(act: str):
    work = handed_over(approved() if act == "unlock" else annotated(), ADA)
    before = work.annotation
    assert "reviewer" in getattr(work, act)(*MOMENT)
    assert work.annotation is before


def test_an_annotator_returns_nothing():
    assert "reviewer" in annotated().return_film("why not", *MOMENT)


def test_a_film_is_returned_with_a_reason():
    work = handed_over(annotated(), REA)
    assert "why" in work.return_film("  ", *MOMENT)
    assert work.return_film(" Apex missed. ", *MOMENT) is None
    assert work.annotation.status is ReviewStatus.RETURNED
    assert work.annotation.review.return_reason == "Apex missed."
    assert work.undo_label == "Return"


def test_a_film_nobody_has_read_is_not_returned():
    work = session()
    work.set_reader(REA)
    assert "read" in work.return_film("why", *MOMENT)
    assert work.annotation.review is None


def test_approving_twice_records_once_and_another_reviewer_once_more():
    work = approved()
    assert work.approve(*MOMENT) is None
    assert kinds(work) == ["annotated", "approved"]
    work.set_reader(ROB)
    assert work.approve(*MOMENT) is None
    assert kinds(work) == ["annotated", "approved", "approved"]


def test_a_comment_between_two_marks_does_not_make_the_second_one_news():
    work = annotated()
    assert work.comment("Faint.", (), *MOMENT)
    assert not work.mark_done(*MOMENT)
    assert kinds(work) == ["annotated", "commented"]


def test_a_returned_film_is_marked_again_even_as_it_was():
    work = handed_over(annotated(), REA)
    work.return_film("Look again.", *MOMENT)
    again = handed_over(work, ADA)
    assert again.mark_done(*MOMENT)
    assert again.annotation.status is ReviewStatus.ANNOTATED


def test_a_reviewer_who_finds_the_film_clear_approves_it():
    work = session()
    work.set_reader(REA)
    assert work.mark_no_opacity(*MOMENT) is None
    assert work.annotation.status is ReviewStatus.APPROVED
    assert work.is_locked


# Locks ------------------------------------------------------------------------------------


def test_an_approved_film_is_locked_until_it_is_unlocked():
    work = handed_over(approved(), REA)
    before = work.annotation
    key = opacity_of(work).key
    assert work.is_locked
    assert not work.is_editable
    assert "unlock" in work.blocked_reason
    work.select([key])
    assert not work.nudge(3, 0)
    assert not work.delete()
    assert not work.relabel("left_lung")
    assert not work.set_reason(CorrectionReason.OTHER, *MOMENT)
    assert not work.mark_done(*MOMENT)
    assert work.mark_no_opacity(*MOMENT) == work.blocked_reason
    assert work.annotation is before
    assert work.unlock(*MOMENT) is None
    assert work.annotation.status is ReviewStatus.ANNOTATED
    assert work.is_editable
    assert work.nudge(3, 0)
    assert work.annotation.awaits_reviewer
    assert not work.annotation.lost_approval
    work.undo()
    work.undo()
    assert work.is_locked


def test_only_an_approved_film_can_be_unlocked():
    work = handed_over(annotated(), REA)
    assert "not approved" in work.unlock(*MOMENT)


def test_comments_and_flags_need_no_unlocking():
    work = approved()
    assert work.flag(True, *MOMENT)
    assert not work.flag(True, *MOMENT)
    assert work.comment("Good teaching film.", (), *MOMENT)
    assert work.comment("Faint rim.", [opacity_of(work).key], *MOMENT)
    assert work.skip(*MOMENT)
    assert not work.skip(*MOMENT)
    assert work.is_locked
    assert kinds(work)[2:] == ["flagged", "commented", "commented", "skipped"]
    assert work.annotation.review.is_flagged
    assert work.flag(False, *MOMENT)
    assert not work.annotation.review.is_flagged


def test_a_film_whose_file_is_damaged_takes_no_record():
    work = ReviewSession(REA)
    work.open(film(), annotation(OPACITY), blocked="The file is damaged.")
    assert not work.mark_done(*MOMENT)
    assert work.approve(*MOMENT) == "The file is damaged."
    assert not work.flag(True, *MOMENT)
    assert not work.comment("?", (), *MOMENT)
    assert not work.comment("?", [OPACITY.key], *MOMENT)
    assert work.annotation.review is None


# Approvals that are lost ------------------------------------------------------------------


def moved_elsewhere(read: Annotation) -> Annotation:
    """As another program leaves the file: outlines changed, our record carried along."""
    first, *others = read.shapes
    return replace(read, shapes=(with_vertex(first, 0, 55, 55), *others))


def test_a_change_in_another_program_takes_the_approval_back():
    changed = moved_elsewhere(approved().annotation)
    assert changed.status is ReviewStatus.IN_WORK
    assert changed.lost_approval
    assert changed.awaits_reviewer
    work = ReviewSession(REA, now=lambda: NOW, program="P")
    work.open(film(), on_another_machine(changed))
    assert not work.is_locked
    assert work.annotation.lost_approval
    work.select([opacity_of(work).key])
    assert work.nudge(1, 0)
    assert kinds(work) == ["annotated", "approved", "reopened"]
    event = work.annotation.review.events[-1]
    assert event.shapes_digest == changed.shapes_digest
    assert "approved" in event.comment
    assert work.annotation.lost_approval
    work.nudge(1, 0)
    assert kinds(work).count("reopened") == 1
    work.approve(*MOMENT)
    assert kinds(work)[-2:] == ["reopened", "approved"]
    assert not work.annotation.lost_approval
    assert work.is_locked


def test_the_loss_is_recorded_with_whatever_is_recorded_next():
    work = ReviewSession(ADA, now=lambda: NOW)
    work.open(film(), moved_elsewhere(approved().annotation))
    assert work.flag(True, *MOMENT)
    assert kinds(work)[-2:] == ["reopened", "flagged"]
    assert work.annotation.review.status is ReviewStatus.IN_WORK
    work.undo()
    assert kinds(work) == ["annotated", "approved"]


def test_putting_the_outlines_back_in_the_other_program_restores_the_approval():
    before = approved().annotation
    changed = moved_elsewhere(before)
    back = replace(changed, shapes=before.shapes)
    assert back.status is ReviewStatus.APPROVED
    assert not back.lost_approval


def test_an_annotator_marking_anew_ends_the_loss():
    work = ReviewSession(ADA, now=lambda: NOW)
    work.open(film(), moved_elsewhere(approved().annotation))
    work.mark_done(*MOMENT)
    assert work.annotation.status is ReviewStatus.ANNOTATED
    assert not work.annotation.lost_approval


# What the other one changed ---------------------------------------------------------------


def corrected() -> ReviewSession:
    """Rea moves the opacity, takes the lung away, adds another opacity and returns the film."""
    work = handed_over(annotated(), REA)
    work.select([opacity_of(work).key])
    work.nudge(4, 0)
    work.set_reason(CorrectionReason.BOUNDARY, *MOMENT)
    (lung,) = work.annotation.labelled("right_lung")
    work.delete([lung.key])
    work.set_reason(CorrectionReason.OVERLAPPING_TISSUE_AT_BASE, *MOMENT)
    missed = box("opacity", 400, 100, 450, 150)
    work.commit("Draw", work.annotation.adding(missed))
    work.select([missed.key])
    work.set_reason(CorrectionReason.MISSED, *MOMENT)
    work.return_film("See my corrections.", *MOMENT)
    return work


def test_the_annotator_sees_what_the_reviewer_changed_and_why():
    work = handed_over(corrected(), ADA)
    mark = work.annotation.review.last_mark("annotator")
    changes = changes_since(work.annotation, mark)
    ((added,), (removed,), (changed,)) = changes.added, changes.removed, changes.changed
    assert (added.after.points[0].tolist(), added.reason) == ([400, 100], CorrectionReason.MISSED)
    assert removed.before.label == "right_lung"
    assert removed.reason is CorrectionReason.OVERLAPPING_TISSUE_AT_BASE
    assert changed.reason is CorrectionReason.BOUNDARY
    assert changed.before.points[0].tolist() == [100, 100]
    assert changed.after.points[0].tolist() == [104, 100]


def test_the_reviewer_sees_what_the_annotator_did_with_a_returned_film():
    work = handed_over(corrected(), ADA)
    missed = work.annotation.shapes[-1]
    work.delete([missed.key])
    work.mark_done(*MOMENT)
    again = handed_over(work, REA)
    record = again.annotation.review
    changes = changes_since(again.annotation, record.last_mark("reviewer"))
    assert [change.before.label for change in changes.removed] == ["opacity"]
    assert not changes.added
    assert not changes.changed
    assert changes_since(again.annotation, record.last_mark("annotator")).__bool__() is False


def test_nobody_knows_what_another_program_changed():
    changed = moved_elsewhere(annotated().annotation)
    assert changes_since(changed, changed.review.last_mark("annotator")) is None


def test_a_readers_own_outlines_are_not_kept_twice():
    work = annotated()
    work.select([opacity_of(work).key])
    work.nudge(4, 0)
    assert work.annotation.review.kept == ()
    assert not work.annotation.awaits_reviewer


def test_what_a_reviewer_corrects_waits_for_the_reviewer():
    work = handed_over(annotated(), REA)
    work.select([opacity_of(work).key])
    work.nudge(4, 0)
    assert handed_over(work, ADA).annotation.awaits_reviewer
    work.undo()
    assert work.annotation.review.kept == ()
    assert work.annotation.status is ReviewStatus.ANNOTATED


def test_an_earlier_version_brought_back_is_an_edit_and_signs_nothing():
    work = handed_over(annotated(), REA)
    before = work.annotation
    earlier = replace(before, shapes=(before.shapes[0],))
    assert work.restore("Restore version", earlier)
    assert work.annotation.status is ReviewStatus.IN_WORK
    assert work.annotation.awaits_reviewer
    assert work.annotation.shapes == earlier.shapes
    (change,) = changes_since(work.annotation, before.review.events[0]).removed
    assert change.before.label == "opacity"
    assert work.undo() == "Restore version"
    assert work.annotation == before
    work.approve(*MOMENT)
    assert not work.restore("Restore version", earlier)


def test_too_many_outlines_are_not_kept():
    points = [(float(i % 600), float(i // 600)) for i in range(marking.MOST_POINTS_KEPT + 1)]
    work = handed_over(annotated(replace(OPACITY, shape_type="points", points=points)), REA)
    work.delete([work.annotation.shapes[0].key])
    assert work.annotation.review.kept == ()


# Comments, reasons, time and blind reading ------------------------------------------------


def test_a_comment_on_a_region_is_labelmes_description_and_an_event():
    work = annotated()
    shape = opacity_of(work)
    assert work.comment("Consolidation?", [shape.key], *MOMENT)
    assert opacity_of(work).description == "Consolidation?"
    event = work.annotation.review.events[-1]
    assert (event.outline, event.label) == (shape.outline_digest, "opacity")
    assert not work.comment("Consolidation?", [shape.key], *MOMENT)
    assert work.comment("", [shape.key], *MOMENT)
    assert opacity_of(work).description is None
    assert work.annotation.status is ReviewStatus.ANNOTATED
    assert not work.comment(" ", (), *MOMENT)


def test_an_answer_names_the_comment_and_its_region():
    work = annotated()
    work.comment("Effusion?", [opacity_of(work).key], *MOMENT)
    question = work.annotation.review.events[-1]
    assert work.comment("No.", (), *MOMENT, answers=question)
    answer = work.annotation.review.events[-1]
    assert answer.answers == question.time
    assert (answer.outline, answer.label) == (question.outline, question.label)
    assert opacity_of(work).description == "Effusion?"


def test_a_rejected_region_gets_its_reason_as_an_event():
    work = session(LUNG)
    work.set_prediction(prediction((40, 80, 200, 240)))
    (region,) = work.predicted_regions
    work.reject(region)
    assert work.set_reason(CorrectionReason.DEVICE_OR_WIRE, *MOMENT)
    rejected, event = work.annotation.review.events
    assert (rejected.kind, rejected.outline) == ("kept", region.outline_digest)
    assert (event.kind, event.reason, event.label) == ("removed", "device_or_wire", "opacity")
    assert (event.outline, event.model) == (region.outline_digest, "m1")


def test_a_reason_goes_to_what_is_selected_after_a_deletion():
    work = session(LUNG, OPACITY)
    work.delete([OPACITY.key])
    work.select([LUNG.key])
    assert work.set_reason(CorrectionReason.OTHER, *MOMENT)
    assert work.annotation.shapes[0].provenance.reason is CorrectionReason.OTHER
    assert kinds(work) == []
    assert work.set_reason(None, *MOMENT)
    assert work.annotation.shapes[0].provenance.reason is None


def test_without_anything_to_give_a_reason_for_nothing_happens():
    work = session(LUNG)
    assert not work.set_reason(CorrectionReason.OTHER, *MOMENT)
    work.delete([LUNG.key])
    work.undo()
    work.select(())
    assert not work.set_reason(CorrectionReason.OTHER, *MOMENT)


def test_a_reason_on_a_models_outline_leaves_it_the_models():
    work = session()
    work.set_prediction(prediction((40, 80, 200, 240)))
    work.accept_all()
    work.select([work.annotation.shapes[0].key])
    work.set_reason(CorrectionReason.BOUNDARY, *MOMENT)
    made = on_another_machine(work.annotation).shapes[0].provenance
    assert (made.source, made.model, made.edited_by) == ("model", "m1", None)
    assert made.reason is CorrectionReason.BOUNDARY


def test_events_tell_of_the_reading_time_between_them():
    seconds = 100.0
    work = ReviewSession(ADA, clock=lambda: seconds)
    work.open(film(), annotation(OPACITY))
    seconds = 130.04
    work.flag(True, *MOMENT)
    seconds = 140.0
    work.mark_done(*MOMENT)
    assert [event.seconds for event in work.annotation.review.events] == [30.0, 10.0]
    work.undo()
    seconds = 150.0
    work.mark_done(*MOMENT)
    # The mark taken back took its seconds with it.
    assert work.annotation.review.events[-1].seconds == 20.0
    assert work.annotation.review.reading_seconds == 50.0


def test_the_time_at_a_film_left_without_a_word_counts_when_it_is_come_back_to():
    seconds = 0.0
    work = ReviewSession(ADA, clock=lambda: seconds)
    one, other = film(), replace(film(), path=Path("other.png"))
    work.open(one, annotation(OPACITY))
    seconds = 30.0
    work.open(other, annotation())
    seconds = 37.0
    work.mark_done(*MOMENT)
    assert work.annotation.review.reading_seconds == 7.0
    work.open(one, annotation(OPACITY))
    seconds = 42.0
    work.mark_done(*MOMENT)
    assert work.annotation.review.reading_seconds == 35.0
    work.open(other, annotation())
    seconds = 43.0
    work.mark_done(*MOMENT)
    assert work.annotation.review.reading_seconds == 1.0


def test_the_time_of_one_reader_is_not_told_of_the_next():
    seconds = 0.0
    work = ReviewSession(ADA, clock=lambda: seconds)
    work.open(film(), annotation(OPACITY))
    seconds = 30.0
    work.set_reader(REA)
    seconds = 32.0
    work.approve(*MOMENT)
    assert work.annotation.review.reading_seconds == 2.0


def test_without_a_clock_no_time_is_told():
    assert annotated().annotation.review.events[0].seconds is None


def test_a_mark_set_before_the_prediction_was_seen_is_blind():
    work = session(OPACITY)
    assert marking.starts_blind(work.annotation, work.reader)
    work.set_blind(True)
    work.set_prediction(prediction((40, 80, 200, 240)))
    work.mark_done(*MOMENT)
    (mark,) = work.annotation.review.events
    assert mark.blind is True
    assert mark.model is None
    assert not work.is_blind
    assert not marking.starts_blind(work.annotation, work.reader)
    assert marking.starts_blind(work.annotation, REA)


def test_asking_for_the_prediction_is_recorded_and_ends_blind_reading():
    work = session(OPACITY)
    assert not work.reveal(*MOMENT)
    work.set_blind(True)
    assert work.reveal(*MOMENT)
    work.mark_done(*MOMENT)
    events = work.annotation.review.events
    assert [(event.kind, event.blind) for event in events] == [
        ("revealed", None),
        ("annotated", False),
    ]


def test_an_event_and_an_edit_are_one_step():
    work = session(LUNG, OPACITY)
    without = work.annotation.removing([OPACITY.key])
    assert work.record("Take the model's", "removed", *MOMENT, annotation=without, label="opacity")
    assert work.annotation.shapes == (LUNG,)
    assert work.undo() == "Take the model's"
    assert work.annotation == annotation(LUNG, OPACITY)


def test_an_event_that_comes_with_an_edit_respects_the_lock():
    work = approved()
    without = work.annotation.removing([opacity_of(work).key])
    assert not work.record("Take the model's", "removed", *MOMENT, annotation=without)
    assert work.is_locked
