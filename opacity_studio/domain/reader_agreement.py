"""How far several readers agree about the same films: in overlap, percentage and presence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.metrics import Overlap, bootstrap_interval, pearson_r
from opacity_studio.domain.subset_figures import LIMITS_WIDTH, FloatArray, Interval

Yeses = Sequence[bool] | npt.NDArray[np.bool_]
"""Whether a reader saw something, film by film."""

REPEATS: Final = 1000
"""Resamplings of the patients behind each interval."""

_NO_INTERVALS: Final[Mapping[str, Interval]] = MappingProxyType({})
_UNKNOWN: Final = float("nan")


@dataclass(frozen=True, slots=True)
class FilmOfReaders:
    """One film that at least two readers read.

    Attributes
    ----------
    image
        Name of the film's file.
    patient
        Whose film it is; films of one patient are resampled together.
    percent
        Opacity percentage by reader; None where lungs are missing and opacity is not.
    overlaps
        Of their opacity at the film's native size, by pair of readers, in the order of `percent`.
    """

    image: str
    patient: str
    percent: Mapping[str, float | None]
    overlaps: Mapping[tuple[str, str], Overlap]

    @property
    def iou(self) -> float:
        """Mean IoU over the pairs of readers, 0 to 1; both empty counts as 1, one empty as 0."""
        return float(np.mean([overlap.iou() for overlap in self.overlaps.values()]))

    @property
    def dice(self) -> float:
        """Mean Dice (F1) over the pairs of readers, counted like `iou`."""
        return float(np.mean([overlap.f1() for overlap in self.overlaps.values()]))

    def to_json(self) -> dict[str, Any]:
        """Return the film as it stands in ``agreement.json``."""
        return {
            "image": self.image,
            "iou": self.iou,
            "dice": self.dice,
            "percent": dict(self.percent),
        }


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far two readers agree; NaN where no film tells.

    Attributes
    ----------
    a, b
        The readers.
    films
        How many both read.
    iou, dice
        Mean over these; both empty counts as 1, one empty as 0.
    films_both_nonempty, iou_both_nonempty
        On how many films both drew opacity, and the mean IoU over those.
    films_with_percent
        On how many films both have a percentage; the next three are over these.
    percent_r
        Pearson's correlation of their opacity percentages.
    percent_bias
        Mean of `a`'s percentage less `b`'s, in points (Bland and Altman, Lancet 1986).
    limits_of_agreement
        `percent_bias` ± 1.96 sample standard deviations of the differences.
    kappa_presence
        Cohen's kappa of whether there is any opacity (Educ Psychol Meas 1960).
    intervals
        95 % bootstrap over patients, by figure.
    """

    a: str
    b: str
    films: int
    iou: float = _UNKNOWN
    dice: float = _UNKNOWN
    films_both_nonempty: int = 0
    iou_both_nonempty: float = _UNKNOWN
    films_with_percent: int = 0
    percent_r: float = _UNKNOWN
    percent_bias: float = _UNKNOWN
    limits_of_agreement: Interval = (_UNKNOWN, _UNKNOWN)
    kappa_presence: float = _UNKNOWN
    intervals: Mapping[str, Interval] = field(default_factory=lambda: _NO_INTERVALS)

    def to_json(self) -> dict[str, Any]:
        """Return the pair as it stands in ``agreement.json``; null where no film tells."""
        figures = ("iou", "iou_both_nonempty", "dice", "percent_r", "percent_bias")
        return {
            "a": self.a,
            "b": self.b,
            "films": self.films,
            **{name: _number(getattr(self, name)) for name in figures},
            "limits_of_agreement": [_number(limit) for limit in self.limits_of_agreement],
            "kappa_presence": _number(self.kappa_presence),
            "films_both_nonempty": self.films_both_nonempty,
            "films_with_percent": self.films_with_percent,
            "intervals_95": {
                name: [_number(low), _number(high)] for name, (low, high) in self.intervals.items()
            },
        }


def pair_agreement(a: str, b: str, films: Sequence[FilmOfReaders]) -> PairAgreement:
    """Return how far readers `a` and `b` agree about those of `films` that both read."""
    both = [film for film in films if (a, b) in film.overlaps]
    if not both:
        return PairAgreement(a, b, 0)
    overlaps = [film.overlaps[a, b] for film in both]
    ious = np.array([overlap.iou() for overlap in overlaps])
    dices = np.array([overlap.f1() for overlap in overlaps])
    present = np.array([[overlap.one > 0, overlap.other > 0] for overlap in overlaps])
    percents = np.array(
        [[_known(film.percent.get(a)), _known(film.percent.get(b))] for film in both]
    )
    figures: dict[str, Callable[[Sequence[int]], float]] = {
        "iou": lambda some: _mean(ious[some]),
        "iou_both_nonempty": lambda some: _mean(ious[some][present[some].all(axis=1)]),
        "dice": lambda some: _mean(dices[some]),
        "percent_r": lambda some: _correlation(percents[some]),
        "percent_bias": lambda some: _mean(_differences(percents[some])),
        "kappa_presence": lambda some: cohen_kappa(present[some][:, 0], present[some][:, 1]),
    }
    everything = list(range(len(both)))
    differences = _differences(percents)
    spread = LIMITS_WIDTH * float(differences.std(ddof=1)) if len(differences) > 1 else _UNKNOWN
    values = {name: figure(everything) for name, figure in figures.items()}
    return PairAgreement(
        a,
        b,
        len(both),
        **values,
        films_both_nonempty=int(present.all(axis=1).sum()),
        films_with_percent=len(differences),
        limits_of_agreement=(values["percent_bias"] - spread, values["percent_bias"] + spread),
        intervals=_intervals([film.patient for film in both], figures, values),
    )


def agreement_of_readers(
    readers: Sequence[str], films: Sequence[FilmOfReaders]
) -> tuple[PairAgreement, ...]:
    """Return the agreement of every pair of `readers`, in their order."""
    return tuple(pair_agreement(a, b, films) for a, b in combinations(readers, 2))


def cohen_kappa(one: Yeses, other: Yeses) -> float:
    """Return Cohen's kappa of two readers' yes or no; NaN where chance alone agrees fully.

    (observed − expected) / (1 − expected) agreement, expected from each reader's own share of yes
    (Cohen, Educ Psychol Meas 1960).
    """
    left, right = np.asarray(one, dtype=bool), np.asarray(other, dtype=bool)
    if not left.size:
        return _UNKNOWN
    observed = float((left == right).mean())
    yes, also = float(left.mean()), float(right.mean())
    expected = yes * also + (1 - yes) * (1 - also)
    return _UNKNOWN if expected >= 1 else (observed - expected) / (1 - expected)


def _intervals(
    patients: Sequence[str],
    figures: Mapping[str, Callable[[Sequence[int]], float]],
    values: Mapping[str, float],
) -> dict[str, Interval]:
    # One patient tells nothing about others; nor does a figure that is not known itself.
    if len(set(patients)) < 2:
        return {}
    known = {name: figure for name, figure in figures.items() if not math.isnan(values[name])}
    return {name: _interval(patients, figure) for name, figure in known.items()}


def _interval(patients: Sequence[str], figure: Callable[[Sequence[int]], float]) -> Interval:
    return bootstrap_interval(patients, lambda some: figure(some.tolist()), repeats=REPEATS)


def _differences(percents: FloatArray) -> FloatArray:
    both = percents[~np.isnan(percents).any(axis=1)]
    return np.subtract(both[:, 0], both[:, 1])


def _correlation(percents: FloatArray) -> float:
    known = percents[~np.isnan(percents).any(axis=1)]
    return pearson_r(known[:, 0].tolist(), known[:, 1].tolist())


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else _UNKNOWN


def _known(percent: float | None) -> float:
    return _UNKNOWN if percent is None else percent


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
