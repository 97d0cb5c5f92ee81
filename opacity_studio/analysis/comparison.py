"""Two networks of one task judged on the same films."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from opacity_studio.analysis.evaluation import CuratedFilm, FilmPredictor, OnFilm, evaluate_films
from opacity_studio.domain.comparison import Comparison, compare
from opacity_studio.domain.evaluation import TEST, THRESHOLDS, Evaluation
from opacity_studio.domain.model_version import ModelVersion, Task


@dataclass(frozen=True, slots=True)
class ComparedModels:
    """Both networks' own figures, and what they say together."""

    candidate: Evaluation
    incumbent: Evaluation
    comparison: Comparison


def compare_models(
    films: Sequence[CuratedFilm],
    candidate: FilmPredictor,
    incumbent: FilmPredictor,
    task: Task,
    folder: Path,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    on_film: OnFilm = lambda _done, _films: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ComparedModels:
    """Judge both networks on the test films among `films`, each at its own threshold.

    A threshold curve is taken of the candidate alone: that of the other is known from its own run.
    Films that either network or one of its ancestors learnt from are judged but not compared.

    Parameters
    ----------
    films
        Those of a run, frozen when it began.
    candidate, incumbent
        Predictors that differ in the network of `task` alone.
    task, folder, thresholds, on_film, is_cancelled
        As in `analysis.evaluation.evaluate_films`.

    Raises
    ------
    ModelError
        A network cannot be used.
    EvaluationCancelledError
        `is_cancelled` said so.
    """
    tested = [film for film in films if film.side == TEST]
    new = evaluate_films(
        tested,
        candidate,
        task,
        folder,
        thresholds=thresholds,
        on_film=lambda done, films: on_film(done, 2 * films),
        is_cancelled=is_cancelled,
    )
    old = evaluate_films(
        tested,
        incumbent,
        task,
        folder,
        thresholds=(),
        on_film=lambda done, films: on_film(films + done, 2 * films),
        is_cancelled=is_cancelled,
    )
    versions = (predictor.models.of(task).version for predictor in (candidate, incumbent))
    return ComparedModels(new, old, compare_evaluations(new, old, *versions))


def compare_evaluations(
    candidate: Evaluation,
    incumbent: Evaluation,
    candidate_version: ModelVersion,
    incumbent_version: ModelVersion,
) -> Comparison:
    """Compare two networks that were judged before; their cards tell which films they know."""
    return compare(
        candidate,
        incumbent,
        seen_by_incumbent=incumbent_version.films_seen,
        seen_by_candidate=candidate_version.films_seen,
        films_known=candidate_version.films_known and incumbent_version.films_known,
    )
