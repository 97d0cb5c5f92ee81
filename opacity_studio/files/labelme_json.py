"""LabelMe's JSON to an `Annotation` and back, without losing a key, a shape or a digit.

Reads what LabelMe 3.x to 7.x wrote and writes what the strictest of their readers takes. What
has a meaning here becomes a field; everything else is carried in `extra` and written back.

A provenance speaks of one outline, named by its digest. Where the outline in the file is another
one, or the record makes no sense, somebody changed the shape in another program: nobody knows
who made it as it now is, so its provenance is None, which all code treats like a person's work.
The record itself stays in the shape's `extra` and in the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NoReturn

import numpy as np

from opacity_studio.domain.annotation import LABELME_VERSION, Annotation
from opacity_studio.domain.bridges import join_holes, open_bridges
from opacity_studio.domain.errors import AnnotationFormatError
from opacity_studio.domain.shape import POLYGON, Points, Shape
from opacity_studio.domain.wording import tr
from opacity_studio.files import record_json
from opacity_studio.files.annotation_text import laid_out_text

_ANNOTATION_KEYS: Final = frozenset(
    {"version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"}
)
_SHAPE_KEYS: Final = frozenset(
    {"label", "points", "group_id", "description", "shape_type", "flags", "mask"}
)
_DEEPEST: Final = 100  # levels of nesting; LabelMe's own files have five


class _FormatError(ValueError):
    """What is wrong, as a clause that follows the file's name."""


def parse_annotation(data: bytes, path: Path) -> Annotation:
    """Return the annotation in a LabelMe file's bytes.

    Parameters
    ----------
    data
        The whole file; UTF-8, with or without a byte order mark.
    path
        Named in errors; nothing is read from it.

    Raises
    ------
    AnnotationFormatError
        When the file is no LabelMe JSON, is damaged, or was marked by a newer version of this
        program. A point that is not two finite numbers, a flag that is neither true nor false
        and a key that is there twice with different values count as damage: saving would
        otherwise change what the file says.
    """
    try:
        return _annotation(_document(data))
    except _FormatError as error:
        said = tr("{file} {problem}.", file=path.name, problem=error)
        raise AnnotationFormatError(said, path) from error.__cause__


def _document(data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise _FormatError(tr("is empty; restore it from a copy or delete it to start anew"))
    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unambiguous)
    except UnicodeDecodeError as error:
        raise _FormatError(tr("is not UTF-8 text; save it as UTF-8 or restore a copy")) from error
    except json.JSONDecodeError as error:
        raise _FormatError(
            tr(
                "is not valid JSON at line {lineno}, column {colno}; it may be cut off: "
                "restore it from a copy",
                lineno=error.lineno,
                colno=error.colno,
            )
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    except _FormatError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise _FormatError(tr("holds a number that is too long; restore it from a copy")) from error
    if not isinstance(document, dict) or not isinstance(document.get("shapes"), list):
        raise _FormatError(tr("is JSON but not LabelMe's: it has no list of shapes; move it away"))
    return document


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        for key, value in pairs:
            if value != document[key]:
                raise _FormatError(
                    tr("says {key!r} twice in one place; delete the wrong one", key=key)
                )
    return document


def _too_deep() -> _FormatError:
    return _FormatError(tr("is nested too deeply to be LabelMe's; restore it from a copy"))


def _annotation(document: dict[str, Any]) -> Annotation:
    extra = _others(document, _ANNOTATION_KEYS)
    review = None
    if record_json.KEY in extra:
        try:
            review = record_json.record_from_json(extra[record_json.KEY])
        except record_json.RecordError as error:
            _refuse_record(error, tr("the review record"))
        extra = _others(extra, frozenset({record_json.KEY}))
    version = document.get("version")
    return Annotation(
        image_path=_text(document, "imagePath") or "",
        image_width=_size(document, "imageWidth"),
        image_height=_size(document, "imageHeight"),
        shapes=tuple(_shape(raw, number) for number, raw in enumerate(document["shapes"], 1)),
        image_data=_text(document, "imageData"),
        flags=_flags(document, tr("the file")),
        version=LABELME_VERSION if version is None else str(version),
        review=review,
        extra=extra,
    )


def _shape(raw: object, number: int) -> Shape:
    where = tr("shape {number}", number=number)
    if not isinstance(raw, dict):
        raise _FormatError(tr("is damaged: {where} is not an object", where=where))
    if not isinstance(raw.get("label"), str):
        raise _FormatError(tr("is damaged: {where} has no label", where=where))
    shape_type = _text(raw, "shape_type", where) or POLYGON
    as_stored = _points(raw.get("points"), where)
    outline, holes = _reopened(as_stored, shape_type)
    shape = Shape(
        label=raw["label"],
        points=outline,
        shape_type=shape_type,
        holes=holes,
        group_id=_group(raw, where),
        flags=_flags(raw, where),
        description=_text(raw, "description", where),
        mask=_text(raw, "mask", where),
        extra=_others(raw, _SHAPE_KEYS),
        as_read=as_stored if holes else None,
    )
    return _with_provenance(shape, where)


def _with_provenance(shape: Shape, where: str) -> Shape:
    if record_json.KEY not in shape.extra:
        return shape
    try:
        provenance = record_json.provenance_from_json(shape.extra[record_json.KEY])
    except record_json.NewerSchemaError as error:
        _refuse_record(error, tr("the record of {where}", where=where))
    except record_json.RecordError:
        return shape
    if provenance.outline_digest != shape.outline_digest:
        return shape
    extra = _others(shape.extra, frozenset({record_json.KEY}))
    return replace(shape, provenance=provenance, extra=extra)


def _refuse_record(error: record_json.RecordError, what: str) -> NoReturn:
    if isinstance(error, record_json.NewerSchemaError):
        raise _FormatError(
            tr("was marked by a newer Opacity Studio; update this one to open it")
        ) from error
    raise _FormatError(
        tr(
            "is damaged: {what} under {key!r} cannot be read ({error}); restore the "
            "file from a copy or delete that key",
            what=what,
            key=record_json.KEY,
            error=error,
        )
    ) from error


def _points(raw: object, where: str) -> Points:
    if not isinstance(raw, list) or not raw:
        raise _FormatError(tr("is damaged: {where} has no points", where=where))
    # Sets, not loops: a film may have a hundred thousand points.
    is_pairs = set(map(type, raw)) == {list} and set(map(len, raw)) == {2}
    if not is_pairs or not set(map(type, chain.from_iterable(raw))) <= {int, float}:
        raise _FormatError(
            tr("is damaged: {where} has a point that is not two numbers", where=where)
        )
    try:
        points = np.array(raw, dtype=np.float64)
    except OverflowError:
        points = np.array([[math.inf, math.inf]])
    if not np.isfinite(points).all():
        raise _FormatError(tr("is damaged: {where} has a point that is not finite", where=where))
    points.flags.writeable = False
    return points


def _reopened(points: Points, shape_type: str) -> tuple[Points, tuple[Points, ...]]:
    """Return outline and holes; `points` itself where there is no bridge."""
    if shape_type != POLYGON:
        return points, ()
    # Both ends of a bridge are there twice; most polygons have no vertex twice.
    if len(set(map(tuple, points.tolist()))) == len(points):
        return points, ()
    return open_bridges(points)


def _flags(raw: dict[str, Any], where: str) -> Mapping[str, bool]:
    flags = raw.get("flags")
    if flags is None:
        return MappingProxyType({})
    if not isinstance(flags, dict) or not all(
        isinstance(value, bool) or (type(value) is int and value in (0, 1))
        for value in flags.values()
    ):
        raise _FormatError(
            tr("is damaged: a flag of {where} is neither true nor false", where=where)
        )
    return MappingProxyType({key: bool(value) for key, value in flags.items()})


def _text(raw: dict[str, Any], key: str, where: str | None = None) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    named = where or tr("the file")
    raise _FormatError(tr("is damaged: {key!r} of {where} is not text", key=key, where=named))


def _group(raw: dict[str, Any], where: str) -> int | None:
    group = raw.get("group_id")
    if group is None:
        return None
    if isinstance(group, int) or (isinstance(group, float) and group.is_integer()):
        return int(group)
    raise _FormatError(tr("is damaged: the group of {where} is not a whole number", where=where))


def _size(raw: dict[str, Any], key: str) -> int | None:
    size = raw.get(key)
    if size is None:
        return None
    if isinstance(size, bool) or not isinstance(size, int | float) or not 0 < size < 2**31:
        raise _FormatError(tr("is damaged: {key!r} is not a size in pixels", key=key))
    if size != int(size):
        raise _FormatError(tr("is damaged: {key!r} is not a whole number of pixels", key=key))
    return int(size)


def _others(raw: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    others = {key: value for key, value in raw.items() if key not in known}
    if others and _depth_exceeds(others, _DEEPEST):
        raise _too_deep()
    return MappingProxyType(others)


def _depth_exceeds(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_depth_exceeds(item, levels - 1) for item in inner)


def dump_annotation(annotation: Annotation) -> bytes:
    """Return the LabelMe file of `annotation`: UTF-8, laid out as LabelMe lays it out.

    An outline that was not touched is written with the very numbers it was read with. Holes are
    joined to the outline by bridges.

    Raises
    ------
    ValueError
        When a shape has no point or one that is not finite, which no program could read again.
    """
    document = annotation_to_json(annotation)
    try:
        return laid_out_text(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, which only an escape can spell.
        return laid_out_text(document, ensure_ascii=True).encode()


def annotation_to_json(annotation: Annotation) -> dict[str, Any]:
    """Return what the LabelMe file of `annotation` says; ValueError as `dump_annotation`."""
    document: dict[str, Any] = {
        "version": annotation.version,
        "flags": dict(annotation.flags),
        "shapes": [shape_to_json(shape) for shape in annotation.shapes],
        "imagePath": annotation.image_path,
        "imageData": annotation.image_data,
        "imageHeight": annotation.image_height,
        "imageWidth": annotation.image_width,
    }
    if annotation.review is not None:
        document[record_json.KEY] = record_json.record_to_json(annotation.review)
    return {**document, **annotation.extra}


def shape_to_json(shape: Shape) -> dict[str, Any]:
    """Return what the file says of one shape; ValueError as `dump_annotation`."""
    points = _stored_points(shape)
    if not len(points) or not np.isfinite(points).all():
        raise ValueError(f"a shape labelled {shape.label!r} has a point that is not a number")
    return {
        "label": shape.label,
        "points": points.tolist(),
        "group_id": shape.group_id,
        "description": shape.description,
        "shape_type": shape.shape_type,
        "flags": dict(shape.flags),
        "mask": shape.mask,
        **shape.extra,
        **_provenance_to_json(shape, points),
    }


def _stored_points(shape: Shape) -> Points:
    if shape.as_read is not None:
        return shape.as_read
    return join_holes(shape.points, shape.holes) if shape.holes else shape.points


def _provenance_to_json(shape: Shape, stored: Points) -> dict[str, Any]:
    provenance = shape.provenance
    if provenance is None:
        return {}
    if provenance.outline_digest in (None, shape.outline_digest):
        # Of the outline as it will be read back: a ring that only looks bridged reads otherwise.
        outline, holes = _reopened(stored, shape.shape_type)
        read_back = replace(shape, points=outline, holes=holes)
        provenance = replace(provenance, outline_digest=read_back.outline_digest)
    record = record_json.provenance_to_json(provenance)
    if record_json.KEY in shape.extra:
        record["earlier"] = shape.extra[record_json.KEY]
    return {record_json.KEY: record}
