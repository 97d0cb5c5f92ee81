"""What a retraining would learn from: how many films, of how many patients, how many new, whose."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.model_version import ModelVersion, Task
from opacity_studio.domain.run_progress import SPLIT_SIDES, SplitSide
from opacity_studio.domain.wording import tr
from opacity_studio.files.training_films import NO_LUNGS, TrainingFilm, collect_films

OTHER_PROGRAM: Final = tr("another program")
"""Whose films are that carry no mark of this one."""


@dataclass(frozen=True, slots=True)
class CuratedCount:
    """The curated films of a folder, as far as one task can use them.

    Attributes
    ----------
    films, patients
        By side of the split.
    new
        Films to learn from whose annotation no network of the line has seen.
    readers
        Who marked the new films, the busiest first.
    tests_seen
        Test films that the network in use was trained on: the comparison leaves them out.
    skipped
        Films left out, each with the reason.
    warnings
        Sentences for the person.
    """

    films: Mapping[SplitSide, int]
    patients: Mapping[SplitSide, int]
    new: int = 0
    readers: tuple[tuple[str, int], ...] = ()
    tests_seen: int = 0
    skipped: tuple[tuple[Path, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """All curated films."""
        return sum(self.films.values())


def count_curated(
    folder: Path,
    task: Task,
    known: ModelVersion | None,
    *,
    compare_tests: bool = True,
    is_cancelled: Callable[[], bool] = lambda: False,
    on_film: Callable[[], None] = lambda: None,
) -> CuratedCount:
    """Count the films of `folder` that `task` can learn from.

    Parameters
    ----------
    known
        The network in use; None counts every film as new.
    compare_tests
        Read the test films to tell which of them the network has seen.
    is_cancelled
        Asked between films while test films are compared; what was counted by then is returned.
    on_film
        Called before each film's annotation is read.

    Raises
    ------
    OpacityStudioError
        The folder cannot be read, or no film is curated.
    """
    found = collect_films(folder, on_film=on_film)
    usable, left_out = [], []
    for film in found.films:
        if task == "opacity" or film.has_lungs:
            usable.append(film)
        else:
            left_out.append((film.path, NO_LUNGS))
    seen = frozenset[str]() if known is None else known.annotations_seen
    new = [film for film in usable if film.side != "test" and film.annotation_digest not in seen]
    return CuratedCount(
        {side: sum(film.side == side for film in usable) for side in SPLIT_SIDES},
        {side: len({f.patient for f in usable if f.side == side}) for side in SPLIT_SIDES},
        len(new),
        tuple(Counter(reader_of(film.annotation) for film in new).most_common()),
        _count_seen(usable, known.films_seen, is_cancelled) if known and compare_tests else 0,
        (*found.skipped, *left_out),
        found.warnings,
    )


def reader_of(annotation: Annotation) -> str:
    """Return who last vouched for an annotation."""
    events = () if annotation.review is None else annotation.review.events
    for event in reversed(events):
        if event.kind in ("annotated", "no_opacity", "approved") and event.reader:
            return event.reader
    return OTHER_PROGRAM


def _count_seen(
    films: Collection[TrainingFilm], seen: frozenset[str], is_cancelled: Callable[[], bool]
) -> int:
    count = 0
    for film in films:
        if film.side != "test" or not seen:
            continue
        if is_cancelled():
            break
        try:
            data = film.path.read_bytes()
        except OSError:
            continue  # the worker will say what is wrong with it
        count += hashlib.sha256(data).hexdigest() in seen
    return count
