"""What a person asks of an export, checked before a single film is opened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from opacity_studio.domain.errors import ExportError
from opacity_studio.domain.split import is_test_patient

Only = Literal["approved", "annotated", "all"]
Images = Literal["copy", "link", "none"]
Side = Literal["train", "test"]

ONLY: Final[tuple[Only, ...]] = get_args(Only)
IMAGES: Final[tuple[Images, ...]] = get_args(Images)
SIDES: Final[tuple[Side, ...]] = get_args(Side)

_SPLIT_UNIT: Final = "patient"
_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Split:
    """Patients on two sides, by the project's one rule (`domain.split`).

    With 7 to 3 each patient is on the side the networks of this program know it on.

    Attributes
    ----------
    train, test
        Shares in lowest terms: 70:30 is 7:3 and deals patients out alike.
    """

    train: int
    test: int

    @classmethod
    def of(cls, text: str) -> Split:
        """Return what ``patient:7:3`` means.

        Raises
        ------
        ExportError
            For anything else.
        """
        unit, *shares = text.split(":")
        if unit != _SPLIT_UNIT or len(shares) != 2 or not all(s.isdecimal() for s in shares):
            raise ExportError(
                f"{text!r} is no split: write patient:7:3 for seven patients in ten to train on "
                "and three to test on."
            )
        train, test = map(int, shares)
        if not (0 < train <= _MOST and 0 < test <= _MOST):
            raise ExportError(f"{text!r} leaves one side empty or is too fine; write patient:7:3.")
        divisor = math.gcd(train, test)
        return cls(train // divisor, test // divisor)

    def side_of(self, patient: str) -> Side:
        """Return the side of a patient, by the id as the hospital gave it."""
        return "test" if is_test_patient(patient, train=self.train, test=self.test) else "train"

    def __str__(self) -> str:
        return f"{_SPLIT_UNIT}:{self.train}:{self.test}"


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """One export.

    Attributes
    ----------
    formats
        Names of rows in `exporters.EXPORTERS`, without repetition.
    only
        Which films: approved; annotated or approved; or all on which anything is outlined.
    images
        Whether the films go along, as copies or as hard links.
    split
        Two folders by patient, or None for one.
    labels
        New label by old label; an empty one leaves the shapes out. Others stay as they are.
    keep_patient_ids, hide_readers
        Patients are pseudonymised and readers named, unless asked otherwise.
    """

    formats: tuple[str, ...]
    only: Only = "all"
    images: Images = "copy"
    split: Split | None = None
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    keep_patient_ids: bool = False
    hide_readers: bool = False

    def label_of(self, label: str) -> str | None:
        """Return the label a shape goes out with; None where it stays behind."""
        return self.labels.get(label, label) or None

    def to_json(self) -> dict[str, Any]:
        """Return what was asked for, as the manifest says it."""
        return {
            "formats": list(self.formats),
            "only": self.only,
            "images": self.images,
            "split": None if self.split is None else str(self.split),
            "labels": dict(sorted(self.labels.items())),
            "patient_ids": "kept" if self.keep_patient_ids else "pseudonyms",
            "readers": "pseudonyms" if self.hide_readers else "kept",
        }


def label_changes(text: str) -> dict[str, str]:
    """Return what ``OLD=NEW,OLDER=`` asks for: a new name, or none to leave the shapes out.

    Raises
    ------
    ExportError
        When a part has no ``=``, names nothing or names a label twice.
    """
    changes: dict[str, str] = {}
    for part in text.split(","):
        old, equals, new = (piece.strip() for piece in part.partition("="))
        if not old or not equals:
            raise ExportError(
                f"{part.strip()!r} is no change of a label: write OLD=NEW, or OLD= to leave "
                "shapes of that label out."
            )
        if old in changes:
            raise ExportError(f"--labels says twice what becomes of {old!r}; say it once.")
        changes[old] = new
    return changes
