"""What another person saves meanwhile, and undo afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import translate
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.taking_in import take_in
from tests.review.desk import annotation, box, film, session

FIRST = box("opacity", 100, 100, 200, 200)


def opened(disk: Annotation) -> tuple[ReviewSession, Annotation]:
    """A session on the film as it is on disk, and what it knows to be there."""
    return session(*disk.shapes), disk


def from_file(read: Annotation) -> Annotation:
    return parse_annotation(dump_annotation(read), Path("film.json"))


def left_edges(read: Annotation) -> list[float]:
    return sorted(float(shape.points[0, 0]) for shape in read.shapes)


def clashing() -> tuple[ReviewSession, Annotation, Annotation]:
    """Mine is moved to 110 after a lung was drawn; theirs to 130, and one at 400 is theirs too."""
    base = annotation(FIRST)
    work = session(FIRST)
    lung = box("right_lung", 20, 20, 90, 400)
    work.commit("Draw", work.annotation.adding(lung))
    work.commit("Move", work.annotation.mapping([FIRST.key], lambda s: translate(s, 10, 0)))
    theirs = base.mapping([FIRST.key], lambda s: translate(s, 30, 0))
    return work, base, from_file(theirs.adding(box("opacity", 400, 100, 450, 200)))


def test_a_clash_is_asked_about_and_nothing_is_done():
    work, base, theirs = clashing()
    before = work.annotation
    assert len(take_in(work, base, theirs).clashes) == 1
    assert work.annotation is before


@pytest.mark.parametrize(("keep", "now"), [("mine", [20, 110, 400]), ("both", [20, 110, 130, 400])])
def test_one_undoes_ones_own_edits_only(keep, now: list[float]):
    work, base, theirs = clashing()
    take_in(work, base, theirs, keep=keep)
    assert left_edges(work.annotation) == now
    assert work.undo() == "Move"
    assert left_edges(work.annotation) == [20, 130, 400]
    assert work.undo() == "Draw"
    assert left_edges(work.annotation) == [130, 400]
    assert work.undo() is None
    assert work.redo() == "Draw"
    assert work.redo() == "Move"
    assert left_edges(work.annotation) == now


def test_to_have_taken_theirs_can_be_undone():
    work, base, theirs = clashing()
    take_in(work, base, theirs, keep="theirs")
    assert left_edges(work.annotation) == [20, 130, 400]
    assert work.undo() == "Take theirs"
    assert left_edges(work.annotation) == [20, 110, 400]
    work.undo()
    assert left_edges(work.annotation) == [20, 130, 400]


def test_what_others_did_is_no_step_and_shapes_stay_the_same_objects():
    work = session(FIRST)
    base = work.annotation
    work.select([FIRST.key])
    theirs = from_file(base.adding(box("opacity", 400, 100, 450, 200)))
    take_in(work, base, theirs)
    assert work.undo_label is None
    assert work.annotation.shapes[0] is FIRST
    assert work.selection == {FIRST.key}


def test_a_film_that_cannot_be_saved_takes_nothing_in():
    work = ReviewSession(session().reader)
    work.open(film(), annotation(FIRST), blocked="Damaged.")
    take_in(work, annotation(FIRST), annotation())
    assert work.annotation == annotation(FIRST)


class Colleague:
    """A session and what it knows to be on disk."""

    def __init__(self, disk: Annotation, label: str) -> None:
        self.work, self.known = opened(from_file(disk))
        self.label = label
        self.drawn = 0

    def draw(self, at: int) -> None:
        self.drawn += 1
        shape = box(self.label, at, self.drawn, at + 30, self.drawn + 30)
        self.work.commit("Draw", self.work.annotation.adding(shape))

    def move(self, step: int) -> None:
        own = [shape.key for shape in self.work.annotation.labelled(self.label)]
        if own:
            moved = self.work.annotation.mapping(own[-1:], lambda s: translate(s, step, 0))
            self.work.commit("Move", moved)

    def save(self, disk: Annotation) -> Annotation:
        take_in(self.work, self.known, disk)
        self.known = from_file(self.work.annotation)
        return self.known

    def outlines(self, label: str) -> list[str]:
        return [_outline(shape) for shape in self.work.annotation.labelled(label)]


def _outline(shape: Shape) -> str:
    return repr(shape.points.tolist())


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1]),
            st.sampled_from(["draw", "move", "undo", "redo", "save", "save"]),
            st.integers(1, 400),
        ),
        max_size=30,
    )
)
def test_undoing_everything_leaves_exactly_the_others_work(steps):
    disk = annotation()
    both = [Colleague(disk, "opacity"), Colleague(disk, "right_lung")]
    for who, what, at in steps:
        colleague = both[who]
        if what == "save":
            disk = colleague.save(disk)
        elif what in ("undo", "redo"):
            getattr(colleague.work, what)()
        else:
            getattr(colleague, what)(at)
    one, other = both
    for colleague in (other, one):
        disk = colleague.save(disk)
    there = other.outlines("right_lung")
    assert sorted(one.outlines("right_lung")) == sorted(there)
    while one.work.undo() is not None:
        assert sorted(one.outlines("right_lung")) == sorted(there)
    assert one.outlines("opacity") == []
