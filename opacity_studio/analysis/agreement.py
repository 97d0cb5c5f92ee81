"""Several readers' annotations of the same films, film by film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.metrics import overlap
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.reader_agreement import (
    FilmOfReaders,
    PairAgreement,
    agreement_of_readers,
)
from opacity_studio.files.image_path import image_name
from opacity_studio.files.patients import patient_in_name
from opacity_studio.files.reader_folders import ReaderFolder, read_reading, size_beside


@dataclass(frozen=True, slots=True)
class ReadersCompared:
    """What came of comparing readers.

    Attributes
    ----------
    readers
        Their names, in the order they were given.
    films
        Those that at least two of them read.
    pairs
        Every two readers.
    skipped
        Name and reason of films and files that were left out.
    unreadable
        How many of them because something is wrong with a file.
    """

    readers: tuple[str, ...]
    films: tuple[FilmOfReaders, ...]
    pairs: tuple[PairAgreement, ...]
    skipped: tuple[tuple[str, str], ...]
    unreadable: int

    def to_json(self) -> dict[str, Any]:
        """Return what goes into ``agreement.json``."""
        return {
            "readers": list(self.readers),
            "pairs": [pair.to_json() for pair in self.pairs],
            "films": [film.to_json() for film in self.films],
            "skipped": [{"image": name, "reason": reason} for name, reason in self.skipped],
        }


@dataclass(frozen=True, slots=True)
class Readings:
    """One film's annotations by reader, and the size they were drawn at."""

    stem: str
    by_reader: Mapping[str, Annotation]
    width: int
    height: int

    @property
    def image(self) -> str:
        """Name of the film as an annotation gives it."""
        names = (image_name(annotation.image_path) for annotation in self.by_reader.values())
        return next(filter(None, names), self.stem)


class _IncomparableError(Exception):
    """A film that cannot be compared; the message says why."""


def compare_readers(
    folders: Sequence[ReaderFolder], *, on_film: Callable[[], None] = lambda: None
) -> ReadersCompared:
    """Compare the readers whose annotations are in `folders`.

    Masks are compared at the film's native size, opacity as it was drawn, inside and outside the
    lungs. A file in which nothing is drawn counts as a reader's "no opacity", unless this program
    wrote it and nobody marked the film.

    Parameters
    ----------
    on_film
        Called after each film.
    """
    films: list[FilmOfReaders] = []
    skipped: list[tuple[str, str]] = []
    damaged = 0
    for found in readings_of(folders):
        if isinstance(found, Readings):
            films.append(compared_film(found))
        else:
            skipped += found.films
            damaged += found.damaged
        on_film()
    readers = tuple(folder.reader for folder in folders)
    pairs = agreement_of_readers(readers, films)
    return ReadersCompared(readers, tuple(films), pairs, tuple(skipped), damaged)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a film is not compared, or a reader's file of it not read."""

    films: tuple[tuple[str, str], ...]
    damaged: int = 0


def stems_of(folders: Sequence[ReaderFolder]) -> tuple[str, ...]:
    """Return what names the films that any reader has a file of, in order."""
    return tuple(sorted({stem for folder in folders for stem in folder.files}))


def readings_of(folders: Sequence[ReaderFolder]) -> Iterator[Readings | LeftOut]:
    """Yield each film's annotations, or why there are none to compare."""
    for stem in stems_of(folders):
        files = {f.reader: f.files[stem] for f in folders if stem in f.files}
        readings, trouble = _read(files)
        try:
            yield _sized(stem, readings, files)
        except _IncomparableError as reason:
            yield LeftOut((*trouble, (stem, str(reason))), len(trouble))
            continue
        if trouble:
            yield LeftOut(tuple(trouble), len(trouble))


def _read(files: Mapping[str, Path]) -> tuple[dict[str, Annotation], list[tuple[str, str]]]:
    readings: dict[str, Annotation] = {}
    trouble: list[tuple[str, str]] = []
    for reader, path in files.items():
        try:
            annotation = read_reading(path)
        except AnnotationError as error:
            trouble.append((path.stem, error.message))
            continue
        if _is_read(annotation):
            readings[reader] = annotation
    return readings, trouble


def _is_read(annotation: Annotation) -> bool:
    # An empty file of another program is what its reader saved; one of ours may be untouched.
    return bool(annotation.shapes) or annotation.review is None or annotation.status.is_curated


def _sized(stem: str, readings: Mapping[str, Annotation], files: Mapping[str, Path]) -> Readings:
    if len(readings) < 2:
        only = f"only {next(iter(readings))} read it" if readings else "nobody read it"
        raise _IncomparableError(only)
    said = {(r.image_width, r.image_height) for r in readings.values()} - {(None, None)}
    if not said:
        said = {size for size in map(size_beside, files.values()) if size is not None}
    if len(said) > 1:
        sizes = " and ".join(f"{width} × {height}" for width, height in sorted(said, key=str))
        raise _IncomparableError(f"it was drawn on images of different size: {sizes} pixels")
    width, height = next(iter(said), (None, None))
    if width is None or height is None:
        raise _IncomparableError(
            "no file says how large the film is, and the film is not beside one"
        )
    return Readings(stem, readings, width, height)


def compared_film(readings: Readings) -> FilmOfReaders:
    """Return one film's figures; see `compare_readers`."""
    masks = {
        reader: rasterise_shapes(annotation.labelled(OPACITY), readings.height, readings.width)
        for reader, annotation in readings.by_reader.items()
    }
    return FilmOfReaders(
        readings.image,
        patient_in_name(Path(readings.image)) or readings.stem,
        {
            reader: _percent(annotation, readings.width, readings.height)
            for reader, annotation in readings.by_reader.items()
        },
        {(a, b): overlap(masks[a], masks[b]) for a, b in combinations(masks, 2)},
    )


def _percent(annotation: Annotation, width: int, height: int) -> float | None:
    """Return the opacity percentage; 0 of a film without opacity, whether or not it has lungs."""
    measured = measure(annotation.shapes, width=width, height=height)
    if measured.opacity_percent is None and not annotation.labelled(OPACITY):
        return 0.0
    return measured.opacity_percent


def doubts(compared: ReadersCompared) -> Iterable[str]:
    """Yield what a person must know before they believe the figures, as sentences."""
    if not compared.films:
        yield "No film was read by two readers, so there is nothing to compare."
    without = Counter(
        reader
        for film in compared.films
        for reader, percent in film.percent.items()
        if percent is None
    )
    for reader, films in without.items():
        yield (
            f"{reader} drew opacity but no lungs on {films} of {len(compared.films)} films: these "
            "have no percentage."
        )
