"""Where opacity begins: the threshold a new network is used at, chosen on validation patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.judged_film import JudgedFilm, number_to_json
from opacity_studio.domain.model_version import Task

ThresholdSource = Literal["validation", "parent", "usual", "given"]

USUAL_THRESHOLDS: Final[Mapping[Task, float]] = MappingProxyType({"lungs": 0.55, "opacity": 0.5})
"""Where nothing better is known, by cross-validation: a little above the middle the outlines of
lungs fit best."""

FEWEST_PATIENTS: Final = 6
"""With fewer validation patients the standard error says little."""


@dataclass(frozen=True, slots=True)
class OperatingThreshold:
    """A threshold, and how it was come by.

    Attributes
    ----------
    value
        Probability, 0 to 1.
    source
        ``"validation"`` where it was chosen on validation films, else whose it is: that of the
        network the training started from, the usual one of the task, or one that was given.
    films, patients
        Validation films it was looked at on, and their patients.
    bias
        Predicted less annotated opacity percentage at `value`, mean over these patients, in
        points; None where it was not looked at.
    """

    value: float
    source: ThresholdSource
    films: int = 0
    patients: int = 0
    bias: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what card and events say of it."""
        return {
            "value": self.value,
            "source": self.source,
            "films": self.films,
            "patients": self.patients,
            "percent_bias": number_to_json(self.bias),
        }


def chosen_threshold(
    judged: Sequence[JudgedFilm], before: OperatingThreshold
) -> OperatingThreshold:
    """Return the threshold that validation films speak for.

    Of the thresholds at which the bias of the opacity percentage is no larger than its standard
    error it is the one nearest to `before`; where there is none, the one of the least bias.

    With few patients the least biased threshold is mostly chance: a mean over eight of them is
    uncertain by six points, about as much as lies between 0.4 and 0.6. Tried on films that no
    network had learnt from, the least biased threshold of 8 validation patients left a bias of 8.4
    points (root mean square) on the others, 0.5 one of 5.6 and this rule one of 6.7; where 0.5 was
    far off, the rule mended that as well as the least bias did.

    Parameters
    ----------
    judged
        Validation films, each at the same thresholds.
    before
        What is kept with fewer than `FEWEST_PATIENTS` patients whose percentage is known.
    """
    known = [
        film
        for film in judged
        if film.percent_reference is not None
        and all(at.percent_predicted is not None for at in film.at.values())
    ]
    patients = [film.patient for film in known]
    number = len(set(patients))
    if not known:
        return before
    thresholds = sorted(known[0].at)
    bias, error = _bias(known, thresholds, patients)
    nearest = sorted(range(len(thresholds)), key=lambda i: abs(thresholds[i] - before.value))
    if number < FEWEST_PATIENTS:
        place = nearest[0]
        kept = float(bias[place]) if thresholds[place] == before.value else None
        return OperatingThreshold(before.value, before.source, len(known), number, kept)
    unbiased = [i for i in nearest if abs(bias[i]) <= error[i]]
    best = unbiased[0] if unbiased else int(np.argmin(np.abs(bias)))
    return OperatingThreshold(thresholds[best], "validation", len(known), number, float(bias[best]))


def _bias(
    films: Sequence[JudgedFilm], thresholds: Sequence[float], patients: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the mean difference at each threshold and its standard error.

    Every patient counts once: films of one patient resemble each other.
    """
    difference = np.array(
        [[film.row(t).percent_difference for t in thresholds] for film in films], dtype=np.float64
    )
    whose = np.array(patients)
    means = np.array(
        [difference[whose == patient].mean(axis=0) for patient in dict.fromkeys(patients)]
    )
    spread = means.std(axis=0, ddof=1) if len(means) > 1 else np.zeros(len(thresholds))
    return means.mean(axis=0), spread / np.sqrt(len(means))
