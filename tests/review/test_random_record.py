"""Whatever two readers and LabelMe do to a film in turn, its record tells the truth."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.review_changes import changes_since
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.review.session import ReviewSession
from tests.review.desk import annotation, box, film, modelled

READERS = (Reader("Ada"), Reader("Rea", "reviewer"))
START = datetime(2026, 11, 22, 8, tzinfo=UTC)
ACTS = [
    "move", "draw", "delete", "relabel", "reason", "mark", "clear", "approve", "return",
    "unlock", "flag", "skip", "comment", "describe", "undo", "redo",
]  # fmt: skip
DRAWN_ELSEWHERE = ["vertex", "duplicate", "remove", "save"]

turns = st.lists(
    st.tuples(
        st.sampled_from([*READERS, None]),
        st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 6)), max_size=6),
        st.sampled_from(DRAWN_ELSEWHERE),
    ),
    max_size=6,
)


class Film:
    """One film's file, which readers and LabelMe open in turn."""

    def __init__(self) -> None:
        self.now = START
        first = annotation(
            box("right_lung", 20, 20, 300, 400), modelled(box("opacity", 40, 40, 90, 90))
        )
        self.file = dump_annotation(first)

    def read(self) -> Annotation:
        return parse_annotation(self.file, Path("film.json"))

    def reviewed(self, reader: Reader, acts: list[tuple[str, int]]) -> None:
        work = ReviewSession(reader, now=lambda: self.now, program="P")
        work.open(film(), self.read())
        for what, which in acts:
            self.now += timedelta(seconds=1)
            self._act(work, what, which)
        self.file = dump_annotation(work.annotation)

    def _act(self, work: ReviewSession, what: str, which: int) -> None:
        before, locked = work.annotation, work.is_locked
        shapes = before.shapes
        shape = shapes[which % len(shapes)] if shapes else None
        keys = [] if shape is None else [shape.key]
        moment = (self.now, "P")
        work.select(keys)
        {
            "move": lambda: work.nudge(1 + which, 0),
            "draw": lambda: work.commit(
                "Draw", before.adding(box("opacity", 300 + 20 * which, 40, 380 + 20 * which, 90))
            ),
            "delete": lambda: work.delete(keys),
            "relabel": lambda: work.relabel("left_lung", keys),
            "reason": lambda: work.set_reason(list(CorrectionReason)[which], *moment),
            "mark": lambda: work.mark_done(*moment),
            "clear": lambda: work.mark_no_opacity(*moment),
            "approve": lambda: work.approve(*moment),
            "return": lambda: work.return_film("Again.", *moment),
            "unlock": lambda: work.unlock(*moment),
            "flag": lambda: work.flag(which % 2 == 0, *moment),
            "skip": lambda: work.skip(*moment),
            "comment": lambda: work.comment(f"Remark {which}", (), *moment),
            "describe": lambda: work.comment(f"Rim {which}", keys, *moment),
            "undo": work.undo,
            "redo": work.redo,
        }[what]()
        after = work.annotation
        if what in ("undo", "redo"):
            return
        if locked:
            assert after.shapes_digest == before.shapes_digest
        events = () if before.review is None else before.review.events
        now = () if after.review is None else after.review.events
        assert now[: len(events)] == events
        assert all(event.reader == work.reader.name for event in now[len(events) :])
        for kind in ("approved", "returned", "unlocked"):
            if work.reader.role == "annotator":
                assert kind not in {event.kind for event in now[len(events) :]}

    def drawn_in_labelme(self, what: str) -> None:
        raw = json.loads(self.file)
        shapes = raw["shapes"]
        if what == "vertex" and shapes:
            shapes[0]["points"][0][0] += 0.5
        elif what == "duplicate" and shapes:
            copy = json.loads(json.dumps(shapes[-1]))
            copy["points"] = [[x + 3, y + 3] for x, y in copy["points"]]
            shapes.append(copy)
        elif what == "remove" and shapes:
            shapes.pop()
        before = self.read()
        self.file = json.dumps(raw).encode()
        after = self.read()
        assert after.review == before.review
        known = {shape.outline_digest for shape in before.shapes}
        for shape in after.shapes:
            if shape.outline_digest not in known:
                assert shape.provenance is None


@settings(max_examples=60)
@given(turns)
def test_the_record_tells_the_truth(turns):
    one = Film()
    for reader, acts, elsewhere in turns:
        if reader is None:
            one.drawn_in_labelme(elsewhere)
        else:
            one.reviewed(reader, acts)
        now = one.read()
        assert parse_annotation(dump_annotation(now), Path("film.json")) == now
        _check(now)


def _check(now: Annotation) -> None:
    record = now.review
    if now.status.is_curated:
        assert record.vouched_digest == now.shapes_digest
    if record is None:
        return
    approved = record.last_step is not None and (
        record.last_step.status_after is ReviewStatus.APPROVED
    )
    assert (now.status is ReviewStatus.APPROVED) == (
        approved
        and record.status is ReviewStatus.APPROVED
        and record.last_step.shapes_digest == now.shapes_digest
    )
    if now.lost_approval:
        assert now.awaits_reviewer
        assert now.status is ReviewStatus.IN_WORK
    times = [event.time for event in record.events]
    assert times == sorted(times)
    for role in ("annotator", "reviewer"):
        mark = record.last_mark(role)
        if mark is not None:
            changes = changes_since(now, mark)
            same = mark.shapes_digest == now.shapes_digest
            assert changes is None or bool(changes) is not same or _is_reordered(now, record, mark)
    for shape in now.shapes:
        made = shape.provenance
        if made is not None:
            assert made.outline_digest == shape.outline_digest
            assert made.edited_by in {None, "Ada", "Rea"}
            assert made.source == ("model" if made.model else "person")


def _is_reordered(now: Annotation, record, mark) -> bool:
    """Whether the same outlines lie in another order: nothing of that is shown."""
    kept = record.outlines_of(mark)
    return kept is not None and sorted(s.outline_digest for s in kept.shapes) == sorted(
        s.outline_digest for s in now.shapes
    )
