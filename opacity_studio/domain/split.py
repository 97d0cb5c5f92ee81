"""Which films are trained on: by patient, and the same for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, Literal

Side = Literal["train", "validation", "test"]

TRAIN_SHARE: Final = 7
TEST_SHARE: Final = 3
_VALIDATION_EVERY: Final = 7


def _number(patient: str) -> int:
    # An id may come from a file's name that is no text to the system.
    return int(hashlib.sha256(patient.encode(errors="surrogateescape")).hexdigest(), 16)


def is_test_patient(patient: str, *, train: int = TRAIN_SHARE, test: int = TEST_SHARE) -> bool:
    """Return True where sha256 of the id (UTF-8), modulo `train` + `test`, is `train` or more.

    About 7 patients in 10 are trained on, as in the study. Which side a patient is on depends on
    the id alone, so it never changes as films are added.

    Parameters
    ----------
    patient
        Id.
    train, test
        Other shares, for an export; both positive. Training always goes by the standard ones.
    """
    return _number(patient) % (train + test) >= train


def side_of(patient: str, *, validation: bool = True) -> Side:
    """Return the side a patient's films are on.

    Parameters
    ----------
    patient
        Id.
    validation
        Set one in seven of the training patients apart, to choose the best epoch by.
    """
    if is_test_patient(patient):
        return "test"
    if validation and (_number(patient) // 10) % _VALIDATION_EVERY == 0:
        return "validation"
    return "train"


def stratified_folds(severity: Mapping[str, float], folds: int) -> dict[str, int]:
    """Return the fold (0 to `folds` - 1) of each patient in a cross-validation.

    Patients are sorted by severity and dealt out in groups of `folds`, one to each fold, in the
    order of their sha256 within a group: every fold has mild and severe disease alike, and folds
    differ by one patient at most.

    Parameters
    ----------
    severity
        Opacity percentage of each patient, by id; of several films the mean.
    """
    order = sorted(severity, key=lambda name: (severity[name], name))
    dealt: dict[str, int] = {}
    for group, first in enumerate(range(0, len(order), folds)):
        members = sorted(order[first : first + folds], key=lambda name: (_number(name), name))
        dealt |= {name: (place + group) % folds for place, name in enumerate(members)}
    return dealt
