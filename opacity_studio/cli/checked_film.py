"""One film of the check verb: read, checked and, where that is asked for, mended."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from opacity_studio import __version__
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.checks import Code, Finding, Level, check_annotation, in_order
from opacity_studio.domain.errors import (
    AnnotationError,
    AnnotationFormatError,
    ModelError,
    OpacityStudioError,
    RadiographError,
)
from opacity_studio.domain.measurement import persons_lungs
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.repairs import Repair, repaired
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import AnnotationFile, load_annotation, save_annotation
from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.prediction_cache import PredictionCache, prediction_key
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.rendering import png_rendering
from opacity_studio.files.version_history import VersionHistory
from opacity_studio.files.worklist import Film, Worklist
from opacity_studio.review.editing import edited
from opacity_studio.review.marking import event_now, recorded

MENDER: Final = Reader("opacity-studio check")
"""Named as who changed an outline that was mended: no person did."""

_PROGRAM: Final = f"opacity-studio {__version__}"

_AT_ONCE: Final = min(4, os.cpu_count() or 1)
"""Films read at a time; reading a film mostly waits for the disk or works outside of Python."""


@dataclass(frozen=True, slots=True)
class CheckedFilm:
    """What came of one film.

    Attributes
    ----------
    findings
        The most serious first; of the film as it is now, after it was mended.
    repairs
        What was mended.
    """

    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()


class KnownPredictions:
    """What the networks in use said about films that were predicted before; asks none now."""

    def __init__(self, store: ModelStore, cache: PredictionCache) -> None:
        self._cache = cache
        self._models: ModelPair | None
        try:
            self._models = store.active()
        except ModelError:
            self._models = None

    def regions(self, radiograph: Radiograph, annotation: Annotation) -> tuple[Shape, ...]:
        """Return the opacity at the operating threshold; empty where it is not known."""
        if self._models is None:
            return ()
        lungs = persons_lungs(annotation)
        prediction = self._cache.get(prediction_key(radiograph.digest, self._models, lungs))
        return () if prediction is None else prediction.shapes_at(prediction.operating_threshold)


def check_films(
    worklist: Worklist, predictions: KnownPredictions, mend: bool, *, leave: Container[str]
) -> Iterator[tuple[Film, CheckedFilm]]:
    """Check the films of `worklist`, several at a time, and return them in its order.

    Parameters
    ----------
    mend
        As for `check_film`; not the films whose names are in `leave`.
    """

    def checked(film: Film) -> CheckedFilm:
        return check_film(
            film.path,
            annotations=film.annotations,
            labels=worklist.labels,
            predictions=predictions,
            mend=mend and film.name not in leave,
        )

    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        waiting: deque[tuple[Film, Future[CheckedFilm]]] = deque()
        for film in worklist.films:
            waiting.append((film, pool.submit(checked, film)))
            # Only so far ahead: who stops it does not wait for ten thousand films.
            if len(waiting) > 2 * _AT_ONCE:
                first, done = waiting.popleft()
                yield first, done.result()
        for film, done in waiting:
            yield film, done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def check_film(
    film: Path,
    *,
    annotations: Path | None,
    labels: Sequence[str],
    predictions: KnownPredictions,
    mend: bool,
) -> CheckedFilm:
    """Read a film and its annotation, and say what a person should look at.

    Parameters
    ----------
    annotations
        The folder annotations are in, where they live apart from the films.
    labels
        Those the worklist uses beyond the study's own.
    mend
        Whether what can be mended without asking is mended and saved. A film that is approved is
        left alone, and so is one whose file was changed meanwhile.
    """
    findings: list[Finding] = []
    radiograph, file = None, None
    try:
        radiograph = read_radiograph(film)
    except RadiographError as error:
        findings.append(Finding(Level.ERROR, Code.FILM_UNREADABLE, error.message))
    try:
        file = load_annotation(film, folder=annotations)
    except AnnotationFormatError as error:
        findings.append(Finding(Level.ERROR, Code.ANNOTATION_DAMAGED, error.message))
    except AnnotationError as error:
        findings.append(Finding(Level.ERROR, Code.ANNOTATION_UNUSABLE, error.message))
    if radiograph is None or file is None or file.digest is None:
        return CheckedFilm(tuple(findings))
    repairs: tuple[Repair, ...] = ()
    annotation, said = file.annotation, list[Finding]()
    if mend:
        annotation, repairs, said = _mended(file, radiograph)
    regions = predictions.regions(radiograph, annotation)
    size = {"width": radiograph.width, "height": radiograph.height}
    found = check_annotation(annotation, labels=labels, regions=regions, **size)
    return CheckedFilm(in_order((*findings, *said, *found)), repairs)


def _mended(
    file: AnnotationFile, radiograph: Radiograph
) -> tuple[Annotation, tuple[Repair, ...], list[Finding]]:
    """Return the annotation as it is on disk now, what was mended, and why nothing was."""
    before = file.annotation
    size = radiograph.width, radiograph.height
    sides = zip((before.image_width, before.image_height), size, strict=True)
    if any(said not in (None, real) for said, real in sides):
        return before, (), []  # drawn on another image: nothing of it is where it seems
    after, repairs = repaired(before, width=size[0], height=size[1])
    if not repairs:
        return before, (), []
    if before.status is ReviewStatus.APPROVED:
        message = tr("It is approved and was left as it is: unlock it to have it mended.")
        return before, (), [Finding(Level.HINT, Code.NOT_MENDED, message)]
    after = _signed(before, after, repairs)
    try:
        saved = save_annotation(file, after, rendering=lambda: png_rendering(radiograph))
    except OpacityStudioError as error:
        return before, (), [Finding(Level.ERROR, Code.NOT_MENDED, error.message)]
    VersionHistory().keep(saved, (file,), MENDER.name)
    return saved.annotation, repairs, []


def _signed(before: Annotation, after: Annotation, repairs: Sequence[Repair]) -> Annotation:
    """Return `after` with what was mended, and by what, in outlines and record."""
    after = edited(before, after, MENDER)
    comment = " ".join(repair.message for repair in repairs)
    now = datetime.now().astimezone()
    return recorded(after, event_now(after, "commented", MENDER, now, _PROGRAM, comment=comment))
