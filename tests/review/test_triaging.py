"""Decisions on a difference: what becomes of outlines and record."""

from __future__ import annotations

from datetime import UTC, datetime

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.triage import Difference, Kind
from opacity_studio.review.triaging import model_taken, persons_kept
from tests.review.desk import READER, annotation, box, modelled

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TOLD = {"program": "p", "model": "m1", "threshold": 0.4}


def difference(kind: Kind, person=(), model=()) -> Difference:
    return Difference(kind, tuple(person), tuple(model), 1.0, None, 1.0, 0.0, 100.0)


def test_the_models_outlines_come_where_the_persons_were():
    below, mine, above = (box("opacity", x, 0, x + 40, 40) for x in (0, 100, 200))
    second = box("opacity", 300, 0, 340, 40)
    theirs = [modelled(box("opacity", x, 0, x + 20, 30)) for x in (100, 130)]
    before = annotation(below, mine, above, second)
    after = model_taken(before, difference(Kind.DIFFERENT, (mine, second), theirs))
    assert len(after.shapes) == 4
    assert after.shapes[0] is below
    assert after.shapes[3] is above
    assert [s.provenance for s in after.shapes[1:3]] == [s.provenance for s in theirs]
    assert {s.key for s in after.shapes[1:3]}.isdisjoint({shape.key for shape in theirs})


def test_what_the_person_missed_comes_on_top_and_what_is_extra_goes():
    mine, theirs = box("opacity", 0, 0, 40, 40), modelled(box("opacity", 100, 0, 140, 40))
    after = model_taken(annotation(mine), difference(Kind.MISSED, (), (theirs,)))
    assert after.shapes[0] is mine
    assert after.shapes[1].provenance == theirs.provenance
    assert model_taken(annotation(mine), difference(Kind.EXTRA, (mine,))).shapes == ()


def test_keeping_leaves_outlines_and_state_and_says_so_once():
    one, other = box("opacity", 0, 0, 40, 40), box("opacity", 50, 0, 90, 40)
    before = annotation(one, other)
    kept = persons_kept(before, difference(Kind.EXTRA, (one, other)), READER, NOW, **TOLD)
    assert kept.shapes == before.shapes
    assert kept.status is before.status is ReviewStatus.IN_WORK
    assert [event.outline for event in kept.review.events] == [
        one.outline_digest,
        other.outline_digest,
    ]
    event = kept.review.events[0]
    assert (event.kind, event.reader, event.time) == ("kept", READER.name, NOW.isoformat())
    assert (event.program, event.model, event.threshold) == ("p", "m1", 0.4)
    assert (event.label, event.shapes_digest) == ("opacity", before.shapes_digest)
    again = persons_kept(kept, difference(Kind.EXTRA, (one,)), READER, NOW, **TOLD)
    assert again is kept


def test_leaving_a_region_out_names_the_region():
    theirs = modelled(box("opacity", 100, 0, 140, 40))
    kept = persons_kept(annotation(), difference(Kind.MISSED, (), (theirs,)), READER, NOW, **TOLD)
    assert [event.outline for event in kept.review.events] == [theirs.outline_digest]
    assert kept.status is ReviewStatus.UNREAD
