"""LabelMe files beside the images they name."""

from __future__ import annotations

from dataclasses import replace

from opacity_studio.domain.wording import marked
from opacity_studio.export.exporter import Exporter
from opacity_studio.export.film import OutgoingFilm
from opacity_studio.export.images import FILMS
from opacity_studio.export.label_table import LabelTable
from opacity_studio.export.target import ExportFolder
from opacity_studio.files.labelme_json import dump_annotation


class LabelMeWriter:
    """``films/<film>.json``, with the film's outlines of every type, groups and record.

    Holes are joined to the outline by zero-width bridges, as in this program's own files.
    """

    def __init__(self, folder: ExportFolder, _labels: LabelTable) -> None:
        self._folder = folder.part(FILMS)

    def add(self, film: OutgoingFilm) -> None:
        """Write the film's file."""
        annotation = replace(
            film.annotation,
            image_data=film.embedded,
            image_width=film.width,
            image_height=film.height,
        )
        self._folder.write(f"{film.stem}.json", dump_annotation(annotation))

    def finish(self) -> None:
        """Nothing belongs to all."""


EXPORTER = Exporter(
    "labelme",
    marked("LabelMe folder"),
    marked("A JSON file beside each film: outlines and review record"),
    LabelMeWriter,
)
