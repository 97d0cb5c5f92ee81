from __future__ import annotations

import pytest

from opacity_studio.domain.geometry import region_of, translate
from opacity_studio.domain.measurement import measure
from opacity_studio.review.acceptance import Acceptance
from opacity_studio.review.session import ReviewSession
from tests.review.desk import HEIGHT, WIDTH, Heard, annotation, box, modelled, prediction, session

A, B = (40, 80, 200, 240), (400, 120, 520, 280)
RIGHT = modelled(box("right_lung", 20, 20, 300, 440))
LEFT = modelled(box("left_lung", 340, 20, 620, 440))


def predicted(*shapes, **extra) -> ReviewSession:
    work = session(*shapes)
    work.set_prediction(prediction(A, B, lungs=(RIGHT, LEFT), **extra))
    return work


def labels(work: ReviewSession) -> list[str]:
    return [shape.label for shape in work.annotation.shapes]


def test_regions_come_at_the_models_threshold_until_one_is_chosen():
    work = predicted()
    assert work.threshold == pytest.approx(0.4)
    assert len(work.predicted_regions) == 2
    heard = Heard(work)
    work.set_threshold(0.95)
    assert work.predicted_regions == ()
    assert heard.what == [{"threshold"}]
    work.set_prediction(prediction(A))
    assert work.threshold == 0.95
    work.open(work.radiograph, annotation())
    assert work.prediction is None
    assert work.predicted_regions == ()
    work.set_prediction(prediction(A))
    assert work.threshold == pytest.approx(0.4)


def test_accepting_a_region_makes_it_a_selected_polygon_of_the_model():
    work = predicted()
    region = work.predicted_regions[0]
    done = work.accept([region])
    assert (done.added, done.lungs) == (1, 0)
    (shape,) = work.annotation.shapes
    assert shape.points.tolist() == region.points.tolist()
    assert shape.provenance == region.provenance
    assert shape.provenance.source == "model"
    assert shape.provenance.model == "m1"
    assert work.selection == {shape.key}
    assert work.undo_label == "Accept region"
    assert [r.key for r in work.predicted_regions] == [
        r.key for r in work.model_regions if r is not region
    ]


def test_undoing_brings_the_region_back():
    work = predicted()
    work.accept(work.predicted_regions[:1])
    work.undo()
    assert len(work.predicted_regions) == 2
    assert work.annotation == annotation()


def test_an_accepted_region_stays_settled_when_corrected_or_contoured_anew():
    work = predicted()
    work.accept(work.predicted_regions[:1])
    work.select({work.annotation.shapes[0].key})
    work.nudge(5, 5)
    work.set_threshold(0.3)
    assert len(work.predicted_regions) == 1


def test_accepting_several_is_one_step():
    work = predicted()
    assert work.accept(work.predicted_regions).added == 2
    assert work.undo_label == "Accept 2 regions"
    work.undo()
    assert labels(work) == []
    assert work.accept([]).added == 0


def test_accept_all_brings_the_lungs_where_none_are_drawn():
    work = predicted()
    done = work.accept_all()
    assert (done.added, done.skipped, done.lungs) == (2, 0, 2)
    assert labels(work) == ["right_lung", "left_lung", "opacity", "opacity"]
    assert all(shape.provenance.source == "model" for shape in work.annotation.shapes)
    assert work.undo_label == "Accept all regions"
    work.undo()
    assert labels(work) == []


def test_accept_all_leaves_the_lungs_a_person_drew():
    mine = box("left_lung", 350, 30, 600, 430)
    work = predicted(mine)
    assert work.accept_all().lungs == 0
    assert work.annotation.labelled("left_lung", "right_lung") == (mine,)


def test_accept_all_skips_what_a_person_has_outlined():
    mine = box("opacity", 30, 70, 210, 250)
    work = predicted(mine)
    assert len(work.predicted_regions) == 2
    done = work.accept_all()
    assert (done.added, done.skipped) == (1, 1)
    assert work.annotation.shape(mine.key) is mine


def test_accepting_one_region_adds_it_whole_and_changes_no_persons_shape():
    mine = box("opacity", 30, 70, 210, 250)
    work = predicted(mine)
    region = max(
        work.predicted_regions, key=lambda r: region_of(r).intersection(region_of(mine)).area
    )
    assert work.accept([region]).added == 1
    assert work.annotation.shape(mine.key) is mine
    both = measure(work.annotation.shapes, width=WIDTH, height=HEIGHT)
    assert both.opacity_area == pytest.approx(region_of(mine).union(region_of(region)).area)


def test_nothing_left_to_accept_is_no_step():
    work = predicted(RIGHT, LEFT)
    work.accept_all()
    before = work.undo_label
    done = work.accept_all()
    assert (done.added, done.skipped, done.lungs) == (0, 0, 0)
    assert work.undo() == before
    assert work.undo_label is None


def test_a_blocked_film_accepts_nothing():
    work = predicted()
    work.open(work.radiograph, annotation(), blocked="film.json is damaged.")
    work.set_prediction(prediction(A, B, lungs=(RIGHT, LEFT)))
    assert work.accept_all() == Acceptance()
    assert work.accept(work.predicted_regions) == Acceptance()
    assert work.accept_lungs() == Acceptance()
    assert work.replace_with_prediction() == Acceptance()
    assert work.annotation == annotation()


def test_rejecting_can_be_undone_and_holds_at_other_thresholds():
    work = predicted()
    region = work.predicted_regions[0]
    heard = Heard(work)
    assert work.reject(region)
    assert "prediction" in heard.what[0]
    assert work.annotation.shapes == annotation().shapes
    assert [event.kind for event in work.annotation.review.events] == ["kept"]
    assert len(work.predicted_regions) == 1
    work.set_threshold(0.3)
    assert len(work.predicted_regions) == 1
    assert work.accept_all().added == 1
    work.undo()
    assert work.undo() == "Reject region"
    assert len(work.predicted_regions) == 2
    assert work.rejected_regions == ()
    assert work.annotation == annotation()


def test_a_region_rejected_is_not_offered_when_the_film_is_opened_again():
    work = predicted()
    work.set_threshold(0.45)
    rejected, other = work.predicted_regions
    work.reject(rejected)
    again = session()
    again.open(work.radiograph, work.annotation)
    again.set_prediction(work.prediction)
    assert len(again.predicted_regions) == 1
    for threshold in (0.3, 0.45, 0.6):
        again.set_threshold(threshold)
        assert len(again.predicted_regions) == 1
    again.set_threshold(0.45)
    assert [region.outline_digest for region in again.predicted_regions] == [other.outline_digest]
    assert again.accept_all().added == 1


def test_lungs_alone():
    work = predicted(box("right_lung", 25, 25, 290, 430))
    assert work.accept_lungs().lungs == 1
    assert work.undo_label == "Accept lungs"
    assert sorted(labels(work)) == ["left_lung", "right_lung"]
    assert work.accept_lungs().lungs == 0
    assert session().accept_lungs().lungs == 0


def test_the_persons_own_lungs_are_not_accepted_back():
    work = predicted(from_person=True)
    assert work.accept_all().lungs == 0
    assert "left_lung" not in labels(work)


def test_replacing_takes_the_models_shapes_only():
    mine = box("opacity", 560, 400, 600, 440)
    work = predicted(mine)
    work.accept_all()
    kept, gone = (s for s in work.annotation.labelled("opacity") if s is not mine)
    work.select({kept.key})
    work.nudge(4, 0)
    work.set_threshold(0.3)
    done = work.replace_with_prediction()
    assert (done.replaced, done.added, done.skipped) == (1, 1, 0)
    keys = {shape.key for shape in work.annotation.shapes}
    assert {mine.key, kept.key} <= keys
    assert gone.key not in keys
    assert work.undo_label == "Replace with prediction"
    work.undo()
    assert work.annotation.shape(gone.key) is not None


def test_replacing_everything_is_asked_for():
    mine = box("opacity", 560, 400, 600, 440)
    work = predicted(mine)
    done = work.replace_with_prediction(include_person=True)
    assert (done.replaced, done.added, done.lungs) == (1, 2, 2)
    assert work.annotation.shape(mine.key) is None
    work.undo()
    assert work.annotation == annotation(mine)
    assert session(mine).replace_with_prediction().replaced == 0


def test_replacing_by_the_same_is_no_step():
    work = predicted()
    work.accept_all()
    assert work.replace_with_prediction() == Acceptance()
    assert work.undo_label == "Accept all regions"


def test_regions_elsewhere_do_not_count_as_accepted():
    work = predicted()
    work.accept(work.predicted_regions[:1])
    (shape,) = work.annotation.shapes
    work.commit("Move opacity", work.annotation.replacing(shape.key, translate(shape, 0, 230)))
    assert len(work.predicted_regions) == 2


def test_predicted_lungs_show_while_none_is_drawn():
    assert session().predicted_lungs == ()
    work = predicted()
    assert work.predicted_lungs == (RIGHT, LEFT)
    work.accept_lungs()
    assert work.predicted_lungs == ()
    work.undo()
    assert work.predicted_lungs == (RIGHT, LEFT)
    assert predicted(box("left_lung", 1, 1, 9, 9)).predicted_lungs == ()


def test_a_key_moves_the_threshold_by_a_step_and_back():
    work = session()
    work.step_threshold(-1)
    assert work.threshold == 0.5
    work.set_prediction(prediction((100, 100, 300, 300)))
    first = work.threshold
    work.step_threshold(-1)
    assert work.threshold < first
    work.step_threshold(1)
    assert work.threshold == pytest.approx(first)
