"""Shapes as text for the clipboard: a LabelMe file without its image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationFormatError
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation

_LONGEST: Final = 64 * 2**20
"""Characters; nothing a person copies is longer."""


def shapes_to_text(annotation: Annotation, shapes: Sequence[Shape]) -> str:
    """Return `shapes` of `annotation` as the text of a LabelMe file without image data."""
    alone = replace(annotation, shapes=tuple(shapes), image_data=None, review=None, extra={})
    return dump_annotation(alone).decode()


def shapes_from_text(text: str) -> tuple[Shape, ...]:
    """Return the shapes in the text of a LabelMe file; none in any other text."""
    if len(text) > _LONGEST or not text.lstrip().startswith("{"):
        return ()
    try:
        return parse_annotation(text.encode(), Path("clipboard.json")).shapes
    except (AnnotationFormatError, UnicodeEncodeError):
        return ()
