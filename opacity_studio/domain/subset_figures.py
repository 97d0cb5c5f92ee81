"""The figures of a set of films, with intervals that respect patients.

Every figure is a function of the weights its films have: all one for the figure itself, the number
of times a film's patient was drawn for each repetition of the bootstrap. Formulas are thus written
once, and thousands of repetitions are a few matrix products.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.judged_film import FilmRow, number_from_json, number_to_json

FloatArray = npt.NDArray[np.float64]
Statistic = Callable[[FloatArray], FloatArray]
"""From weights (repetitions × films) to one value a repetition; NaN where nothing has weight."""

Interval = tuple[float, float]

REPEATS: Final = 2000
LIMITS_WIDTH: Final = 1.96
"""Bland–Altman limits of agreement are the mean difference ± 1.96 standard deviations."""

_NO_INTERVALS: Final[Mapping[str, Interval]] = MappingProxyType({})
_UNKNOWN: Final = float("nan")


@dataclass(frozen=True, slots=True)
class SubsetFigures:
    """The figures of a set of films. NaN where there is no film to know it from.

    Attributes
    ----------
    films, patients
        How many.
    films_nonempty
        How many of them a person outlined something on.
    seen
        How many of them the network or an ancestor learnt from.
    iou, f1
        Mean over films; a film on which nothing is outlined and nothing was found counts 1.
    iou_empty_zero, f1_empty_zero
        The same, such a film counting 0, which is what naive smoothing gives.
    iou_nonempty, f1_nonempty
        Mean over the films on which something is outlined.
    iou_pooled, f1_pooled
        Of all pixels of all films together.
    percent_films
        How many films have both percentages; the next four are over these.
    percent_r
        Pearson's correlation of predicted and annotated opacity percentage.
    percent_bias
        Mean of predicted less annotated percentage, in points.
    percent_error
        Mean of the absolute difference, in points.
    limits_of_agreement
        Bland–Altman: between these 95 % of the differences are expected, in points.
    intervals
        95 % interval of each figure by its name, by bootstrap over patients.
    """

    films: int
    patients: int
    films_nonempty: int = 0
    seen: int = 0
    iou: float = _UNKNOWN
    f1: float = _UNKNOWN
    iou_empty_zero: float = _UNKNOWN
    f1_empty_zero: float = _UNKNOWN
    iou_nonempty: float = _UNKNOWN
    f1_nonempty: float = _UNKNOWN
    iou_pooled: float = _UNKNOWN
    f1_pooled: float = _UNKNOWN
    percent_films: int = 0
    percent_r: float = _UNKNOWN
    percent_bias: float = _UNKNOWN
    percent_error: float = _UNKNOWN
    limits_of_agreement: Interval = (_UNKNOWN, _UNKNOWN)
    intervals: Mapping[str, Interval] = field(default_factory=lambda: _NO_INTERVALS)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as they stand in ``evaluation.json``; unknown ones are null."""
        return {
            **{name: getattr(self, name) for name in _COUNTS},
            **{name: number_to_json(getattr(self, name)) for name in FIGURES},
            "limits_of_agreement": interval_to_json(self.limits_of_agreement),
            "intervals_95": {name: interval_to_json(i) for name, i in self.intervals.items()},
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Return the figures that `to_json` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            They are not such figures.
        """
        counts: dict[str, Any] = {name: int(record[name]) for name in _COUNTS}
        figures: dict[str, Any] = {name: number_from_json(record[name]) for name in FIGURES}
        return cls(
            **counts,
            **figures,
            limits_of_agreement=interval_from_json(record["limits_of_agreement"]),
            intervals={n: interval_from_json(i) for n, i in record["intervals_95"].items()},
        )


_COUNTS: Final = ("films", "patients", "films_nonempty", "seen", "percent_films")
FIGURES: Final = (
    "iou", "f1", "iou_empty_zero", "f1_empty_zero", "iou_nonempty", "f1_nonempty",
    "iou_pooled", "f1_pooled", "percent_r", "percent_bias", "percent_error",
)  # fmt: skip
"""Names of the figures that have an interval, in the order they are told."""


def interval_to_json(interval: Interval) -> list[float | None]:
    """Return an interval as JSON can hold it."""
    return [number_to_json(end) for end in interval]


def interval_from_json(ends: Sequence[float | None]) -> Interval:
    """Return the interval that `interval_to_json` wrote."""
    low, high = ends
    return number_from_json(low), number_from_json(high)


def subset_figures(rows: Sequence[FilmRow], *, repeats: int = REPEATS) -> SubsetFigures:
    """Return the figures of a set of films.

    Parameters
    ----------
    rows
        Each film once, all at the same threshold.
    repeats
        Of the bootstrap; 0 for no intervals.
    """
    differences = np.array([_or_nan(row.percent_difference) for row in rows])
    statistics = statistics_of(rows)
    values: dict[str, Any] = {name: value_of(s, len(rows)) for name, s in statistics.items()}
    draws = patient_draws([row.patient for row in rows], repeats)
    return SubsetFigures(
        films=len(rows),
        patients=len({row.patient for row in rows}),
        films_nonempty=sum(_is_nonempty(row) for row in rows),
        seen=sum(row.seen for row in rows),
        percent_films=int(np.isfinite(differences).sum()),
        **values,
        limits_of_agreement=limits_of_agreement(differences),
        intervals={name: interval_of(statistic, draws) for name, statistic in statistics.items()}
        if repeats
        else _NO_INTERVALS,
    )


def statistics_of(rows: Sequence[FilmRow]) -> dict[str, Statistic]:
    """Return each of `FIGURES` as a function of the weights of `rows`."""
    overlaps = [row.overlap for row in rows]
    nonempty = np.array([_is_nonempty(row) for row in rows], dtype=bool)
    iou = np.array([overlap.iou() for overlap in overlaps])
    f1 = np.array([overlap.f1() for overlap in overlaps])
    shared = np.array([overlap.shared for overlap in overlaps])
    union = np.array([overlap.union for overlap in overlaps])
    both = np.array([overlap.one + overlap.other for overlap in overlaps])
    reference = np.array([_or_nan(row.percent_reference) for row in rows])
    predicted = np.array([_or_nan(row.percent_predicted) for row in rows])
    return {
        "iou": mean(iou),
        "f1": mean(f1),
        "iou_empty_zero": mean(np.array([overlap.iou(0.0) for overlap in overlaps])),
        "f1_empty_zero": mean(np.array([overlap.f1(0.0) for overlap in overlaps])),
        "iou_nonempty": mean(np.where(nonempty, iou, _UNKNOWN)),
        "f1_nonempty": mean(np.where(nonempty, f1, _UNKNOWN)),
        "iou_pooled": _ratio(shared, union),
        "f1_pooled": _ratio(2 * shared, both),
        "percent_r": _correlation(reference, predicted),
        "percent_bias": mean(predicted - reference),
        "percent_error": mean(np.abs(predicted - reference)),
    }


def mean(values: FloatArray) -> Statistic:
    """Return the weighted mean of `values` as a statistic; NaN among them are left out."""
    known = np.isfinite(values)
    return _ratio(np.where(known, values, 0.0), known.astype(np.float64))


def value_of(statistic: Statistic, films: int) -> float:
    """Return the statistic with each of `films` films counted once."""
    return float(statistic(np.ones((1, films)))[0])


def interval_of(statistic: Statistic, draws: FloatArray) -> Interval:
    """Return the 95 % percentile interval of a statistic over `patient_draws`."""
    values = statistic(draws)
    values = values[np.isfinite(values)]
    if not len(values):
        return _UNKNOWN, _UNKNOWN
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)


def patient_draws(patients: Sequence[Hashable], repeats: int, *, seed: int = 0) -> FloatArray:
    """Return how often each film counts in each repetition of a bootstrap over patients.

    Films of one patient resemble each other, so patients are drawn with all their films (cluster
    bootstrap). Of a single patient nothing can be drawn: no film counts, and no interval is known.

    Parameters
    ----------
    patients
        Of each film.

    Returns
    -------
    ndarray of float64
        `repeats` × films.
    """
    order = {patient: index for index, patient in enumerate(dict.fromkeys(patients))}
    if len(order) < 2:
        return np.zeros((repeats, len(patients)))
    random = np.random.default_rng(seed)
    share = np.full(len(order), 1 / len(order))
    counts = random.multinomial(len(order), share, size=repeats).astype(np.float64)
    return np.asarray(counts[:, [order[patient] for patient in patients]])


def limits_of_agreement(differences: FloatArray) -> Interval:
    """Return Bland–Altman's 95 % limits of agreement; NaN with fewer than two known differences.

    References
    ----------
    J. M. Bland, D. G. Altman: Statistical methods for assessing agreement between two methods of
    clinical measurement. Lancet 1986; 327: 307–310.
    """
    known = differences[np.isfinite(differences)]
    if len(known) < 2:
        return _UNKNOWN, _UNKNOWN
    centre, spread = float(known.mean()), LIMITS_WIDTH * float(known.std(ddof=1))
    return centre - spread, centre + spread


def _ratio(above: FloatArray, below: FloatArray) -> Statistic:
    def statistic(weights: FloatArray) -> FloatArray:
        return _divided(weights @ above, weights @ below)

    return statistic


def _correlation(x: FloatArray, y: FloatArray) -> Statistic:
    known = np.isfinite(x) & np.isfinite(y)
    # Centred first: moments of large numbers that hardly differ would cancel.
    a, b = (np.where(known, v - (v[known].mean() if known.any() else 0.0), 0.0) for v in (x, y))
    counted = known.astype(np.float64)

    def statistic(weights: FloatArray) -> FloatArray:
        total = weights @ counted
        mean_a, mean_b = _divided(weights @ a, total), _divided(weights @ b, total)
        both = _divided(weights @ (a * b), total) - mean_a * mean_b
        square_a = _divided(weights @ (a * a), total) - mean_a**2
        square_b = _divided(weights @ (b * b), total) - mean_b**2
        varies = (square_a > _LEAST_VARIANCE) & (square_b > _LEAST_VARIANCE)
        bottom = np.sqrt(np.where(varies, square_a * square_b, 0.0))
        return _divided(np.where(varies, both, 0.0), bottom)

    return statistic


_LEAST_VARIANCE: Final = 1e-12
"""Points²; below it a percentage does not vary, it was only rounded."""


def _divided(above: FloatArray, below: FloatArray) -> FloatArray:
    unknown = np.full(np.shape(above), _UNKNOWN)
    np.divide(above, below, out=unknown, where=below > 0)
    return unknown


def _is_nonempty(row: FilmRow) -> bool:
    return row.overlap.other > 0


def _or_nan(value: float | None) -> float:
    return _UNKNOWN if value is None else value
