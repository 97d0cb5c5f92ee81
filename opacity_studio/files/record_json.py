"""What this program adds to a LabelMe file, under the one key ``"opacity_studio"``.

LabelMe carries unknown keys along, at the top of the file and on each shape. Ours are, in schema 1:

At the top of the file, the review record (`ReviewRecord`; only on films a person marked)::

    {"schema": 1,
     "status": "unread" | "in_work" | "annotated" | "approved" | "returned",
     "events": [{"kind": "annotated" | "no_opacity" | "approved" | …,
                 "time": ISO 8601 with time zone,
                 "reader": name, "role": "annotator" | "reviewer",
                 "shapes_digest": what exactly was vouched for,
                 "comment": text, "program": version,
                 "model": id | null, "threshold": 0…1 | null}]}

On a shape, its provenance (`Provenance`)::

    {"schema": 1, "source": "person" | "model", "model": id | null,
     "score": 0…1 | null, "threshold": 0…1 | null, "edited_by": name | null,
     "outline_digest": digest of the outline all of this is about,
     "earlier": a record, made void by an edit in another program, that this one followed}

Keys this version does not know are kept. Adding keys or event kinds leaves the schema number
alone; a change that makes an older program misread the record raises it, and an older program
then leaves the whole file alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from opacity_studio.domain.review_status import (
    EventKind,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
    Role,
)
from opacity_studio.domain.shape import Provenance, Source

KEY: Final = "opacity_studio"
SCHEMA: Final = 1

_RECORD_KEYS: Final = frozenset({"schema", "status", "events"})
_EVENT_TEXTS: Final = ("kind", "time", "reader", "role", "shapes_digest")
_EVENT_KEYS: Final = frozenset({*_EVENT_TEXTS, "comment", "program", "model", "threshold"})
_PROVENANCE_KEYS: Final = frozenset(
    {"schema", "source", "model", "score", "threshold", "edited_by", "outline_digest"}
)


class RecordError(ValueError):
    """A record that cannot be understood; the message is a clause about it."""


class NewerSchemaError(RecordError):
    """A record that a newer version of this program wrote."""


def check_schema(raw: object) -> None:
    """Raise `NewerSchemaError` where `raw` is a record of a newer schema than ours."""
    schema = raw.get("schema") if isinstance(raw, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise NewerSchemaError(f"its record has schema {schema}, this program knows {SCHEMA}")


def record_from_json(raw: object) -> ReviewRecord:
    """Return the review record of a file.

    Raises
    ------
    RecordError
        When `raw` is no record of schema 1 or lower.
    """
    check_schema(raw)
    if not isinstance(raw, dict):
        raise RecordError("it is not an object")
    try:
        status = ReviewStatus(str(raw.get("status")))
    except ValueError:
        raise RecordError("its status is unknown") from None
    events = raw.get("events", [])
    if not isinstance(events, list):
        raise RecordError("its events are not a list")
    return ReviewRecord(status, tuple(map(_event, events)), _others(raw, _RECORD_KEYS))


def _event(raw: object) -> ReviewEvent:
    if not isinstance(raw, dict):
        raise RecordError("an event is not an object")
    for key in _EVENT_TEXTS:
        if not isinstance(raw.get(key), str):
            raise RecordError(f"an event has no {key}")
    return ReviewEvent(
        # A kind or role of a later version of schema 1 stays in the history as it is.
        kind=cast("EventKind", raw["kind"]),
        time=raw["time"],
        reader=raw["reader"],
        role=cast("Role", raw["role"]),
        shapes_digest=raw["shapes_digest"],
        comment=_text(raw, "comment") or "",
        program=_text(raw, "program") or "",
        model=_text(raw, "model"),
        threshold=_number(raw, "threshold"),
        extra=_others(raw, _EVENT_KEYS),
    )


def record_to_json(record: ReviewRecord) -> dict[str, Any]:
    """Return `record` as it goes into the file."""
    return {
        "schema": SCHEMA,
        "status": record.status.value,
        "events": [_event_to_json(event) for event in record.events],
        **record.extra,
    }


def _event_to_json(event: ReviewEvent) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "time": event.time,
        "reader": event.reader,
        "role": event.role,
        "shapes_digest": event.shapes_digest,
        "comment": event.comment,
        "program": event.program,
        "model": event.model,
        "threshold": event.threshold,
        **event.extra,
    }


def provenance_from_json(raw: object) -> Provenance:
    """Return the provenance of a shape, whatever outline it speaks of.

    Raises
    ------
    RecordError
        When `raw` is no provenance of schema 1 or lower.
    """
    check_schema(raw)
    if not isinstance(raw, dict):
        raise RecordError("it is not an object")
    if raw.get("source") not in ("person", "model"):
        raise RecordError("its source is unknown")
    return Provenance(
        cast("Source", raw["source"]),
        model=_text(raw, "model"),
        score=_number(raw, "score"),
        threshold=_number(raw, "threshold"),
        edited_by=_text(raw, "edited_by"),
        outline_digest=_text(raw, "outline_digest"),
        extra=_others(raw, _PROVENANCE_KEYS),
    )


def provenance_to_json(provenance: Provenance) -> dict[str, Any]:
    """Return `provenance` as it goes into the file."""
    return {
        "schema": SCHEMA,
        "source": provenance.source,
        "model": provenance.model,
        "score": provenance.score,
        "threshold": provenance.threshold,
        "edited_by": provenance.edited_by,
        "outline_digest": provenance.outline_digest,
        **provenance.extra,
    }


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    raise RecordError(f"its {key} is not text")


def _number(raw: Mapping[str, Any], key: str) -> float | None:
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordError(f"its {key} is not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise RecordError(f"its {key} is not a number")
    return number


def _others(raw: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    return MappingProxyType({key: value for key, value in raw.items() if key not in known})
