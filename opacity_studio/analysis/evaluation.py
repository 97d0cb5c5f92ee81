"""A network judged on films that people outlined: the whole pipeline, with predicted lungs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

from opacity_studio import __version__
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import ModelError, OpacityStudioError, RadiographError
from opacity_studio.domain.evaluation import THRESHOLDS, Evaluation, evaluate_rows
from opacity_studio.domain.judged_film import OUTSIDE, JudgedFilm, Judgement
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.metrics import Mask, overlap
from opacity_studio.domain.model_version import Task
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Shape
from opacity_studio.files.model_store import ModelPair
from opacity_studio.files.radiograph_reader import read_radiograph

MASK_EDGE: Final = 1024
"""Masks are compared at this size where the film is larger: outlines are no finer than that."""

_NO_FOLDERS: Final[Mapping[str, Any]] = MappingProxyType({})


class EvaluationCancelledError(Exception):
    """Nobody wants the evaluation any more; there is nothing to show to a person."""


class CuratedFilm(Protocol):
    """A film a person vouched for; `files.training_films.TrainingFilm` is one."""

    @property
    def path(self) -> Path:
        """The film's file."""

    @property
    def annotation(self) -> Annotation:
        """What a person vouched for."""

    @property
    def patient(self) -> str:
        """Id of the patient."""

    @property
    def side(self) -> str:
        """``"train"``, ``"validation"`` or ``"test"``."""


class FilmPredictor(Protocol):
    """What outlines films; `inference.predictor.Predictor` is one."""

    @property
    def models(self) -> ModelPair:
        """The networks."""

    def predict(self, radiograph: Radiograph) -> Prediction:
        """Return lungs and opacity."""

    def lungs_at(self, radiograph: Radiograph) -> Callable[[float], Sequence[Shape]]:
        """Return what gives the lungs at any threshold."""


OnFilm = Callable[[int, int], None]
"""Told how many films are done, of how many."""


@dataclass(frozen=True, slots=True)
class JudgedFilms:
    """Films judged at several thresholds.

    Attributes
    ----------
    films
        In the order they were given.
    skipped
        Those that could not be judged: their file and the reason in one sentence.
    """

    films: tuple[JudgedFilm, ...]
    skipped: tuple[tuple[Path, str], ...]


def evaluate_films(
    films: Sequence[CuratedFilm],
    predictor: FilmPredictor,
    task: Task,
    folder: Path,
    *,
    outside: Mapping[str, tuple[Path, Sequence[CuratedFilm]]] = _NO_FOLDERS,
    threshold: float | None = None,
    thresholds: Sequence[float] = THRESHOLDS,
    on_film: OnFilm = lambda _done, _films: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Evaluation:
    """Return the figures of a network on films.

    Lungs are predicted even where a person drew them: that is what happens on a new film.

    Parameters
    ----------
    films
        Of the folder that the split is about.
    predictor
        With the network in question in the place of its task.
    task
        Which of the predictor's two networks is judged, and by which outlines.
    folder
        What `FilmRow.image` is relative to.
    outside
        Further folders by a name for each: where they are, and their films.
    threshold
        Where the figures are taken; None for the network's own.
    thresholds
        Of the curve. The maps are predicted once for all of them.
    on_film, is_cancelled
        Called between films.

    Raises
    ------
    ModelError
        A network cannot be used.
    EvaluationCancelledError
        `is_cancelled` said so.
    """
    models = predictor.models
    model = models.of(task)
    chosen = model.version.operating_threshold if threshold is None else threshold
    tried = sorted({*thresholds, chosen})
    total = len(films) + sum(len(further) for _place, further in outside.values())

    def judge(some: Sequence[CuratedFilm], place: Path, name: str, before: int) -> JudgedFilms:
        return judge_films(
            some,
            predictor,
            task,
            place,
            thresholds=tried,
            outside=name,
            on_film=lambda done, _films: on_film(before + done, total),
            is_cancelled=is_cancelled,
        )

    parts = [judge(films, folder, "", 0)]
    done = len(films)
    for name, (place, further) in outside.items():
        parts.append(judge(further, place, name, done))
        done += len(further)
    return evaluate_rows(
        [film for part in parts for film in part.films],
        model=model.id,
        task=task,
        threshold=chosen,
        lungs_model=models.lungs.id,
        films_known=model.version.films_known and models.lungs.version.films_known,
        skipped=[(path.name, reason) for part in parts for path, reason in part.skipped],
        about={
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "code_version": __version__,
        },
    )


def judge_films(
    films: Sequence[CuratedFilm],
    predictor: FilmPredictor,
    task: Task,
    folder: Path,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    outside: str = "",
    on_film: OnFilm = lambda _done, _films: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> JudgedFilms:
    """Judge films one by one, each at every threshold; see `evaluate_films`.

    Parameters
    ----------
    outside
        Name of the outside folder they are of; empty for films of the folder itself.
    """
    judge = _Judge(predictor, task, folder, tuple(thresholds), outside)
    judged: list[JudgedFilm] = []
    skipped: list[tuple[Path, str]] = []
    for number, film in enumerate(films, 1):
        if is_cancelled():
            raise EvaluationCancelledError
        try:
            judged.append(judge.judged(film))
        except ModelError:
            raise
        except OpacityStudioError as error:
            skipped.append((film.path, error.message))
        on_film(number, len(films))
    return JudgedFilms(tuple(judged), tuple(skipped))


@dataclass(frozen=True, slots=True)
class _Judge:
    """What is the same for all films of a folder."""

    predictor: FilmPredictor
    task: Task
    folder: Path
    thresholds: tuple[float, ...]
    outside: str

    def judged(self, film: CuratedFilm) -> JudgedFilm:
        radiograph = read_radiograph(film.path)
        _check_size(film, radiograph)
        reference = [shape for shape in film.annotation.shapes if shape.is_polygon]
        has_opacity = any(shape.label == OPACITY for shape in reference)
        models = self.predictor.models
        seen = models.lungs.version.films_seen
        percent: float | None = None
        if self.task == "lungs":
            at = self._lungs(reference, radiograph, film.path)
        else:
            at = self._opacity(reference, radiograph)
            # Lungs known by heart make opacity easier too.
            seen |= models.opacity.version.films_seen
            # A film that is clear is at 0 %, whether or not its lungs were drawn.
            percent = _percent(reference, radiograph) if has_opacity else 0.0
        return JudgedFilm(
            image=Path(os.path.relpath(film.path, self.folder)).as_posix(),
            patient=film.patient,
            split=OUTSIDE if self.outside else film.side,
            at=at,
            percent_reference=percent,
            has_opacity=has_opacity,
            seen=radiograph.digest in seen,
            image_sha256=radiograph.digest,
            folder=self.outside,
        )

    def _lungs(
        self, reference: Sequence[Shape], radiograph: Radiograph, path: Path
    ) -> dict[float, Judgement]:
        drawn = _mask(reference, LUNG_LABELS, radiograph)
        if not drawn.any():
            raise RadiographError(
                f"{path.name} has no lungs drawn to judge found ones by: draw them or leave the "
                "film out.",
                path,
            )
        lungs_at = self.predictor.lungs_at(radiograph)
        masks = {t: _mask(lungs_at(t), LUNG_LABELS, radiograph) for t in self.thresholds}
        return {t: Judgement(overlap(mask, drawn)) for t, mask in masks.items()}

    def _opacity(
        self, reference: Sequence[Shape], radiograph: Radiograph
    ) -> dict[float, Judgement]:
        drawn = _mask(reference, (OPACITY,), radiograph)
        prediction = self.predictor.predict(radiograph)
        judgements: dict[float, Judgement] = {}
        for threshold in self.thresholds:
            found = prediction.shapes_at(threshold)
            mask = _mask(found, (OPACITY,), radiograph)
            percent = _percent((*prediction.lungs, *found), radiograph)
            judgements[threshold] = Judgement(overlap(mask, drawn), percent)
        return judgements


def _check_size(film: CuratedFilm, radiograph: Radiograph) -> None:
    drawn_on = (film.annotation.image_width, film.annotation.image_height)
    if None not in drawn_on and drawn_on != (radiograph.width, radiograph.height):
        raise RadiographError(
            f"{film.path.name} has {radiograph.width}×{radiograph.height} pixels but was outlined "
            f"at {drawn_on[0]}×{drawn_on[1]}: put the film back that the outlines were drawn on.",
            film.path,
        )


def _percent(shapes: Sequence[Shape], radiograph: Radiograph) -> float | None:
    return measure(shapes, width=radiograph.width, height=radiograph.height).opacity_percent


def _mask(shapes: Sequence[Shape], labels: Sequence[str], radiograph: Radiograph) -> Mask:
    """Return the union of the polygons with one of `labels`, no larger than `MASK_EDGE`."""
    scale = min(1.0, MASK_EDGE / max(radiograph.height, radiograph.width))
    chosen = [
        shape.with_outline(shape.points * scale, [hole * scale for hole in shape.holes])
        for shape in shapes
        if shape.label in labels
    ]
    size = round(radiograph.height * scale), round(radiograph.width * scale)
    return rasterise_shapes(chosen, *size)
