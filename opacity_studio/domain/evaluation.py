"""How good a network is: its figures on every set of films that matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Self

from opacity_studio.domain.judged_film import OUTSIDE, FilmRow, JudgedFilm
from opacity_studio.domain.model_version import TASKS, Task
from opacity_studio.domain.subset_figures import SubsetFigures, subset_figures
from opacity_studio.domain.wording import tr

THRESHOLDS: Final = tuple(round(0.10 + 0.05 * i, 2) for i in range(17))
"""Where the threshold curve is taken, 0.10 to 0.90."""

TRAIN: Final = "train"
TEST: Final = "test"
TOGETHER: Final = "together"
WITH_OPACITY: Final = "with_opacity"
WITHOUT_OPACITY: Final = "without_opacity"
SEEN: Final = "seen"
TEST_UNSEEN: Final = "test_unseen"

SUBSET_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        TRAIN: "training patients",
        TEST: "test patients",
        TOGETHER: "both together",
        WITH_OPACITY: "films with opacity",
        WITHOUT_OPACITY: "films without opacity",
        SEEN: "films the networks have seen",
        TEST_UNSEEN: "test patients, unseen films only",
    }
)
"""The subsets of a folder in words. Those of outside folders are named ``outside:FOLDER``."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The figures of a subset at one threshold, without intervals."""

    threshold: float
    figures: SubsetFigures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What ``evaluation.json`` holds.

    Attributes
    ----------
    model
        Id of the network.
    task
        What it draws.
    threshold
        Probability at which its outlines were taken.
    subsets
        The figures of each subset by name: those of `SUBSET_TITLES`, and ``outside:FOLDER`` for
        each outside folder.
    films
        Each film, the worst first.
    curve
        For each subset the figures at every threshold; empty where only one was tried.
    skipped
        Films that could not be judged, each with the reason in one sentence.
    lungs_model
        Id of the lung network whose outlines opacity was looked for in; the same as `model` for a
        lung network.
    films_known
        False where a network came from elsewhere without a list of the films it learnt from:
        others than those marked as seen may be known to it.
    about
        Further facts: when, by which version.
    """

    model: str
    task: Task
    threshold: float
    subsets: Mapping[str, SubsetFigures]
    films: tuple[FilmRow, ...]
    curve: Mapping[str, tuple[CurvePoint, ...]] = field(default_factory=lambda: _NOTHING)
    skipped: tuple[tuple[str, str], ...] = ()
    lungs_model: str = ""
    films_known: bool = True
    about: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def to_json(self) -> dict[str, Any]:
        """Return what ``evaluation.json`` holds; a figure that is not known is null."""
        return {
            "model": self.model,
            "lungs_model": self.lungs_model,
            "task": self.task,
            "threshold": self.threshold,
            "films_known": self.films_known,
            "about": dict(self.about),
            "subsets": {name: figures.to_json() for name, figures in self.subsets.items()},
            "films": [row.to_json() for row in self.films],
            "curve": {
                name: [
                    {"threshold": point.threshold, **point.figures.to_json()} for point in points
                ]
                for name, points in self.curve.items()
            },
            "skipped": [list(skipped) for skipped in self.skipped],
        }

    @classmethod
    def from_json(cls, record: object) -> Self:
        """Return the evaluation that `to_json` wrote; keys it does not know are left out.

        Raises
        ------
        ValueError
            It is not an evaluation; the message is the end of a sentence that begins with the
            file.
        """
        if not isinstance(record, dict):
            raise ValueError(tr("is not an evaluation"))
        try:
            if record["task"] not in TASKS:
                raise ValueError(tr("names the unknown task {name!r}", name=record["task"]))
            return cls(
                model=str(record["model"]),
                task=record["task"],
                threshold=float(record["threshold"]),
                subsets={n: SubsetFigures.from_json(s) for n, s in record["subsets"].items()},
                films=tuple(FilmRow.from_json(row) for row in record["films"]),
                curve={name: _curve(points) for name, points in record.get("curve", {}).items()},
                skipped=tuple((str(n), str(why)) for n, why in record.get("skipped", ())),
                lungs_model=str(record.get("lungs_model", "")),
                films_known=bool(record.get("films_known", True)),
                about={str(k): str(v) for k, v in record.get("about", {}).items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(tr("is not a complete evaluation ({error!r})", error=error)) from error


def _curve(points: Iterable[Mapping[str, Any]]) -> tuple[CurvePoint, ...]:
    return tuple(
        CurvePoint(float(point["threshold"]), SubsetFigures.from_json(point)) for point in points
    )


def evaluate_rows(
    judged: Sequence[JudgedFilm],
    *,
    model: str,
    task: Task,
    threshold: float,
    lungs_model: str = "",
    films_known: bool = True,
    skipped: Sequence[tuple[str, str]] = (),
    about: Mapping[str, str] = _NOTHING,
) -> Evaluation:
    """Return the figures of a network from the films it was judged on.

    Parameters
    ----------
    judged
        Each film once, all at the same thresholds.
    threshold
        Where the figures are taken; one of those tried.
    model, task, lungs_model, films_known, skipped, about
        As in `Evaluation`.

    Raises
    ------
    KeyError
        A film was not judged at `threshold`.
    """
    rows = [film.row(threshold) for film in judged]
    thresholds = sorted({t for film in judged for t in film.at})
    return Evaluation(
        model=model,
        task=task,
        threshold=threshold,
        subsets={name: subset_figures(chosen) for name, chosen in subsets_of(rows).items()},
        films=tuple(sorted(rows, key=lambda row: (row.iou, row.f1, row.image))),
        curve=_curves(judged, thresholds) if len(thresholds) > 1 else _NOTHING,
        skipped=tuple(skipped),
        lungs_model=lungs_model or model,
        films_known=films_known,
        about=about,
    )


def subsets_of(rows: Sequence[FilmRow]) -> dict[str, list[FilmRow]]:
    """Return the films of each subset by its name.

    Films of validation patients count as training films: a choice was made by them. With and
    without opacity is told over all films of the folder; seen are those of outside folders too.
    """
    inside = [row for row in rows if row.split != OUTSIDE]
    test = [row for row in inside if row.split == TEST]
    subsets = {
        TRAIN: [row for row in inside if row.split != TEST],
        TEST: test,
        TOGETHER: inside,
        WITH_OPACITY: [row for row in inside if row.has_opacity],
        WITHOUT_OPACITY: [row for row in inside if not row.has_opacity],
        SEEN: [row for row in rows if row.seen],
        TEST_UNSEEN: [row for row in test if not row.seen],
    }
    for row in rows:
        if row.split == OUTSIDE:
            subsets.setdefault(f"{OUTSIDE}:{row.folder}", []).append(row)
    return subsets


def subset_title(name: str) -> str:
    """Return a subset's name in words."""
    outside = name.removeprefix(f"{OUTSIDE}:")
    return SUBSET_TITLES.get(name, f"outside: {outside}" if outside != name else name)


def _curves(
    judged: Sequence[JudgedFilm], thresholds: Sequence[float]
) -> dict[str, tuple[CurvePoint, ...]]:
    curves: dict[str, list[CurvePoint]] = {}
    for threshold in thresholds:
        # Other subsets share these films; outside folders have a curve of their own.
        for name, rows in subsets_of([film.row(threshold) for film in judged]).items():
            if rows and (name in (TRAIN, TEST, TOGETHER) or name.startswith(f"{OUTSIDE}:")):
                point = CurvePoint(threshold, subset_figures(rows, repeats=0))
                curves.setdefault(name, []).append(point)
    return {name: tuple(points) for name, points in curves.items()}


def least_biased_threshold(points: Iterable[CurvePoint]) -> float | None:
    """Return the threshold of a curve at which the opacity percentage is least biased.

    Readers agree on the percentage rather than on outlines, and IoU hardly changes over a wide
    range of thresholds, so that the highest would be picked by chance. None where no percentage
    is known.
    """
    known = [p for p in points if p.figures.percent_films > 0]
    if not known:
        return None
    return min(known, key=lambda point: abs(point.figures.percent_bias)).threshold
