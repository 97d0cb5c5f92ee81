from __future__ import annotations

import pytest

from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.domain.shape import Provenance
from opacity_studio.review.session import ReviewSession
from tests.review.desk import READER, Heard, annotation, box, film, modelled, session, with_vertex

LUNG = box("right_lung", 10, 10, 300, 400)
OPACITY = box("opacity", 100, 100, 200, 200)


def moved(work: ReviewSession, key: int, x: float = 90, y: float = 95):
    shape = work.annotation.shape(key)
    return work.annotation.replacing(key, with_vertex(shape, 0, x, y))


def test_without_a_film_there_is_nothing_to_edit():
    work = ReviewSession(READER)
    assert work.radiograph is None
    assert not work.is_editable
    assert not work.commit("Draw opacity", annotation(OPACITY))
    assert work.annotation.shapes == ()


def test_opening_starts_afresh():
    work = session(OPACITY)
    work.commit("Move vertex", moved(work, OPACITY.key))
    work.select({OPACITY.key}, vertex=(0, 1))
    work.toggle_locked({OPACITY.key})
    other = film()
    heard = Heard(work)
    work.open(other, annotation(LUNG))
    assert work.radiograph is other
    assert work.annotation.shapes == (LUNG,)
    assert work.undo_label is None
    assert work.selection == frozenset()
    assert work.selected_vertices == frozenset()
    assert work.locked == frozenset()
    assert not work.is_modified
    assert heard.what == [{"film"}]
    work.close()
    assert work.radiograph is None
    assert work.annotation.shapes == ()


def test_a_blocked_film_can_be_looked_at_only():
    work = ReviewSession(READER)
    work.open(film(), annotation(OPACITY), blocked="film.json is damaged: repair or remove it.")
    assert not work.is_editable
    assert work.blocked_reason == "film.json is damaged: repair or remove it."
    assert not work.delete({OPACITY.key})
    assert not work.reject(OPACITY)
    assert work.annotation.shapes == (OPACITY,)


def test_a_commit_is_one_step_with_a_name():
    work = session(LUNG, OPACITY)
    heard = Heard(work)
    assert work.commit("Move vertex", moved(work, OPACITY.key))
    assert work.undo_label == "Move vertex"
    assert work.is_modified
    assert heard.what == [{"annotation"}]
    assert heard.changes[0].shapes == {OPACITY.key}
    assert work.undo() == "Move vertex"
    assert work.annotation == annotation(LUNG, OPACITY)
    assert not work.is_modified
    assert work.redo() == "Move vertex"
    assert work.annotation.shape(OPACITY.key).points[0].tolist() == [90, 95]
    assert work.redo() is None


def test_a_commit_of_the_same_is_no_step():
    work = session(OPACITY)
    assert not work.commit("Move vertex", work.annotation)
    assert not work.commit("Move vertex", moved(work, OPACITY.key, 100, 100))
    assert work.undo_label is None


def test_saving_moves_the_mark_for_modified():
    work = session(OPACITY)
    work.commit("Move vertex", moved(work, OPACITY.key))
    saved = work.annotation
    work.commit("Move vertex", moved(work, OPACITY.key, 80, 80))
    work.mark_saved(saved)
    assert work.is_modified
    work.undo()
    assert not work.is_modified
    work.undo()
    assert work.is_modified


def test_a_preview_is_shown_and_leaves_no_trace():
    work = session(LUNG, OPACITY)
    heard = Heard(work)
    work.preview(moved(work, OPACITY.key))
    assert work.shown_annotation is not work.annotation
    assert not work.is_modified
    work.preview(None)
    assert work.shown_annotation is work.annotation
    assert heard.what == [{"preview"}, {"preview"}]
    assert [change.shapes for change in heard.changes] == [{OPACITY.key}] * 2


def test_a_commit_ends_the_preview():
    work = session(OPACITY)
    work.preview(moved(work, OPACITY.key))
    heard = Heard(work)
    work.commit("Move vertex", work.shown_annotation)
    assert heard.what == [{"annotation", "preview"}]
    assert work.shown_annotation is work.annotation


def test_nobody_is_told_after_unsubscribing():
    work = session(OPACITY)
    heard = Heard(work)
    heard.stop()
    heard.stop()
    work.select({OPACITY.key})
    assert heard.changes == []


def test_selection_knows_only_what_is_there():
    work = session(LUNG, OPACITY)
    heard = Heard(work)
    work.select({OPACITY.key, 10**9}, vertex=(0, 2))
    assert work.selection == {OPACITY.key}
    assert work.selected_vertices == {(OPACITY.key, 0, 2)}
    assert work.selected_shapes == (OPACITY,)
    work.select({OPACITY.key}, vertex=(0, 2))
    assert len(heard.changes) == 1
    work.select({OPACITY.key}, vertex=(1, 0))
    assert work.selected_vertices == frozenset()
    work.delete()
    assert work.selection == frozenset()
    assert heard.what[-1] == {"annotation", "selection"}


def test_undo_forgets_the_vertex():
    work = session(OPACITY)
    work.commit("Move vertex", moved(work, OPACITY.key))
    work.select({OPACITY.key}, vertex=(0, 0))
    heard = Heard(work)
    work.undo()
    assert work.selected_vertices == frozenset()
    assert work.selection == {OPACITY.key}
    assert heard.what == [{"annotation", "selection"}]


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (lambda work: work.delete({OPACITY.key}), "Delete opacity"),
        (lambda work: work.delete({OPACITY.key, LUNG.key}), "Delete 2 shapes"),
        (lambda work: work.relabel("left_lung", {LUNG.key}), "Relabel to left lung"),
        (lambda work: work.select({LUNG.key}) or work.nudge(1, 0), "Move right lung"),
        (lambda work: work.select({OPACITY.key}) or work.duplicate(), "Duplicate opacity"),
    ],
)
def test_edits_of_whole_shapes_are_named(edit, name):
    work = session(LUNG, OPACITY)
    assert edit(work)
    assert work.undo_label == name
    work.undo()
    assert work.annotation == annotation(LUNG, OPACITY)


def test_locked_shapes_are_left_alone():
    work = session(LUNG, OPACITY)
    work.toggle_locked({LUNG.key})
    work.select({LUNG.key, OPACITY.key})
    assert work.nudge(5, 0)
    assert work.annotation.shape(LUNG.key) is LUNG
    assert work.relabel("left_lung")
    assert work.annotation.shape(LUNG.key).label == "right_lung"
    assert work.delete()
    assert [shape.key for shape in work.annotation.shapes] == [LUNG.key]
    assert not work.delete({LUNG.key})


def test_tools_find_neither_hidden_nor_locked_shapes():
    work = session(LUNG, OPACITY)
    assert work.index.hit(150, 150, 1.0).key == OPACITY.key
    work.toggle_hidden({OPACITY.key})
    assert work.index.hit(150, 150, 1.0).key == LUNG.key
    work.toggle_locked({LUNG.key})
    assert work.index.hit(150, 150, 1.0) is None


def test_nudging_stops_at_the_border_of_the_film():
    work = session(box("opacity", 5, 5, 50, 50))
    work.select({shape.key for shape in work.annotation.shapes})
    work.nudge(-100, 3)
    assert work.annotation.shapes[0].points[0].tolist() == [0, 8]
    assert not work.nudge(-1, 0)


def test_copies_lie_beside_and_are_selected():
    work = session(OPACITY)
    work.select({OPACITY.key})
    work.duplicate(10, 20)
    original, copy = work.annotation.shapes
    assert original is OPACITY
    assert (copy.points - original.points).tolist() == [[10, 20]] * 4
    assert work.selection == {copy.key} != {original.key}


def test_drawing_by_hand_is_the_readers():
    work = session()
    work.commit("Draw opacity", work.annotation.adding(OPACITY))
    made = work.annotation.shapes[0].provenance
    assert made == Provenance("person", edited_by="A. Name", outline_digest=OPACITY.outline_digest)


def test_a_models_outline_stays_the_models_and_names_who_changed_it():
    region = modelled(OPACITY, score=0.8)
    work = session(region)
    work.commit("Move vertex", moved(work, region.key))
    shape = work.annotation.shapes[0]
    assert shape.provenance.source == "model"
    assert shape.provenance.model == "m1"
    assert shape.provenance.score == 0.8
    assert shape.provenance.edited_by == "A. Name"
    assert shape.provenance.outline_digest == shape.outline_digest


def test_relabelling_changes_no_provenance():
    region = modelled(OPACITY)
    work = session(region)
    work.relabel("left_lung", {region.key})
    assert work.annotation.shapes[0].provenance == region.provenance


def test_provenance_of_another_outline_is_not_inherited():
    stale = modelled(OPACITY).with_outline(OPACITY.points + 1)
    work = session(stale)
    work.commit("Move vertex", moved(work, stale.key))
    assert work.annotation.shapes[0].provenance.source == "person"


def test_untouched_shapes_stay_the_same_objects():
    work = session(LUNG, OPACITY)
    work.commit("Move vertex", moved(work, OPACITY.key))
    assert work.annotation.shapes[0] is LUNG


def test_the_first_edit_puts_a_film_in_work():
    work = session()
    assert work.annotation.status is ReviewStatus.UNREAD
    work.commit("Draw opacity", work.annotation.adding(OPACITY))
    assert work.annotation.status is ReviewStatus.IN_WORK
    work.delete({OPACITY.key})
    assert work.annotation.status is ReviewStatus.IN_WORK
    work.undo()
    work.undo()
    assert work.annotation.status is ReviewStatus.UNREAD


def test_the_reader_can_change():
    work = session()
    heard = Heard(work)
    work.set_reader(Reader("B. Other"))
    assert heard.what == [{"view"}]
    work.commit("Draw opacity", work.annotation.adding(OPACITY))
    assert work.annotation.shapes[0].provenance.edited_by == "B. Other"


def test_what_is_reloaded_from_disk_keeps_its_makers():
    work = session(OPACITY)
    theirs = box("opacity", 1, 1, 30, 30)
    work.adopt("Reload from disk", annotation(theirs))
    assert work.annotation.shapes[0].provenance is None
    assert work.undo_label == "Reload from disk"
    work.undo()
    assert work.annotation == annotation(OPACITY)


def test_what_undo_brings_back_is_selected():
    other = box("effusion", 150, 150, 260, 260)
    work = session(LUNG, OPACITY, other)
    work.select({OPACITY.key, other.key})
    work.delete()
    assert work.selection == frozenset()
    work.undo()
    assert work.selection == {OPACITY.key, other.key}
    work.combine("unite")
    assert work.selection == {OPACITY.key}
    work.undo()
    assert work.selection == {OPACITY.key, other.key}
    work.redo()
    work.select(())
    work.undo()
    assert work.selection == {other.key}


def test_undo_of_a_cut_selects_what_is_whole_again():
    work = session(LUNG, OPACITY)
    part = OPACITY.copied().with_outline([[150, 100], [200, 100], [200, 200], [150, 200]])
    whole = OPACITY.with_outline([[100, 100], [150, 100], [150, 200], [100, 200]])
    work.commit("Cut opacity", work.annotation.replacing(OPACITY.key, whole, part))
    work.select(())
    work.undo()
    assert work.selection == {OPACITY.key}


def test_undo_leaves_another_selection_alone():
    work = session(LUNG, OPACITY)
    work.delete({OPACITY.key})
    work.select({LUNG.key})
    work.undo()
    assert work.selection == {LUNG.key}


def test_undo_of_a_move_or_a_drawing_selects_nothing():
    work = session(LUNG, OPACITY)
    work.commit("Move vertex", moved(work, OPACITY.key))
    work.undo()
    assert work.selection == frozenset()
    work.commit("Draw opacity", work.annotation.adding(OPACITY.copied()))
    work.undo()
    assert work.selection == frozenset()


def test_undo_selects_nothing_hidden():
    work = session(LUNG, OPACITY)
    work.delete({OPACITY.key})
    work.toggle_labels(["opacity"], locks=False)
    work.undo()
    assert work.selection == frozenset()
