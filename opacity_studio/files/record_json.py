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
                 "model": id | null, "threshold": 0…1 | null,
                 "reason": why a film was returned, or an outline taken away,
                 "outline": digest of the one outline it speaks of, "label": its label,
                 "answers": time of the comment that this one replies to,
                 "seconds": active reading time, "blind": marked before seeing the prediction}],
     "kept": [{"shapes_digest": of the event that speaks of these outlines,
               "role": of the reader who left them so,
               "changed_by": name, "changed_as": role,
               "shapes": [{"label", "shape_type", "rings": ["x,y x,y …", …],
                           "group_id", "description", "mask"}]}]}

On a shape, its provenance (`Provenance`)::

    {"schema": 1, "source": "person" | "model", "model": id | null,
     "score": 0…1 | null, "threshold": 0…1 | null, "edited_by": name | null,
     "reason": why it was corrected,
     "outline_digest": digest of the outline all of this is about,
     "earlier": a record, made void by an edit in another program, that this one followed}

From ``"reason"`` on, keys of an event without a value are left out; so are ``"kept"`` and the
reason of a shape. The first of the rings is the outline, the others are holes.

Keys this version does not know are kept. Adding keys or event kinds leaves the schema number
alone; a change that makes an older program misread the record raises it, and an older program
then leaves the whole file alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.review_status import (
    EventKind,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
    Role,
)
from opacity_studio.domain.shape import Provenance, Source
from opacity_studio.domain.wording import tr
from opacity_studio.files.kept_outlines import kept_from_json, kept_to_json

KEY: Final = "opacity_studio"
SCHEMA: Final = 1

_RECORD_KEYS: Final = frozenset({"schema", "status", "events"})
_KEPT: Final = "kept"
_EVENT_TEXTS: Final = ("kind", "time", "reader", "role", "shapes_digest")
_EVENT_KEYS: Final = frozenset({*_EVENT_TEXTS, "comment", "program", "model", "threshold"})
_EVENT_DETAILS: Final[Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        "reason": (str,),
        "outline": (str,),
        "label": (str,),
        "answers": (str,),
        "seconds": (int, float),
        "blind": (bool,),
    }
)
"""Later keys of an event and what they hold; anything else under them is carried along."""

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
        raise NewerSchemaError(
            tr(
                "its record has schema {schema}, this program knows {known}",
                schema=schema,
                known=SCHEMA,
            )
        )


def record_from_json(raw: object) -> ReviewRecord:
    """Return the review record of a file.

    Raises
    ------
    RecordError
        When `raw` is no record of schema 1 or lower.
    """
    check_schema(raw)
    if not isinstance(raw, dict):
        raise RecordError(tr("it is not an object"))
    try:
        status = ReviewStatus(str(raw.get("status")))
    except ValueError:
        raise RecordError(tr("its status is unknown")) from None
    events = raw.get("events", [])
    if not isinstance(events, list):
        raise RecordError(tr("its events are not a list"))
    known, kept = _RECORD_KEYS, kept_from_json(raw.get(_KEPT))
    if kept is not None:
        known |= {_KEPT}
    return ReviewRecord(status, tuple(map(_event, events)), kept or (), _others(raw, known))


def _event(raw: object) -> ReviewEvent:
    if not isinstance(raw, dict):
        raise RecordError(tr("an event is not an object"))
    for key in _EVENT_TEXTS:
        if not isinstance(raw.get(key), str):
            raise RecordError(tr("an event has no {key}", key=key))
    details = {key: raw[key] for key in _EVENT_DETAILS if _is_detail(key, raw.get(key))}
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
        **details,
        extra=_others(raw, _EVENT_KEYS | details.keys()),
    )


def _is_detail(key: str, value: object) -> bool:
    if isinstance(value, bool) is not (key == "blind") or not isinstance(
        value, _EVENT_DETAILS[key]
    ):
        return False
    return not isinstance(value, float) or math.isfinite(value)


def record_to_json(record: ReviewRecord) -> dict[str, Any]:
    """Return `record` as it goes into the file."""
    return {
        "schema": SCHEMA,
        "status": record.status.value,
        "events": [_event_to_json(event) for event in record.events],
        **({_KEPT: kept_to_json(record.kept)} if record.kept else {}),
        **record.extra,
    }


def _event_to_json(event: ReviewEvent) -> dict[str, Any]:
    details = {key: getattr(event, key) for key in _EVENT_DETAILS}
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
        **{key: value for key, value in details.items() if value is not None},
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
        raise RecordError(tr("it is not an object"))
    if raw.get("source") not in ("person", "model"):
        raise RecordError(tr("its source is unknown"))
    known, reason = _PROVENANCE_KEYS, None
    # A reason of a later version is carried along.
    if raw.get("reason") in tuple(CorrectionReason):
        known, reason = known | {"reason"}, CorrectionReason(raw["reason"])
    return Provenance(
        cast("Source", raw["source"]),
        model=_text(raw, "model"),
        score=_number(raw, "score"),
        threshold=_number(raw, "threshold"),
        edited_by=_text(raw, "edited_by"),
        reason=reason,
        outline_digest=_text(raw, "outline_digest"),
        extra=_others(raw, known),
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
        **({} if provenance.reason is None else {"reason": provenance.reason.value}),
        **provenance.extra,
    }


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    raise RecordError(tr("its {key} is not text", key=key))


def _number(raw: Mapping[str, Any], key: str) -> float | None:
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordError(tr("its {key} is not a number", key=key))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise RecordError(tr("its {key} is not a number", key=key))
    return number


def _others(raw: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    return MappingProxyType({key: value for key, value in raw.items() if key not in known})
