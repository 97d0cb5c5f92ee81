"""Whether one network is better than another: both judged on the same films."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Literal, Self, get_args

import numpy as np

from opacity_studio.domain.evaluation import (
    TEST,
    WITH_OPACITY,
    WITHOUT_OPACITY,
    Evaluation,
)
from opacity_studio.domain.judged_film import FilmRow, number_from_json, number_to_json
from opacity_studio.domain.subset_figures import (
    Interval,
    Statistic,
    SubsetFigures,
    interval_from_json,
    interval_of,
    interval_to_json,
    limits_of_agreement,
    patient_draws,
    statistics_of,
    subset_figures,
    value_of,
)
from opacity_studio.domain.wording import tr

Verdict = Literal["better", "worse", "no clear difference", "nothing to compare on"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

COMPARED: Final = (
    "iou_nonempty", "f1_nonempty", "percent_error", "iou", "f1", "iou_pooled", "percent_bias",
)  # fmt: skip
"""Figures whose difference is told; `verdict_of` looks at the first and the third."""

FEWEST_PATIENTS: Final = 6
"""With fewer patients nothing is called better or worse.

Even if every one of five patients changed the same way, that happens by chance in 2·(1/2)⁵ = 6 %
of comparisons of equal networks; with six it is 3 %.
"""

REPEATS: Final = 4000


@dataclass(frozen=True, slots=True)
class Difference:
    """Candidate less incumbent, on the same films.

    Attributes
    ----------
    value
        NaN where it is not known.
    interval_95
        By paired bootstrap: patients are drawn, and each with both networks' results.
    """

    value: float
    interval_95: Interval

    @property
    def is_clear(self) -> bool:
        """True where the interval excludes 0."""
        low, high = self.interval_95
        return low > 0 or high < 0

    def to_json(self) -> dict[str, Any]:
        """Return the difference as it stands in ``comparison.json``."""
        return {
            "value": number_to_json(self.value),
            "interval_95": interval_to_json(self.interval_95),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Return the difference that `to_json` wrote."""
        return cls(number_from_json(record["value"]), interval_from_json(record["interval_95"]))


@dataclass(frozen=True, slots=True)
class ComparedFilm:
    """One film by both networks; see `FilmRow` for the attributes."""

    image: str
    patient: str
    iou_candidate: float
    iou_incumbent: float
    f1_candidate: float
    f1_incumbent: float
    percent_reference: float | None
    percent_candidate: float | None
    percent_incumbent: float | None
    has_opacity: bool = True

    @property
    def iou_change(self) -> float:
        """IoU of the candidate less that of the incumbent."""
        return self.iou_candidate - self.iou_incumbent

    def to_json(self) -> dict[str, Any]:
        """Return the film as it stands in ``comparison.json``."""
        figures = {name: number_to_json(getattr(self, name)) for name in _FILM_FIGURES}
        return {
            "image": self.image,
            "patient": self.patient,
            **figures,
            "has_opacity": self.has_opacity,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Return the film that `to_json` wrote."""
        return cls(
            image=str(record["image"]),
            patient=str(record["patient"]),
            **{name: record[name] for name in _FILM_FIGURES},
            has_opacity=bool(record["has_opacity"]),
        )


_FILM_FIGURES: Final = (
    "iou_candidate", "iou_incumbent", "f1_candidate", "f1_incumbent",
    "percent_reference", "percent_candidate", "percent_incumbent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BothFigures:
    """The figures of a subset for both networks."""

    candidate: SubsetFigures
    incumbent: SubsetFigures

    def to_json(self) -> dict[str, Any]:
        """Return both as they stand in ``comparison.json``."""
        return {"candidate": self.candidate.to_json(), "incumbent": self.incumbent.to_json()}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(*(SubsetFigures.from_json(record[who]) for who in ("candidate", "incumbent")))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What ``comparison.json`` holds.

    Attributes
    ----------
    candidate, incumbent
        Ids of the networks.
    films
        Test films that neither network has seen, the one that got worst first.
    subsets
        ``test``, ``with_opacity`` and ``without_opacity``, all of `films`.
    difference
        Of each of `COMPARED`, over `films`.
    limits_of_agreement
        Of the opacity percentage, of each network.
    seen_by_incumbent, seen_by_candidate
        How many test films were left out because that network or an ancestor learnt from them.
    missing
        How many test films only one of the two was judged on.
    films_known
        False where one of the two came from elsewhere without a list of the films it learnt
        from: some of `films` may be known to it.
    verdict
        See `verdict_of`.
    """

    candidate: str
    incumbent: str
    films: tuple[ComparedFilm, ...]
    subsets: Mapping[str, BothFigures]
    difference: Mapping[str, Difference]
    limits_of_agreement: Mapping[str, Interval] = field(
        default_factory=lambda: MappingProxyType({})
    )
    seen_by_incumbent: int = 0
    seen_by_candidate: int = 0
    missing: int = 0
    films_known: bool = True
    verdict: Verdict = "nothing to compare on"

    @property
    def patients(self) -> int:
        """How many patients the films are of."""
        return len({film.patient for film in self.films})

    def to_json(self) -> dict[str, Any]:
        """Return what ``comparison.json`` holds; a figure that is not known is null."""
        return {
            "candidate": self.candidate,
            "incumbent": self.incumbent,
            "verdict": self.verdict,
            "difference": {name: d.to_json() for name, d in self.difference.items()},
            "limits_of_agreement": {
                who: interval_to_json(limits) for who, limits in self.limits_of_agreement.items()
            },
            "seen_by_incumbent": self.seen_by_incumbent,
            "seen_by_candidate": self.seen_by_candidate,
            "missing": self.missing,
            "films_known": self.films_known,
            "subsets": {name: both.to_json() for name, both in self.subsets.items()},
            "films": [film.to_json() for film in self.films],
        }

    @classmethod
    def from_json(cls, record: object) -> Self:
        """Return the comparison that `to_json` wrote; keys it does not know are left out.

        Raises
        ------
        ValueError
            It is not a comparison; the message is the end of a sentence that begins with the
            file.
        """
        if not isinstance(record, dict):
            raise ValueError(tr("is not a comparison"))
        try:
            if record["verdict"] not in VERDICTS:
                raise ValueError(tr("gives the unknown verdict {name!r}", name=record["verdict"]))
            limits = record.get("limits_of_agreement", {})
            return cls(
                candidate=str(record["candidate"]),
                incumbent=str(record["incumbent"]),
                films=tuple(ComparedFilm.from_json(film) for film in record["films"]),
                subsets={n: BothFigures.from_json(s) for n, s in record["subsets"].items()},
                difference={n: Difference.from_json(d) for n, d in record["difference"].items()},
                limits_of_agreement={who: interval_from_json(i) for who, i in limits.items()},
                seen_by_incumbent=int(record.get("seen_by_incumbent", 0)),
                seen_by_candidate=int(record.get("seen_by_candidate", 0)),
                missing=int(record.get("missing", 0)),
                films_known=bool(record.get("films_known", True)),
                verdict=record["verdict"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(tr("is not a complete comparison ({error!r})", error=error)) from error


def compare(
    candidate: Evaluation,
    incumbent: Evaluation,
    *,
    seen_by_incumbent: Collection[str],
    seen_by_candidate: Collection[str] = (),
    films_known: bool = True,
) -> Comparison:
    """Return how a candidate does against the incumbent on the test films both were judged on.

    Parameters
    ----------
    candidate, incumbent
        Their evaluations, of the same films.
    seen_by_incumbent, seen_by_candidate
        sha256 of the film files that each or an ancestor learnt from (`ModelVersion.films_seen`).
        These are left out: a network knows them by heart.
    films_known
        As in `Comparison`.
    """
    pairs, seen, seen_too, missing = _pairs(
        candidate, incumbent, frozenset(seen_by_incumbent), frozenset(seen_by_candidate)
    )
    pairs.sort(key=lambda pair: (pair[0].iou - pair[1].iou, pair[0].image))
    difference = _differences(pairs)
    return Comparison(
        candidate=candidate.model,
        incumbent=incumbent.model,
        films=tuple(_film(*pair) for pair in pairs),
        subsets={
            TEST: _both(pairs),
            WITH_OPACITY: _both([pair for pair in pairs if pair[0].has_opacity]),
            WITHOUT_OPACITY: _both([pair for pair in pairs if not pair[0].has_opacity]),
        },
        difference=difference,
        limits_of_agreement={
            "candidate": _limits([new for new, _old in pairs]),
            "incumbent": _limits([old for _new, old in pairs]),
        },
        seen_by_incumbent=seen,
        seen_by_candidate=seen_too,
        missing=missing,
        films_known=films_known,
        verdict=verdict_of(difference, len({new.patient for new, _old in pairs})),
    )


def verdict_of(difference: Mapping[str, Difference], patients: int) -> Verdict:
    """Return the verdict that the differences of a comparison allow.

    Two figures decide: IoU over the films on which something is outlined, and the mean error of
    the opacity percentage (which sees films without opacity as well; lung networks have none). A
    figure has changed where the 95 % interval of its difference excludes 0.

    - ``worse`` where either has got worse, whatever the other did;
    - ``better`` where one has got better and the other has not got worse;
    - ``no clear difference`` otherwise, and with fewer than `FEWEST_PATIENTS` patients;
    - ``nothing to compare on`` without patients.
    """
    if not patients:
        return "nothing to compare on"
    if patients < FEWEST_PATIENTS:
        return "no clear difference"
    gains = [(difference[name], sign) for name, sign in _DECISIVE if name in difference]
    changes = [sign * change.value for change, sign in gains if change.is_clear]
    if any(change < 0 for change in changes):
        return "worse"
    return "better" if changes else "no clear difference"


_DECISIVE: Final = (("iou_nonempty", 1), ("percent_error", -1))

_Pair = tuple[FilmRow, FilmRow]


def _pairs(
    candidate: Evaluation,
    incumbent: Evaluation,
    seen_by_incumbent: frozenset[str],
    seen_by_candidate: frozenset[str],
) -> tuple[list[_Pair], int, int, int]:
    """Return the films of both, and how many were seen by either or are missing in one."""
    new, old = (
        {(row.image, row.image_sha256): row for row in evaluation.films if row.split == TEST}
        for evaluation in (candidate, incumbent)
    )
    shared = [key for key in new if key in old]
    known = [key for key in shared if key[1] in seen_by_incumbent]
    known_too = [key for key in shared if key[1] in seen_by_candidate]
    left_out = {*known, *known_too}
    pairs = [(new[key], old[key]) for key in shared if key not in left_out]
    return pairs, len(known), len(known_too), len(new.keys() ^ old.keys())


def _film(new: FilmRow, old: FilmRow) -> ComparedFilm:
    return ComparedFilm(
        image=new.image,
        patient=new.patient,
        iou_candidate=new.iou,
        iou_incumbent=old.iou,
        f1_candidate=new.f1,
        f1_incumbent=old.f1,
        percent_reference=new.percent_reference,
        percent_candidate=new.percent_predicted,
        percent_incumbent=old.percent_predicted,
        has_opacity=new.has_opacity,
    )


def _both(pairs: Sequence[_Pair]) -> BothFigures:
    return BothFigures(
        subset_figures([new for new, _old in pairs]), subset_figures([old for _new, old in pairs])
    )


def _differences(pairs: Sequence[_Pair]) -> dict[str, Difference]:
    draws = patient_draws([new.patient for new, _old in pairs], REPEATS)
    pairs = [_with_percentages_of_both(*pair) for pair in pairs]
    news, olds = (statistics_of([pair[i] for pair in pairs]) for i in (0, 1))

    def of(name: str) -> Difference:
        change = _change(news[name], olds[name])
        return Difference(value_of(change, len(pairs)), interval_of(change, draws))

    return {name: of(name) for name in COMPARED}


def _with_percentages_of_both(new: FilmRow, old: FilmRow) -> _Pair:
    """Return the pair without percentages where one is unknown: only like is compared with like."""
    if new.percent_difference is not None and old.percent_difference is not None:
        return new, old
    return replace(new, percent_predicted=None), replace(old, percent_predicted=None)


def _change(new: Statistic, old: Statistic) -> Statistic:
    return lambda weights: new(weights) - old(weights)


def _limits(rows: Sequence[FilmRow]) -> Interval:
    differences = [row.percent_difference for row in rows]
    return limits_of_agreement(np.array([d for d in differences if d is not None]))
