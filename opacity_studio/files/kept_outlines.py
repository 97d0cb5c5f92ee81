"""The outlines a record keeps of another reader's work, in few lines of the JSON file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from opacity_studio.domain.review_status import KeptOutlines
from opacity_studio.domain.shape import POLYGON, Points, Shape

_KEYS: Final = frozenset({"shapes_digest", "role", "changed_by", "changed_as", "shapes"})
_SHAPE_KEYS: Final = frozenset({"label", "shape_type", "rings", "group_id", "description", "mask"})
_ROLES: Final = ("annotator", "reviewer")


def kept_to_json(kept: Sequence[KeptOutlines]) -> list[dict[str, Any]]:
    """Return `kept` as it goes into the record."""
    return [
        {
            "shapes_digest": outlines.shapes_digest,
            "role": outlines.role,
            "changed_by": outlines.changed_by,
            "changed_as": outlines.changed_as,
            "shapes": [_shape_to_json(shape) for shape in outlines.shapes],
            **outlines.extra,
        }
        for outlines in kept
    ]


def kept_from_json(raw: object) -> tuple[KeptOutlines, ...] | None:
    """Return the outlines a record keeps; None for anything else.

    They only help the eye: a file is not refused for them.
    """
    if not isinstance(raw, list):
        return None
    try:
        return tuple(map(_kept, raw))
    except (ValueError, TypeError, LookupError):
        return None


def _kept(raw: Mapping[str, Any]) -> KeptOutlines:
    if raw["role"] not in _ROLES or raw["changed_as"] not in _ROLES:
        raise ValueError("its role is unknown")
    return KeptOutlines(
        _text(raw["shapes_digest"]),
        raw["role"],
        _text(raw["changed_by"]),
        raw["changed_as"],
        tuple(map(_shape, raw["shapes"])),
        _others(raw, _KEYS),
    )


def _others(raw: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    return MappingProxyType({key: value for key, value in raw.items() if key not in known})


def _shape_to_json(shape: Shape) -> dict[str, Any]:
    document: dict[str, Any] = {"label": shape.label}
    if shape.shape_type != POLYGON:
        document["shape_type"] = shape.shape_type
    document["rings"] = [_ring_to_text(ring) for ring in (shape.points, *shape.holes)]
    for key in ("group_id", "description", "mask"):
        value = getattr(shape, key)
        if value is not None:
            document[key] = value
    return {**document, **shape.extra}


def _shape(raw: Mapping[str, Any]) -> Shape:
    outline, *holes = map(_ring, raw["rings"])
    group = raw.get("group_id")
    if group is not None and type(group) is not int:
        raise ValueError("its group is not a whole number")
    return Shape(
        _text(raw["label"]),
        outline,
        shape_type=_text(raw.get("shape_type", POLYGON)),
        holes=tuple(holes),
        group_id=group,
        description=_text_or_none(raw.get("description")),
        mask=_text_or_none(raw.get("mask")),
        extra=_others(raw, _SHAPE_KEYS),
    )


def _ring_to_text(ring: Points) -> str:
    # The shortest decimals that read back as the very same numbers; one line however many.
    return " ".join(f"{x!r},{y!r}" for x, y in ring.tolist())


def _ring(text: str) -> Points:
    pairs = (point.split(",") for point in text.split(" "))
    ring: Points = np.array([(float(x), float(y)) for x, y in pairs], dtype=np.float64)
    if not np.isfinite(ring).all():
        raise ValueError("a point is not finite")
    return ring


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("it is not text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
