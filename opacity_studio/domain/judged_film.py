"""One film, as a network outlined it and as a person did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from opacity_studio.domain.metrics import Overlap

OUTSIDE: Final = "outside"
"""The split of a film that belongs to another folder than the one the network learnt from."""

_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class FilmRow:
    """How a network did on one film, at one threshold.

    Attributes
    ----------
    image
        Path of the film relative to its folder.
    patient
        Id of the patient.
    split
        ``"train"``, ``"validation"``, ``"test"`` or `OUTSIDE`.
    overlap
        Of the predicted region (`one`) and the annotated region (`other`), in pixels.
    percent_reference, percent_predicted
        Opacity percentage of the annotation and of the prediction, 0 to 100; None where it is
        unknown (no lungs drawn or found) and for lung networks.
    has_opacity
        True where a person outlined opacity on the film.
    seen
        True where the network, or one of its ancestors, learnt from this very film.
    image_sha256
        Of the film's file, hexadecimal.
    folder
        Name of the outside folder; empty for films of the folder itself.
    """

    image: str
    patient: str
    split: str
    overlap: Overlap
    percent_reference: float | None = None
    percent_predicted: float | None = None
    has_opacity: bool = True
    seen: bool = False
    image_sha256: str = ""
    folder: str = ""

    @property
    def iou(self) -> float:
        """Intersection over union; 1 where both are empty."""
        return self.overlap.iou()

    @property
    def f1(self) -> float:
        """F1 (Dice); 1 where both are empty."""
        return self.overlap.f1()

    @property
    def percent_difference(self) -> float | None:
        """Predicted less annotated percentage, in points; None where either is unknown."""
        if self.percent_reference is None or self.percent_predicted is None:
            return None
        return self.percent_predicted - self.percent_reference

    def to_json(self) -> dict[str, Any]:
        """Return the row as it stands in ``evaluation.json``."""
        return {
            "image": self.image,
            "patient": self.patient,
            "split": self.split,
            "iou": number_to_json(self.iou),
            "f1": number_to_json(self.f1),
            "percent_reference": number_to_json(self.percent_reference),
            "percent_predicted": number_to_json(self.percent_predicted),
            "has_opacity": self.has_opacity,
            "seen": self.seen,
            "image_sha256": self.image_sha256,
            "folder": self.folder,
            "pixels": {
                "shared": self.overlap.shared,
                "predicted": self.overlap.one,
                "reference": self.overlap.other,
            },
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Return the row that `to_json` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            It is not such a row.
        """
        pixels = record["pixels"]
        return cls(
            image=str(record["image"]),
            patient=str(record["patient"]),
            split=str(record["split"]),
            overlap=Overlap(
                float(pixels["shared"]), float(pixels["predicted"]), float(pixels["reference"])
            ),
            percent_reference=_maybe_float(record["percent_reference"]),
            percent_predicted=_maybe_float(record["percent_predicted"]),
            has_opacity=bool(record["has_opacity"]),
            seen=bool(record["seen"]),
            image_sha256=str(record["image_sha256"]),
            folder=str(record["folder"]),
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a network's outlines at one threshold amount to on one film.

    Attributes
    ----------
    overlap
        Of the predicted and the annotated region, in pixels.
    percent_predicted
        As in `FilmRow`.
    """

    overlap: Overlap
    percent_predicted: float | None = None


@dataclass(frozen=True, slots=True)
class JudgedFilm:
    """One film at every threshold that was tried; for the attributes see `FilmRow`.

    Attributes
    ----------
    at
        The judgement at each threshold.
    """

    image: str
    patient: str
    split: str
    at: Mapping[float, Judgement]
    percent_reference: float | None = None
    has_opacity: bool = True
    seen: bool = False
    image_sha256: str = ""
    folder: str = ""

    def row(self, threshold: float) -> FilmRow:
        """Return how the network did at one of the thresholds in `at`.

        Raises
        ------
        KeyError
            The threshold was not tried.
        """
        judgement = self.at[threshold]
        return FilmRow(
            image=self.image,
            patient=self.patient,
            split=self.split,
            overlap=judgement.overlap,
            percent_reference=self.percent_reference,
            percent_predicted=judgement.percent_predicted,
            has_opacity=self.has_opacity,
            seen=self.seen,
            image_sha256=self.image_sha256,
            folder=self.folder,
        )


def number_to_json(value: float | None) -> float | None:
    """Return a figure as JSON can hold it: None for what is not known (NaN), else rounded."""
    return None if value is None or value != value else round(float(value), _DIGITS)  # noqa: PLR0124


def number_from_json(value: float | None) -> float:
    """Return a figure that `number_to_json` wrote, NaN where it is not known."""
    return float("nan") if value is None else float(value)


def _maybe_float(value: float | None) -> float | None:
    return None if value is None else float(value)
