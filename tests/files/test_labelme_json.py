"""LabelMe's JSON: nothing is lost, nothing is made up, damage is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationFormatError
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from tests.files.labelme_files import (
    PATH,
    TRIANGLE,
    as_bytes,
    document,
    files_of_all_ages,
    shape,
    with_defaults,
)

AGES = files_of_all_ages()
SQUARE = [[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]]
HOLE = [[30.0, 30.0], [30.0, 60.0], [60.0, 60.0], [60.0, 30.0]]


def parse(source: Any) -> Annotation:
    return parse_annotation(source if isinstance(source, bytes) else as_bytes(source), PATH)


def reread(annotation: Annotation) -> Annotation:
    return parse_annotation(dump_annotation(annotation), PATH)


def saved(source: Any) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(dump_annotation(parse(source)))
    return result


@pytest.mark.parametrize("age", AGES)
def test_a_file_of_any_age_means_the_same_after_open_and_save(age: str) -> None:
    after = saved(AGES[age])
    before = with_defaults(AGES[age])
    before.setdefault("version", after["version"])
    assert after == before


@pytest.mark.parametrize("age", AGES)
def test_what_is_written_has_every_key_a_strict_reader_asks_for(age: str) -> None:
    after = saved(AGES[age])
    assert list(after)[:7] == [
        "version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth",
    ]  # fmt: skip
    for each in after["shapes"]:
        assert list(each)[:7] == [
            "label", "points", "group_id", "description", "shape_type", "flags", "mask",
        ]  # fmt: skip
        assert all(type(value) is float for point in each["points"] for value in point)


def test_the_layout_is_labelmes_so_that_turns_of_both_programs_differ_only_in_edits() -> None:
    source = document(shape(), shape(label="right_lung", group_id=2, extra_key={"a": [1]}))
    text = json.dumps(source, indent=2, ensure_ascii=False).encode()
    assert dump_annotation(parse(text)) == text


def test_a_second_save_writes_the_same_bytes() -> None:
    for source in AGES.values():
        once = dump_annotation(parse(source))
        assert dump_annotation(parse(once)) == once


def test_missing_shape_type_means_polygon() -> None:
    assert parse(AGES["3.0, colours, no shape type"]).shapes[0].is_polygon


def test_a_byte_order_mark_is_read_and_left_out() -> None:
    data = b"\xef\xbb\xbf" + as_bytes(document(shape()))
    assert dump_annotation(parse(data)).startswith(b"{")


def test_half_a_surrogate_pair_survives() -> None:
    text = as_bytes(document(shape(label="LABEL"))).replace(b"LABEL", b"\\ud83e x")
    annotation = parse(text)
    assert annotation.shapes_digest
    assert reread(annotation) == annotation


def test_nan_under_a_key_of_somebody_else_survives() -> None:
    after = saved(as_bytes(document(shape(score=float("nan")), mean=float("inf"))))
    assert np.isnan(after["shapes"][0]["score"])
    assert after["mean"] == float("inf")


def test_equal_duplicates_of_a_key_are_harmless() -> None:
    text = as_bytes(document(shape())).replace(b'"version"', b'"version": "6.3.1", "version"', 1)
    assert parse(text).version == "6.3.1"


DAMAGE: dict[str, tuple[Any, str]] = {
    "zero bytes": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "cut off": (as_bytes(document(shape()))[:150], "not valid JSON"),
    "text": (b"a radiograph", "not valid JSON"),
    "UTF-16": (json.dumps(document(shape())).encode("utf-16"), "UTF-8"),
    "Latin-1": (as_bytes(document(shape(label="Öd"))).replace("Ö".encode(), b"\xd6"), "UTF-8"),
    "binary": (bytes(range(256)), "UTF-8"),
    "nested without end": (b"[" * 200_000, "nested too deeply"),
    "nested very deep": (
        as_bytes(document(shape(), x=0)).replace(b'"x": 0', b'"x": ' + b"[" * 300 + b"]" * 300),
        "nested too deeply",
    ),
    "an array": (b"[]", "no list of shapes"),
    "another program's": ({"images": [], "annotations": []}, "no list of shapes"),
    "shapes not a list": (document(shapes={}), "no list of shapes"),
    "shape not an object": (document(shapes=[3]), "shape 1 is not an object"),
    "no label": (document({"points": TRIANGLE}), "shape 1 has no label"),
    "label a number": (document(shape(), shape(label=3)), "shape 2 has no label"),
    "no points": (document({"label": "a"}), "shape 1 has no points"),
    "points empty": (document(shape(points=[])), "shape 1 has no points"),
    "points null": (document(shape(points=None)), "shape 1 has no points"),
    "NaN": (document(shape(points=[[0.0, 1.0], [float("nan"), 2.0], [1.0, 5.0]])), "not finite"),
    "infinity": (document(shape(points=[[0.0, 1.0], [float("inf"), 2.0]])), "not finite"),
    "a number beyond floats": (
        as_bytes(document(shape())).replace(b"10.5", b"1e999"), "not finite",
    ),
    "an integer beyond floats": (
        as_bytes(document(shape())).replace(b"10.5", b"9" * 400), "not finite",
    ),
    "an endless integer": (as_bytes(document(shape())).replace(b"10.5", b"9" * 9000), "too long"),
    "points of three": (document(shape(points=[[1.0, 2.0, 3.0]])), "not two numbers"),
    "points of text": (document(shape(points=[["1", "2"]])), "not two numbers"),
    "points of null": (document(shape(points=[[None, 2.0]])), "not two numbers"),
    "points of truth": (document(shape(points=[[True, 2.0]])), "not two numbers"),
    "points flat": (document(shape(points=[1.0, 2.0])), "not two numbers"),
    "flag with text": (document(shape(flags={"a": "yes"})), "neither true nor false"),
    "flags a list": (document(flags=[True]), "neither true nor false"),
    "group a name": (document(shape(group_id="left")), "whole number"),
    "group a fraction": (document(shape(group_id=1.5)), "whole number"),
    "group not a number": (document(shape(group_id=float("nan"))), "whole number"),
    "description a number": (document(shape(description=3)), "not text"),
    "mask a list": (document(shape(mask=[0, 1])), "not text"),
    "image path a number": (document(imagePath=3), "not text"),
    "image data a list": (document(imageData=[1]), "not text"),
    "negative size": (document(imageWidth=-5), "size in pixels"),
    "size a text": (document(imageHeight="160"), "size in pixels"),
    "size not a number": (document(imageHeight=float("nan")), "size in pixels"),
    "size a fraction": (document(imageHeight=160.5), "whole number"),
    "two different labels": (
        as_bytes(document(shape())).replace(b'"label"', b'"label": "lung", "label"', 1), "twice",
    ),
    "newer record": (
        document(shape(), opacity_studio={"schema": 2, "status": "sealed"}), "newer Opacity Studio",
    ),
    "newer provenance": (
        document(shape(opacity_studio={"schema": 99})), "newer Opacity Studio",
    ),
    "record of nonsense": (document(opacity_studio="yes"), "review record"),
    "record of unknown state": (document(opacity_studio={"status": "fine"}), "review record"),
    "record without events' makers": (
        document(opacity_studio={"status": "annotated", "events": [{"kind": "annotated"}]}),
        "review record",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_one_clear_sentence(kind: str) -> None:
    source, expected = DAMAGE[kind]
    data = source if isinstance(source, bytes) else json.dumps(source).encode()
    with pytest.raises(AnnotationFormatError) as caught:
        parse_annotation(data, PATH)
    message = caught.value.message
    assert message.startswith("film.json ")
    assert expected in message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 250
    assert caught.value.path == PATH


def test_holes_are_bridged_on_disk_and_open_again() -> None:
    drawn = Annotation("film.png", 200, 160, (Shape("opacity", SQUARE, holes=(HOLE,)),))
    on_disk = json.loads(dump_annotation(drawn))["shapes"][0]["points"]
    assert len(on_disk) == len(SQUARE) + len(HOLE) + 2
    again = reread(drawn).shapes[0]
    assert np.array_equal(again.points, SQUARE)
    assert len(again.holes) == 1
    assert again.outline_digest == drawn.shapes[0].outline_digest


def test_an_untouched_bridged_ring_keeps_its_own_order_of_points() -> None:
    # Bridged where this program would not: from the first corner, not the nearest.
    ring = [*SQUARE[:1], *HOLE[2:], *HOLE[:2], HOLE[2], *SQUARE]
    after = saved(document(shape(points=ring)))
    assert after["shapes"][0]["points"] == ring


def provenance_of(drawn: Shape) -> Provenance:
    return Provenance("model", "opacity-1", 0.83, 0.42, outline_digest=drawn.outline_digest)


@pytest.mark.parametrize("holes", [(), (HOLE,)], ids=["plain", "with a hole"])
def test_provenance_survives_with_its_outline(holes: tuple[Any, ...]) -> None:
    drawn = Shape(
        "opacity", np.asarray(SQUARE) + 1 / 3, holes=tuple(np.asarray(h) + 1 / 3 for h in holes)
    )
    drawn = replace(drawn, provenance=provenance_of(drawn))
    again = reread(Annotation("film.png", shapes=(drawn,))).shapes[0]
    assert again.provenance == drawn.provenance
    assert again.provenance is not None
    assert again.provenance.outline_digest == again.outline_digest


def test_provenance_without_a_digest_is_written_with_that_of_its_outline() -> None:
    drawn = Shape("opacity", SQUARE, provenance=Provenance("person", edited_by="A. Reader"))
    again = reread(Annotation("film.png", shapes=(drawn,))).shapes[0]
    assert again.provenance is not None
    assert again.provenance.outline_digest == again.outline_digest


def edited_elsewhere() -> dict[str, Any]:
    drawn = Shape("opacity", SQUARE)
    drawn = replace(drawn, provenance=provenance_of(drawn))
    source: dict[str, Any] = json.loads(dump_annotation(Annotation("film.png", shapes=(drawn,))))
    source["shapes"][0]["points"][2] = [140.0, 140.0]
    return source


def test_an_outline_edited_elsewhere_does_not_inherit_its_record_but_keeps_it() -> None:
    source = edited_elsewhere()
    annotation = parse(source)
    assert annotation.shapes[0].provenance is None
    assert saved(source) == source


def test_a_record_made_void_elsewhere_stays_as_history_of_the_next_one() -> None:
    void = edited_elsewhere()["shapes"][0]["opacity_studio"]
    edited = parse(edited_elsewhere()).shapes[0].with_outline(TRIANGLE)
    mine = Provenance("person", edited_by="A. Reader", outline_digest=edited.outline_digest)
    annotation = Annotation("film.png", shapes=(replace(edited, provenance=mine),))
    again = reread(annotation).shapes[0].provenance
    assert again is not None
    assert again.source == "person"
    assert again.extra["earlier"] == void


@pytest.mark.parametrize(
    "record",
    ["yes", [], {}, {"source": "committee"}, {"source": "model", "score": "high"},
     {"source": "model", "score": float("nan")}, {"source": "model", "model": 3}],
)  # fmt: skip
def test_a_shape_record_of_nonsense_is_not_believed_but_kept(record: Any) -> None:
    annotation = parse(document(shape(opacity_studio=record)))
    assert annotation.shapes[0].provenance is None
    written = json.loads(dump_annotation(annotation))["shapes"][0]["opacity_studio"]
    assert json.dumps(written) == json.dumps(record)


def test_the_review_record_survives_with_keys_of_a_later_version() -> None:
    drawn = Annotation("film.png", 200, 160, (Shape("opacity", SQUARE, holes=(HOLE,)),))
    event = ReviewEvent(
        kind="annotated",
        time="2026-11-22T10:00:00+01:00",
        reader="A. Reader",
        role="annotator",
        shapes_digest=drawn.shapes_digest,
        comment="apex unclear",
        program="0.1.0",
        model="opacity-1",
        threshold=0.4,
        extra={"screen": "left"},
    )
    record = ReviewRecord(extra={"assigned": ["B. Reader"]}).with_event(
        event, ReviewStatus.ANNOTATED
    )
    again = reread(replace(drawn, review=record))
    assert again.review == record
    assert again.status is ReviewStatus.ANNOTATED


def test_an_event_of_a_kind_from_later_stays_in_the_history() -> None:
    event = {
        "kind": "second_look", "time": "t", "reader": "r", "role": "arbiter", "shapes_digest": "d",
    }  # fmt: skip
    source = document(opacity_studio={"schema": 1, "status": "in_work", "events": [event]})
    written = saved(source)["opacity_studio"]["events"][0]
    assert event.items() <= written.items()


@pytest.mark.parametrize("points", [np.empty((0, 2)), [[1.0, float("nan")], [2.0, 2.0]]])
def test_a_shape_no_program_could_read_is_never_written(points: Any) -> None:
    with pytest.raises(ValueError, match="not a number"):
        dump_annotation(Annotation("film.png", shapes=(Shape("opacity", points),)))


def test_all_seventy_real_files_mean_the_same_after_open_and_save(covid_cxr: Any) -> None:
    files = sorted(covid_cxr.glob("*.json"))
    assert len(files) == 70
    for file in files:
        data = file.read_bytes()
        after = json.loads(dump_annotation(parse_annotation(data, file)))
        assert after == with_defaults(json.loads(data))
