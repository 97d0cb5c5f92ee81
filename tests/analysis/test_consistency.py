from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.analysis.consistency import AGAIN, FIRST, consistency_of
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY
from opacity_studio.domain.review_status import (
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.shape import Shape
from opacity_studio.files.image_path import place_of_reader
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.files.repeats import KEY, REPEAT_FOLDER


def box(label: str, left: float, right: float) -> Shape:
    return Shape(label, np.array([[left, 0.0], [right, 0.0], [right, 20.0], [left, 20.0]]))


LUNG = box(LEFT_LUNG, 0, 40)


def reading(*shapes: Shape, time: str = "2026-03-02T08:00:00+00:00") -> Annotation:
    made = Annotation("film.png", 60, 40, (LUNG, *shapes))
    event = ReviewEvent("annotated", time, "Ada", "annotator", made.shapes_digest)
    return replace(made, review=ReviewRecord(ReviewStatus.ANNOTATED, (event,)))


def put(folder: Path, stem: str, first: Annotation, again: Annotation | None) -> None:
    """Write a film's first reading, and one that came back as ``other-<stem>``."""
    (folder / f"{stem}.json").write_bytes(dump_annotation(first))
    place = place_of_reader(folder, "Ada") / REPEAT_FOLDER
    place.mkdir(parents=True, exist_ok=True)
    about = {"image": f"{stem}.png", "made": "2026-03-05T08:00:00+00:00"}
    second = again or Annotation("film.png", 60, 40, review=ReviewRecord())
    record = second.review or ReviewRecord()
    (place / f"other-{stem}.png").write_bytes(b"")
    (place / f"other-{stem}.json").write_bytes(
        dump_annotation(replace(second, review=replace(record, extra={KEY: about})))
    )


def test_two_readings_of_one_reader_are_compared_under_the_films_real_name(tmp_path: Path) -> None:
    later = "2026-03-06T08:00:00+00:00"
    put(tmp_path, "a", reading(box(OPACITY, 0, 20)), reading(box(OPACITY, 10, 30), time=later))
    put(tmp_path, "b", reading(), reading(time=later))
    put(tmp_path, "c", reading(box(OPACITY, 0, 10)), reading(time=later))
    found = consistency_of(tmp_path, "Ada")
    assert [film.image for film in found.films] == ["a.png", "b.png", "c.png"]
    assert found.films[0].overlaps[FIRST, AGAIN].iou() == pytest.approx(1 / 3)
    assert found.films[0].percent == {FIRST: pytest.approx(50), AGAIN: pytest.approx(50)}
    agreement = found.agreement
    assert agreement.films == 3
    assert agreement.iou == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert agreement.percent_bias == pytest.approx(25 / 3)
    assert agreement.kappa_presence == pytest.approx(0.4)


def test_what_has_not_been_read_again_is_not_spoken_of(tmp_path: Path) -> None:
    put(tmp_path, "a", reading(box(OPACITY, 0, 20)), None)
    found = consistency_of(tmp_path, "Ada")
    assert (found.agreement.films, found.films, found.left_out) == (0, (), 0)


def test_the_first_reading_counts_as_it_was_before_a_reviewer_changed_it(tmp_path: Path) -> None:
    first = reading(box(OPACITY, 0, 20))
    assert first.review is not None
    digest = first.shapes_digest
    kept = KeptOutlines(digest, "annotator", "Ben", "reviewer", first.shapes)
    changed = replace(first, shapes=(LUNG, box(OPACITY, 0, 40)), review=first.review.keeping(kept))
    put(tmp_path, "a", changed, reading(box(OPACITY, 0, 20)))
    assert consistency_of(tmp_path, "Ada").agreement.iou == pytest.approx(1)


def test_a_first_reading_nobody_kept_is_left_out(tmp_path: Path) -> None:
    first = reading(box(OPACITY, 0, 20))
    put(tmp_path, "a", replace(first, shapes=(LUNG,)), reading(box(OPACITY, 0, 20)))
    put(tmp_path, "b", first, reading(box(OPACITY, 0, 20)))
    (tmp_path / "b.json").unlink()
    found = consistency_of(tmp_path, "Ada")
    assert (found.agreement.films, found.left_out) == (0, 2)


def test_a_mark_after_the_film_came_back_is_no_first_reading(tmp_path: Path) -> None:
    put(
        tmp_path,
        "a",
        reading(box(OPACITY, 0, 20), time="2026-04-01T08:00:00+00:00"),
        reading(box(OPACITY, 0, 20)),
    )
    assert consistency_of(tmp_path, "Ada").left_out == 1
