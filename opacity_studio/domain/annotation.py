"""All outlines of one film: LabelMe's file as an immutable value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Self

from opacity_studio.domain.review_status import ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Shape

LABELME_VERSION: Final = "5.5.0"
"""LabelMe version written into new files: the first whose shapes carry every key we write."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Annotation:
    """One LabelMe file.

    Every edit makes a new one that shares the untouched shapes, so that undo is a list of them.

    Attributes
    ----------
    image_path
        ``imagePath`` as in the file: relative to the JSON's folder, untrusted.
    image_width, image_height
        In pixels; None where the file does not say.
    shapes
        In drawing order, the last on top.
    image_data
        ``imageData``, the base64 text exactly as in the file, or None.
    flags, version
        LabelMe's own.
    review
        Our record; None in files this program never marked.
    extra
        Every other top-level key of the file, as it was.
    """

    image_path: str
    image_width: int | None = None
    image_height: int | None = None
    shapes: tuple[Shape, ...] = ()
    image_data: str | None = None
    flags: Mapping[str, bool] = field(default_factory=lambda: _NOTHING)
    version: str = LABELME_VERSION
    review: ReviewRecord | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def status(self) -> ReviewStatus:
        """The film's state; a file with shapes but no record of ours counts as in work.

        So does one whose shapes are no longer those that were marked or approved: another
        program changed them, and LabelMe carries the record along as it was.
        """
        if self.review is None:
            return ReviewStatus.IN_WORK if self.shapes else ReviewStatus.UNREAD
        if self.review.status.is_curated and self.review.vouched_digest not in (
            None,
            self.shapes_digest,
        ):
            return ReviewStatus.IN_WORK
        return self.review.status

    @property
    def lost_approval(self) -> bool:
        """Whether the film was approved and its outlines are no longer those approved.

        Holds until somebody marks, approves or returns it; a film unlocked on purpose has not
        lost its approval.
        """
        record = self.review
        return (
            record is not None and record.was_approved and self.status is not ReviewStatus.APPROVED
        )

    @property
    def awaits_reviewer(self) -> bool:
        """Whether a film in work is the reviewer's to settle.

        It lost its approval, or a reviewer has begun to correct what the annotator marked.
        """
        record = self.review
        if record is None or self.status is not ReviewStatus.IN_WORK:
            return False
        last = record.last_step
        if self.lost_approval or last is None:
            return self.lost_approval
        if last.kind == "unlocked":
            return True
        kept = record.outlines_of(last) if last.role == "annotator" else None
        return kept is not None and kept.changed_as == "reviewer"

    @property
    def shapes_digest(self) -> str:
        """sha256 (hexadecimal) over label and outline of every shape, in order."""
        digest = hashlib.sha256()
        for shape in self.shapes:
            digest.update(shape.label.encode("utf-8", "surrogatepass"))
            digest.update(b"\0")
            digest.update(shape.outline_digest.encode())
        return digest.hexdigest()

    def shape(self, key: int) -> Shape | None:
        """Return the shape with identity `key`, or None."""
        return next((shape for shape in self.shapes if shape.key == key), None)

    def labelled(self, *labels: str) -> tuple[Shape, ...]:
        """Return the shapes with one of `labels`, in order."""
        return tuple(shape for shape in self.shapes if shape.label in labels)

    def adding(self, *shapes: Shape) -> Self:
        """Return the annotation with `shapes` on top."""
        return replace(self, shapes=(*self.shapes, *shapes))

    def removing(self, keys: Iterable[int]) -> Self:
        """Return the annotation without the shapes with identity in `keys`."""
        gone = frozenset(keys)
        return replace(self, shapes=tuple(s for s in self.shapes if s.key not in gone))

    def replacing(self, key: int, *shapes: Shape) -> Self:
        """Return the annotation with shape `key` replaced in place by any number of `shapes`."""
        new: list[Shape] = []
        for shape in self.shapes:
            new.extend(shapes if shape.key == key else (shape,))
        return replace(self, shapes=tuple(new))

    def mapping(self, keys: Iterable[int], change: Callable[[Shape], Shape]) -> Self:
        """Return the annotation with `change` applied to the shapes with identity in `keys`."""
        chosen = frozenset(keys)
        return replace(self, shapes=tuple(change(s) if s.key in chosen else s for s in self.shapes))
