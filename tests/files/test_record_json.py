"""The form of our own key in a LabelMe file, which other programs may come to rely on."""

from __future__ import annotations

from typing import Any

import pytest

from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.review_status import (
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.files.record_json import (
    NewerSchemaError,
    RecordError,
    provenance_from_json,
    provenance_to_json,
    record_from_json,
    record_to_json,
)

EVENT = ReviewEvent("no_opacity", "2026-11-22T10:00:00+01:00", "A. Reader", "annotator", "ab12")
EVENT_JSON = {
    "kind": "no_opacity",
    "time": "2026-11-22T10:00:00+01:00",
    "reader": "A. Reader",
    "role": "annotator",
    "shapes_digest": "ab12",
    "comment": "",
    "program": "",
    "model": None,
    "threshold": None,
}
RECORD_JSON: dict[str, Any] = {"schema": 1, "status": "annotated", "events": [EVENT_JSON]}
PROVENANCE_JSON: dict[str, Any] = {
    "schema": 1,
    "source": "model",
    "model": "opacity-1",
    "score": 0.75,
    "threshold": 0.5,
    "edited_by": None,
    "outline_digest": "cd34",
}


def test_a_review_record_has_the_documented_form() -> None:
    record = ReviewRecord(ReviewStatus.ANNOTATED, (EVENT,))
    assert record_to_json(record) == RECORD_JSON
    assert record_from_json(RECORD_JSON) == record


def test_a_provenance_has_the_documented_form() -> None:
    provenance = Provenance("model", "opacity-1", 0.75, 0.5, outline_digest="cd34")
    assert provenance_to_json(provenance) == PROVENANCE_JSON
    assert provenance_from_json(PROVENANCE_JSON) == provenance


def test_unknown_keys_come_back_on_every_level() -> None:
    record = RECORD_JSON | {"events": [EVENT_JSON | {"a": [1]}], "b": {"c": None}}
    assert record_to_json(record_from_json(record)) == record
    provenance = PROVENANCE_JSON | {"earlier": {"source": "person"}}
    assert provenance_to_json(provenance_from_json(provenance)) == provenance


@pytest.mark.parametrize("read", [record_from_json, provenance_from_json])
def test_a_newer_schema_is_told_from_damage(read: Any) -> None:
    with pytest.raises(NewerSchemaError):
        read({"schema": 2})
    with pytest.raises(RecordError) as caught:
        read({"schema": 1, "source": 3, "status": 3})
    assert not isinstance(caught.value, NewerSchemaError)


@pytest.mark.parametrize(
    "change",
    [{"time": 5}, {"role": None}, {"model": 3}, {"threshold": True}, {"threshold": 10**400}],
)
def test_an_event_of_the_wrong_kind_of_values_is_damage(change: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        record_from_json(RECORD_JSON | {"events": [EVENT_JSON | change]})


def test_what_a_later_event_tells_has_the_documented_form() -> None:
    removed = ReviewEvent(
        "removed",
        "2026-11-22T10:00:00+01:00",
        "B. Reader",
        "reviewer",
        "ab12",
        reason="device_or_wire",
        outline="ef56",
        label="opacity",
        answers="2026-11-22T09:00:00+01:00",
        seconds=12.5,
        blind=False,
    )
    document = record_to_json(ReviewRecord(ReviewStatus.IN_WORK, (removed,)))
    assert document["events"][0] == EVENT_JSON | {
        "kind": "removed",
        "reader": "B. Reader",
        "role": "reviewer",
        "reason": "device_or_wire",
        "outline": "ef56",
        "label": "opacity",
        "answers": "2026-11-22T09:00:00+01:00",
        "seconds": 12.5,
        "blind": False,
    }
    assert record_from_json(document).events == (removed,)


def test_kept_outlines_have_the_documented_form() -> None:
    ring = [[1.5, 2], [30, 4.25], [5, 60.125]]
    hole = [[9, 9], [10, 9], [10, 10]]
    shape = Shape("opacity", ring, holes=(hole,), description="apex")
    kept = KeptOutlines("ab12", "annotator", "B. Reader", "reviewer", (shape,))
    document = record_to_json(ReviewRecord(ReviewStatus.IN_WORK, (EVENT,), (kept,)))
    assert document["kept"] == [
        {
            "shapes_digest": "ab12",
            "role": "annotator",
            "changed_by": "B. Reader",
            "changed_as": "reviewer",
            "shapes": [
                {
                    "label": "opacity",
                    "rings": ["1.5,2.0 30.0,4.25 5.0,60.125", "9.0,9.0 10.0,9.0 10.0,10.0"],
                    "description": "apex",
                }
            ],
        }
    ]
    assert record_from_json(document).kept == (kept,)


@pytest.mark.parametrize(
    "kept",
    [
        "all", [3], [{"role": "annotator"}],
        [{"shapes_digest": "d", "role": "judge", "changed_by": "", "changed_as": "reviewer",
          "shapes": []}],
        [{"shapes_digest": "d", "role": "annotator", "changed_by": "", "changed_as": "reviewer",
          "shapes": [{"label": "opacity", "rings": ["1,nan"]}]}],
        [{"shapes_digest": "d", "role": "annotator", "changed_by": "", "changed_as": "reviewer",
          "shapes": [{"label": "opacity", "rings": []}]}],
    ],
)  # fmt: skip
def test_kept_outlines_that_make_no_sense_are_carried_along(kept: Any) -> None:
    document = RECORD_JSON | {"kept": kept}
    record = record_from_json(document)
    assert record.kept == ()
    assert record_to_json(record) == document


@pytest.mark.parametrize(
    "detail", [{"seconds": "long"}, {"seconds": True}, {"blind": 1}, {"reason": 3}, {"label": None}]
)
def test_details_of_an_event_that_make_no_sense_are_carried_along(detail: dict[str, Any]) -> None:
    document = RECORD_JSON | {"events": [EVENT_JSON | detail]}
    assert record_to_json(record_from_json(document)) == document


def test_a_reason_of_a_later_version_is_carried_along() -> None:
    document = PROVENANCE_JSON | {"reason": "motion_artefact"}
    provenance = provenance_from_json(document)
    assert provenance.reason is None
    assert provenance_to_json(provenance) == document
    boundary = provenance_from_json(PROVENANCE_JSON | {"reason": "boundary"})
    assert boundary.reason is CorrectionReason.BOUNDARY
