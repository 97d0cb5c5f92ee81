"""One film as it goes out: under its new name, with the labels asked for, free of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.consensus import CONSENSUS_OF
from opacity_studio.domain.labels import STANDARD_LABELS
from opacity_studio.domain.measurement import Measurement, measure
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.export.order import ExportOrder, Side
from opacity_studio.export.pseudonyms import Disguise
from opacity_studio.files import record_json


@dataclass(frozen=True, slots=True, eq=False)
class OutgoingFilm:
    """What a format is given to write.

    Attributes
    ----------
    stem
        The name it goes out under, without a suffix; no two films share one, in any case.
    image_name
        Of the image file, whether or not it goes along.
    annotation
        With `stem`'s image path, the labels asked for and nothing that names the patient.
    measurement
        Of the outlines by what they are, whatever they are called outside.
    width, height
        In pixels.
    pixel_spacing
        Of a row and a column, in mm; None where unknown.
    patient
        Pseudonym, or id where ids are kept.
    side
        Of the split; None without one.
    status
        By the shapes as they lie in the folder: a changed label takes no approval back.
    embedded
        The image as base64 for programs that cannot open its file; None where it is not needed.
    """

    stem: str
    image_name: str
    annotation: Annotation
    measurement: Measurement
    width: int
    height: int
    pixel_spacing: tuple[float, float] | None
    patient: str
    side: Side | None
    status: ReviewStatus
    embedded: str | None = None

    @property
    def polygons(self) -> tuple[Shape, ...]:
        """The shapes that enclose something; others go out in LabelMe files only."""
        return tuple(shape for shape in self.annotation.shapes if shape.is_polygon)

    def mask(self, label: str) -> npt.NDArray[np.bool_]:
        """Return the union of the polygons with `label` (height × width)."""
        return rasterise_shapes(self.annotation.labelled(label), self.height, self.width)


def measured(
    annotation: Annotation,
    order: ExportOrder,
    *,
    width: int,
    height: int,
    pixel_spacing: tuple[float, float] | None,
) -> Measurement:
    """Return the figures of the shapes that go out.

    A shape counts as opacity or lung where its new label says so, else where its old one did:
    calling opacity "lesion" does not change what it measures.
    """
    shapes = []
    for shape in annotation.shapes:
        label = order.label_of(shape.label)
        if label is not None:
            standard = label if label in STANDARD_LABELS else shape.label
            shapes.append(replace(shape, label=standard))
    return measure(shapes, width=width, height=height, pixel_spacing=pixel_spacing)


def outgoing_annotation(
    annotation: Annotation,
    order: ExportOrder,
    disguise: Disguise,
    reader_name: Callable[[str], str],
    *,
    image_name: str,
) -> Annotation:
    """Return `annotation` as others may see it.

    Outlines, groups and our record stay. Keys of other programs do not go out, because nobody
    knows what is in them; nor does an embedded image. In flags, descriptions and comments the
    patient's id and the film's old name are replaced.

    Parameters
    ----------
    reader_name
        What a reader is called outside.
    image_name
        File name of the image.
    """
    reader_name = _one_by_one(reader_name, annotation.review)
    shapes = []
    for shape in annotation.shapes:
        label = order.label_of(shape.label)
        if label is not None:
            shapes.append(_shape(replace(shape, label=label), disguise, reader_name))
    return replace(
        annotation,
        image_path=image_name,
        image_data=None,
        shapes=tuple(shapes),
        flags=_flags(annotation.flags, disguise),
        review=_record(annotation.review, disguise, reader_name),
        extra=MappingProxyType({}),
    )


def _one_by_one(
    reader_name: Callable[[str], str], record: ReviewRecord | None
) -> Callable[[str], str]:
    """Return what names several readers of one outline, too, as a merge writes them."""
    known = {event.reader for event in record.events} if record is not None else frozenset()

    def names(readers: str) -> str:
        # A reader of the record may have a comma in the name.
        each = [readers] if readers in known else readers.split(", ")
        return ", ".join(map(reader_name, each))

    return names


def _shape(shape: Shape, disguise: Disguise, reader_name: Callable[[str], str]) -> Shape:
    description = shape.description
    own = {key: value for key, value in shape.extra.items() if key == record_json.KEY}
    return replace(
        shape,
        flags=_flags(shape.flags, disguise),
        description=description if description is None else disguise.text(description),
        provenance=_provenance(shape.provenance, disguise, reader_name),
        extra=_disguised(own, disguise, reader_name),
    )


def _provenance(
    provenance: Provenance | None, disguise: Disguise, reader_name: Callable[[str], str]
) -> Provenance | None:
    if provenance is None:
        return None
    editor = provenance.edited_by
    return replace(
        provenance,
        edited_by=editor if editor is None else reader_name(editor),
        extra=_disguised(provenance.extra, disguise, reader_name),
    )


def _record(
    record: ReviewRecord | None, disguise: Disguise, reader_name: Callable[[str], str]
) -> ReviewRecord | None:
    if record is None:
        return None

    def event(one: ReviewEvent) -> ReviewEvent:
        is_of_readers = one.kind == "consensus" and one.comment
        comment = reader_name(one.comment) if is_of_readers else one.comment
        return replace(
            one,
            reader=reader_name(one.reader),
            comment=disguise.text(comment),
            reason=one.reason if one.reason is None else disguise.text(one.reason),
            extra=_disguised(one.extra, disguise, reader_name),
        )

    kept = tuple(
        replace(
            outlines,
            changed_by=reader_name(outlines.changed_by),
            shapes=tuple(_shape(shape, disguise, reader_name) for shape in outlines.shapes),
            extra=_disguised(outlines.extra, disguise, reader_name),
        )
        for outlines in record.kept
    )
    return replace(
        record,
        events=tuple(map(event, record.events)),
        kept=kept,
        extra=_disguised(record.extra, disguise, reader_name),
    )


def _flags(flags: Mapping[str, bool], disguise: Disguise) -> Mapping[str, bool]:
    return MappingProxyType({disguise.text(name): value for name, value in flags.items()})


_READER_KEYS: Final = frozenset(("reader", "edited_by", "changed_by", CONSENSUS_OF))
"""Whose values are names of readers, or lists of them."""


def _disguised(
    extra: Mapping[str, Any], disguise: Disguise, reader_name: Callable[[str], str]
) -> Mapping[str, Any]:
    """Return what a later version of this program wrote, or an edit elsewhere made void."""

    def free(value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, str):
            return reader_name(value) if key in _READER_KEYS else disguise.text(value)
        if isinstance(value, list):
            return [free(item, key) for item in value]
        if isinstance(value, dict):
            return {disguise.text(name): free(item, name) for name, item in value.items()}
        return value

    return MappingProxyType({name: free(value, name) for name, value in extra.items()})
