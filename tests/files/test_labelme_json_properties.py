"""Whatever a file says, opening and saving it says it again."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.bridges import join_holes, open_bridges
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.errors import AnnotationFormatError
from opacity_studio.domain.review_status import (
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from tests.files.labelme_files import PATH, as_bytes, document, shape, with_defaults

texts = st.text(max_size=8)
coordinates = (
    st.floats(-1e6, 1e6)
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
points = st.lists(st.tuples(coordinates, coordinates).map(list), min_size=1, max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
SHAPE_KEYS = {"label", "points", "group_id", "description", "shape_type", "flags", "mask"}
TOP_KEYS = {
    "version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth",
}  # fmt: skip
OURS = {"opacity_studio"}
flags = st.dictionaries(texts, st.booleans(), max_size=3)


def others(taken: set[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(texts.filter(lambda key: key not in taken), json_values, max_size=3)


raw_shapes = st.builds(
    lambda known, extra: {**extra, **known},
    st.fixed_dictionaries(
        {"label": texts, "points": points},
        optional={
            "group_id": st.none() | st.integers(),
            "description": st.none() | texts,
            "shape_type": st.none() | st.sampled_from(["polygon", "rectangle", "mask", "future"]),
            "flags": st.none() | flags,
            "mask": st.none() | texts,
        },
    ),
    others(SHAPE_KEYS | OURS) | st.fixed_dictionaries({"opacity_studio": json_values}),
)
raw_documents = st.builds(
    lambda known, extra: {**extra, **known},
    st.fixed_dictionaries(
        {"version": texts, "shapes": st.lists(raw_shapes, max_size=4), "imagePath": texts},
        optional={
            "flags": flags,
            "imageData": st.none() | texts,
            "imageHeight": st.none() | st.integers(1, 2**31 - 1),
            "imageWidth": st.none() | st.integers(1, 2**31 - 1),
        },
    ),
    others(TOP_KEYS | OURS),
)


def read_or_refused(data: bytes) -> Annotation | str:
    """Return the annotation, or the sentence it is refused with."""
    try:
        return parse_annotation(data, PATH)
    except AnnotationFormatError as error:
        return error.message


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(raw_documents)
def test_any_file_with_any_keys_says_the_same_after_open_and_save(raw: dict[str, Any]) -> None:
    annotation = read_or_refused(as_bytes(raw))
    if isinstance(annotation, str):
        # The only thing wrong such a file can be is newer than this program.
        assert "newer" in annotation
        return
    written = dump_annotation(annotation)
    assert json.loads(written) == with_defaults(raw)
    assert parse_annotation(written, PATH) == annotation


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode) | json_values.map(as_bytes))
def test_any_bytes_are_an_annotation_or_one_sentence(data: bytes) -> None:
    annotation = read_or_refused(data)
    assert isinstance(annotation, Annotation) or annotation.startswith("film.json ")


@given(
    st.sampled_from(sorted(TOP_KEYS | OURS)),
    st.sampled_from(sorted(SHAPE_KEYS | OURS)),
    json_values,
)
def test_any_value_under_any_key_is_read_or_refused(top: str, inner: str, value: Any) -> None:
    for raw in (document(shape(), **{top: value}), document(shape(**{inner: value}))):
        annotation = read_or_refused(as_bytes(raw))
        if isinstance(annotation, str):
            assert annotation.startswith("film.json ")
        else:
            assert parse_annotation(dump_annotation(annotation), PATH) == annotation


shares = st.none() | st.floats(0, 1)
centres = st.tuples(st.floats(-50, 2000), st.floats(-50, 2000))


@st.composite
def stars(draw: st.DrawFn) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Return an outline without crossings and up to three holes inside it, apart."""
    cx, cy = draw(centres)
    corners = draw(st.integers(3, 14))
    radii = draw(st.lists(st.floats(60, 100), min_size=corners, max_size=corners))
    angles = (np.arange(corners) + draw(st.floats(0, 1))) * 2 * math.pi / corners
    outline = np.stack((cx + radii * np.cos(angles), cy + radii * np.sin(angles)), axis=1)
    holes = []
    for number in range(draw(st.integers(0, 3)) if corners > 5 else 0):
        size, corners_in = draw(st.floats(1, 9)), draw(st.integers(3, 7))
        turn = np.arange(corners_in) * 2 * math.pi / corners_in * draw(st.sampled_from([1, -1]))
        x, y = cx + (number - 1) * 22, cy + draw(st.floats(-8, 8))
        holes.append(np.stack((x + size * np.cos(turn), y + size * np.sin(turn)), axis=1))
    return outline, tuple(holes)


@st.composite
def drawn_shapes(draw: st.DrawFn) -> Shape:
    outline, holes = draw(stars())
    made = Shape(
        draw(texts),
        outline,
        holes=holes,
        group_id=draw(st.none() | st.integers(0, 99)),
        flags=draw(flags),
        description=draw(st.none() | texts),
        extra=draw(others(SHAPE_KEYS | OURS)),
    )
    if not draw(st.booleans()):
        return made
    provenance = Provenance(
        draw(st.sampled_from(["person", "model"])),
        model=draw(st.none() | texts),
        score=draw(shares),
        threshold=draw(shares),
        edited_by=draw(st.none() | texts),
        reason=draw(st.none() | st.sampled_from(CorrectionReason)),
        outline_digest=made.outline_digest,
    )
    return replace(made, provenance=provenance)


events = st.builds(
    ReviewEvent,
    kind=st.sampled_from(["annotated", "no_opacity", "approved", "commented", "removed"]),
    time=texts,
    reader=texts,
    role=st.sampled_from(["annotator", "reviewer"]),
    shapes_digest=texts,
    comment=texts,
    program=texts,
    model=st.none() | texts,
    threshold=shares,
    reason=st.none() | texts,
    outline=st.none() | texts,
    label=st.none() | texts,
    answers=st.none() | texts,
    seconds=st.none() | st.floats(0, 1e9),
    blind=st.none() | st.booleans(),
)


@st.composite
def kept_shapes(draw: st.DrawFn) -> Shape:
    outline, holes = draw(stars())
    description = draw(st.none() | texts)
    return Shape(draw(texts), outline, holes=holes, group_id=3, description=description)


roles = st.sampled_from(["annotator", "reviewer"])
kept_outlines = st.builds(
    KeptOutlines,
    shapes_digest=texts,
    role=roles,
    changed_by=texts,
    changed_as=roles,
    shapes=st.lists(kept_shapes(), max_size=2).map(tuple),
    extra=others({"shapes_digest", "role", "changed_by", "changed_as", "shapes"}),
)
annotations = st.builds(
    Annotation,
    image_path=texts,
    image_width=st.none() | st.integers(1, 9999),
    image_height=st.none() | st.integers(1, 9999),
    shapes=st.lists(drawn_shapes(), max_size=3).map(tuple),
    image_data=st.none() | texts,
    flags=flags,
    version=texts,
    review=st.none()
    | st.builds(
        ReviewRecord,
        status=st.sampled_from(ReviewStatus),
        events=st.lists(events, max_size=3).map(tuple),
        kept=st.lists(kept_outlines, max_size=2).map(tuple),
    ),
    extra=others(TOP_KEYS | OURS),
)


def as_stored(annotation: Annotation) -> Annotation:
    """Return `annotation` with its holes in the order and from the vertex a file has them."""
    return replace(
        annotation,
        shapes=tuple(
            replace(each, holes=open_bridges(join_holes(each.points, each.holes))[1])
            for each in annotation.shapes
        ),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(annotations)
def test_what_was_saved_is_what_is_opened(annotation: Annotation) -> None:
    again = parse_annotation(dump_annotation(annotation), PATH)
    assert again == as_stored(annotation)
    assert again.shapes_digest == annotation.shapes_digest
    assert [len(each.holes) for each in again.shapes] == [
        len(each.holes) for each in annotation.shapes
    ]
    for before, after in zip(annotation.shapes, again.shapes, strict=True):
        assert after.provenance == before.provenance
        assert np.array_equal(after.points, before.points)


@given(drawn_shapes(), st.data())
def test_an_outline_moved_by_any_amount_elsewhere_loses_its_provenance(
    drawn: Shape, data: st.DataObject
) -> None:
    drawn = replace(drawn, provenance=Provenance("model", "m", outline_digest=drawn.outline_digest))
    raw = json.loads(dump_annotation(Annotation("film.png", shapes=(drawn,))))
    stored = raw["shapes"][0]["points"]
    index = data.draw(st.integers(0, len(drawn.points) - 1))
    stored[index][0] = math.nextafter(stored[index][0], math.inf)
    assert parse_annotation(as_bytes(raw), PATH).shapes[0].provenance is None
