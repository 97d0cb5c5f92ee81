"""One number and one colour for each label, and which label wins where they overlap."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from opacity_studio.domain.errors import ExportError
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY, STANDARD_LABELS
from opacity_studio.domain.wording import tr

BACKGROUND: Final = (0, 0, 0)

MOST_LABELS: Final = 255
"""What an 8-bit picture can number beside its background."""

Colour = tuple[int, int, int]

# Okabe-Ito, as in the window; what is left of it goes to further labels.
_COLOURS: Final[tuple[Colour, ...]] = (
    (0xD5, 0x5E, 0x00),
    (0x56, 0xB4, 0xE9),
    (0x00, 0x9E, 0x73),
    (0xCC, 0x79, 0xA7),
    (0xF0, 0xE4, 0x42),
    (0x00, 0x72, 0xB2),
    (0xE6, 0x9F, 0x00),
)
_GOLDEN: Final = 0.618033988749895
_PLAIN: Final = re.compile(r"[^\w.-]+")
_TAKEN_FOLDERS: Final = frozenset(("indexed", "con", "prn", "aux", "nul"))


@dataclass(frozen=True, slots=True)
class ExportLabel:
    """One label of the export.

    Attributes
    ----------
    name
        As in the outlines.
    number
        Index in the masks and category in COCO: opacity 1, right_lung 2, left_lung 3 always,
        others from 4 on by name.
    colour
        In the masks' palette, as red, green and blue of 0 to 255.
    folder
        A name any file system takes.
    """

    name: str
    number: int
    colour: Colour
    folder: str


class LabelTable:
    """The labels of an export.

    Parameters
    ----------
    names
        Those of the shapes that go out.

    Raises
    ------
    ExportError
        Where there are more than a picture can number.
    """

    def __init__(self, names: Iterable[str]) -> None:
        present = frozenset(names)
        others = sorted(present.difference(STANDARD_LABELS))
        if len(STANDARD_LABELS) + len(others) > MOST_LABELS:
            raise ExportError(
                tr(
                    "There are {present} labels, more than the {most_labels} that masks can "
                    "number; join some of them with --labels.",
                    present=len(present),
                    most_labels=MOST_LABELS,
                )
            )
        labels = []
        folders = set(_TAKEN_FOLDERS)
        for number, name in enumerate((*STANDARD_LABELS, *others), 1):
            folder = _folder(name, number, folders)
            folders.add(folder.casefold())
            if name in present:
                labels.append(ExportLabel(name, number, _colour(number), folder))
        self._labels = {label.name: label for label in labels}

    def __iter__(self) -> Iterator[ExportLabel]:
        return iter(self._labels.values())

    def __getitem__(self, name: str) -> ExportLabel:
        return self._labels[name]

    @property
    def by_priority(self) -> tuple[ExportLabel, ...]:
        """The labels, the one that wins where they overlap first.

        Opacity, then further findings by their number, then the lungs, right before left.
        """
        order = {OPACITY: 0, **{lung: 2 + place for place, lung in enumerate(LUNG_LABELS)}}
        return tuple(sorted(self, key=lambda label: (order.get(label.name, 1), label.number)))

    @property
    def palette(self) -> tuple[Colour, ...]:
        """Colours from number 0, the background, to the last label's."""
        numbered = {label.number: label.colour for label in self}
        return tuple(numbered.get(n, BACKGROUND) for n in range(max(numbered, default=0) + 1))


def _folder(name: str, number: int, taken: set[str]) -> str:
    plain = _PLAIN.sub("_", name).strip("._")[:60]
    if plain == name and plain.casefold() not in taken:
        return plain
    return f"{plain}-{number}" if plain else f"label-{number}"


def _colour(number: int) -> Colour:
    if number <= len(_COLOURS):
        return _COLOURS[number - 1]
    red, green, blue = colorsys.hsv_to_rgb(number * _GOLDEN % 1.0, 0.6, 0.9)
    return round(red * 255), round(green * 255), round(blue * 255)
