"""PNG masks: one for each label, and one of all labels in which the more important one wins."""

from __future__ import annotations

import json

import numpy as np

from opacity_studio.domain.wording import marked
from opacity_studio.export.exporter import Exporter
from opacity_studio.export.film import OutgoingFilm
from opacity_studio.export.label_table import LabelTable
from opacity_studio.export.png import grey_png, indexed_png
from opacity_studio.export.target import ExportFolder


class MaskWriter:
    """``masks/<label>/<film>.png`` and ``masks/indexed/<film>.png``.

    The first is 8-bit grey, 255 inside and 0 outside; the second holds each label's number and
    its colour as the palette, 0 for none. Both are of the film's size, by the one rule of
    `domain.rasterise`: a pixel belongs to what its centre lies inside. Every film has a file for
    every label, if an empty one. ``masks/labels.json`` says which number is which label, and
    which wins where they overlap.
    """

    def __init__(self, folder: ExportFolder, labels: LabelTable) -> None:
        self._folder = folder.part("masks")
        self._labels = labels

    def add(self, film: OutgoingFilm) -> None:
        """Write the film's masks."""
        indexed = np.zeros((film.height, film.width), dtype=np.uint8)
        for label in reversed(self._labels.by_priority):
            mask = film.mask(label.name)
            indexed[mask] = label.number
            data = grey_png(mask.view(np.uint8) * np.uint8(255))
            self._folder.write(f"{label.folder}/{film.stem}.png", data)
        self._folder.write(f"indexed/{film.stem}.png", indexed_png(indexed, self._labels.palette))

    def finish(self) -> None:
        """Write what the numbers mean."""
        document = {
            "background": 0,
            "labels": [
                {
                    "label": label.name,
                    "number": label.number,
                    "colour": "#{:02x}{:02x}{:02x}".format(*label.colour),
                    "folder": label.folder,
                }
                for label in self._labels
            ],
            "priority": [label.name for label in self._labels.by_priority],
        }
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        self._folder.write("labels.json", text.encode("utf-8", "backslashreplace"))


EXPORTER = Exporter(
    "masks",
    marked("PNG masks"),
    marked("A picture for each label, and one of all: opacity over lungs"),
    MaskWriter,
)
