"""What a format has to offer to be a row in `exporters.EXPORTERS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from opacity_studio.export.film import OutgoingFilm
from opacity_studio.export.label_table import LabelTable
from opacity_studio.export.target import ExportFolder


class FormatWriter(Protocol):
    """Writes one side of the split, film by film; holds none of them."""

    def add(self, film: OutgoingFilm) -> None:
        """Write what belongs to one film."""

    def finish(self) -> None:
        """Write what belongs to all."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format.

    Attributes
    ----------
    name
        As the command line names it.
    title, about
        For the window: a name and one line on what comes out.
    open
        Makes the writer for one folder; gets the labels of the whole export, so that numbers
        mean the same on both sides of the split.
    """

    name: str
    title: str
    about: str
    open: Callable[[ExportFolder, LabelTable], FormatWriter]
