"""The films of a run as they were when it began: frozen once, found again when it is resumed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from opacity_studio.cli.training_order import TrainingOrder
from opacity_studio.domain.errors import OpacityStudioError, RunError, TrainingDataError
from opacity_studio.domain.split import Side
from opacity_studio.files.annotation_store import annotation_path
from opacity_studio.files.atomic import digest_of
from opacity_studio.files.labelme_json import parse_annotation
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.training_films import (
    TrainingFilm,
    TrainingFolder,
    check_sides,
    collect_films,
)
from opacity_studio.learning.prepared_inputs import (
    LungOutlines,
    PreparedFilm,
    PreparedInputs,
    prepare,
    reopen,
)

ANNOTATIONS: Final = "annotations"
INPUTS: Final = "inputs"

_LEARNT: Final = "train"
_VALIDATED: Final = "validation"
_EXTRA: Final = "extra"
_CHANGED: Final = "its annotation was changed while the run began"

IsKnown = Callable[[str], bool]
"""Whether an ancestor of the network has learnt from an annotation, by its sha256."""


@dataclass(frozen=True, slots=True)
class FrozenFilms:
    """The films of a run.

    Attributes
    ----------
    learnt, validated
        What the network is trained on and chosen by.
    extra
        Further films to train on.
    tested
        Films of test patients.
    skipped
        Names of films that are left out, each with the reason.
    new
        sha256 of the annotations that no ancestor of the network has learnt from.
    """

    learnt: PreparedInputs
    validated: PreparedInputs | None
    extra: PreparedInputs | None
    tested: tuple[PreparedFilm, ...]
    skipped: tuple[tuple[str, str], ...]
    new: frozenset[str]

    @property
    def seen(self) -> tuple[PreparedFilm, ...]:
        """The folder's films but those of test patients."""
        parts = (self.learnt, self.validated)
        return tuple(film for part in parts if part is not None for film in part.prepared)

    def is_new(self, film: PreparedFilm) -> bool:
        """Return True where no ancestor of the network has learnt from the film's annotation."""
        return film.film.annotation_digest in self.new

    def counts(self) -> dict[str, Any]:
        """Return what the event ``data`` tells."""
        validated = self.validated.prepared if self.validated is not None else ()
        sides: dict[str, Sequence[PreparedFilm]] = {
            "train": self.learnt.prepared,
            "validation": validated,
            "test": self.tested,
        }
        new = sum(self.is_new(film) for film in (*self.learnt.prepared, *validated))
        return {
            **{
                side: {"films": len(films), "patients": len({f.film.patient for f in films})}
                for side, films in sides.items()
            },
            "new": new,
            "replayed": sum(not self.is_new(film) for film in self.learnt.prepared),
            "skipped": [list(pair) for pair in self.skipped],
        }


def collect(order: TrainingOrder) -> TrainingFolder:
    """Return the curated films of an order's folder, on every side at least one.

    Raises
    ------
    OpacityStudioError
        The folder or its table cannot be used, or a side has no film.
    """
    films = collect_films(
        order.folder,
        metadata=order.metadata,
        file_column=order.file_column,
        patient_column=order.patient_column,
    )
    check_sides(films, order.folder)
    return films


def freeze(
    run: RunFolder,
    order: TrainingOrder,
    collected: TrainingFolder,
    *,
    lungs: LungOutlines | None,
    is_known: IsKnown,
    on_film: Callable[[], None],
) -> FrozenFilms:
    """Copy the annotations, prepare the films and write the whole of ``config.json``.

    Parameters
    ----------
    lungs
        Finds lungs on a film, for an opacity network.
    on_film
        Called after each film.

    Raises
    ------
    TrainingDataError
        Not one film is left to train or to test on.
    OSError
        The run folder cannot be written to.
    """
    freezing = _Freezing(run, order, lungs, on_film)
    skipped = [(path, reason) for path, reason in collected.skipped]
    learnt = freezing.prepared(collected.on("train"), _LEARNT, skipped)
    validated = freezing.prepared(collected.on("validation"), _VALIDATED, skipped)
    extra = None
    if order.extra is not None:
        apart = {film.patient for film in collected.films if film.side != "train"}
        further = [
            replace(film, side="train")
            for film in collect_films(order.extra, validation=False).films
            if film.patient not in apart
        ]
        extra = freezing.prepared(further, _EXTRA, skipped)
    tested = freezing.tested(collected.on("test"), skipped)
    assert learnt is not None, "preparing raises where no film is left to train on"
    seen = [film for part in (learnt, validated) if part is not None for film in part.prepared]
    digests = {film.film.annotation_digest for film in seen}
    frozen = FrozenFilms(
        learnt,
        validated,
        extra,
        tested,
        tuple((path.name, reason) for path, reason in skipped),
        frozenset(digest for digest in digests if not is_known(digest)),
    )
    run.freeze(
        {
            **order.config(run),
            "films": [freezing.record(film, frozen) for film in (*seen, *tested)],
            "extra_films": [freezing.record(f, frozen) for f in extra.prepared] if extra else [],
            "skipped": [list(pair) for pair in frozen.skipped],
        }
    )
    return frozen


@dataclass(frozen=True, slots=True)
class _Freezing:
    run: RunFolder
    order: TrainingOrder
    lungs: LungOutlines | None
    on_film: Callable[[], None]

    def prepared(
        self,
        films: Sequence[TrainingFilm],
        part: str,
        skipped: list[tuple[Path, str]],
    ) -> PreparedInputs | None:
        """Return films as the network will see them; None where none is left."""
        films = self._copied(films, skipped)
        if not films:
            if part == _LEARNT:
                raise _nothing_left(self.order.folder, "train on")
            return None
        inputs = prepare(
            films,
            self.order.task,
            self.run.path / INPUTS / part,
            lung_outlines=None if part == _EXTRA else self.lungs,
            on_film=self.on_film,
            needed=part == _LEARNT,
        )
        skipped += inputs.skipped
        return inputs if inputs.prepared else None

    def tested(
        self, films: Sequence[TrainingFilm], skipped: list[tuple[Path, str]]
    ) -> tuple[PreparedFilm, ...]:
        """Return the films of test patients that can be read; their pixels are not kept."""
        readable = []
        for film in self._copied(films, skipped):
            try:
                digest = read_radiograph(film.path).digest
            except OpacityStudioError as error:
                skipped.append((film.path, error.message))
            else:
                readable.append(PreparedFilm(film, digest, ()))
            self.on_film()
        if not readable:
            raise _nothing_left(self.order.folder, "test on")
        return tuple(readable)

    def record(self, film: PreparedFilm, frozen: FrozenFilms) -> dict[str, Any]:
        """Return how ``config.json`` speaks of a film."""
        return {
            "image": self._relative(film.film),
            "image_sha256": film.image_digest,
            "annotation": self._copy_of(film.film).relative_to(self.run.path).as_posix(),
            "annotation_sha256": film.film.annotation_digest,
            "patient": film.film.patient,
            "split": film.film.side,
            "new": frozen.is_new(film),
            "rows": list(film.rows),
        }

    def _copied(
        self, films: Sequence[TrainingFilm], skipped: list[tuple[Path, str]]
    ) -> list[TrainingFilm]:
        """Copy the annotations into the run; leave out films whose annotation has changed."""
        kept = []
        for film in films:
            try:
                data = annotation_path(film.path).read_bytes()
            except OSError:
                data = b""
            if digest_of(data) != film.annotation_digest:
                skipped.append((film.path, _CHANGED))
                continue
            copy = self._copy_of(film)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data)
            kept.append(film)
        return kept

    def _relative(self, film: TrainingFilm) -> str:
        return Path(os.path.relpath(film.path, self.order.folder)).as_posix()

    def _copy_of(self, film: TrainingFilm) -> Path:
        # By its digest: films of several folders may share a name.
        name = f"{film.path.stem}-{film.annotation_digest[:12]}.json"
        return self.run.path / ANNOTATIONS / name


def thaw(run: RunFolder, order: TrainingOrder) -> FrozenFilms:
    """Return the films that `freeze` wrote down.

    Raises
    ------
    RunError
        Something of it is missing or damaged.
    """
    config = run.config
    try:
        films = [_thawed(run, order, record) for record in config["films"]]
        extra = [_thawed(run, order, record) for record in config["extra_films"]]

        def part(chosen: Sequence[PreparedFilm], name: str) -> PreparedInputs | None:
            return reopen(chosen, run.path / INPUTS / name) if chosen else None

        learnt = part(_on(films, "train"), _LEARNT)
        if learnt is None:
            raise ValueError("no film to train on")
        return FrozenFilms(
            learnt,
            part(_on(films, "validation"), _VALIDATED),
            part(extra, _EXTRA),
            tuple(_on(films, "test")),
            tuple((str(name), str(reason)) for name, reason in config["skipped"]),
            frozenset(r["annotation_sha256"] for r in config["films"] if r["new"]),
        )
    except (OSError, ValueError, KeyError, TypeError, OpacityStudioError) as error:
        raise RunError(
            f"The films of the run {run.path} are not all there any more: start a new run.",
            run.path,
        ) from error


def _thawed(run: RunFolder, order: TrainingOrder, record: Mapping[str, Any]) -> PreparedFilm:
    path = order.folder / record["image"]
    data = (run.path / record["annotation"]).read_bytes()
    if digest_of(data) != record["annotation_sha256"]:
        raise ValueError("damaged annotation")
    film = TrainingFilm(
        path,
        replace(parse_annotation(data, path), image_data=None),
        record["annotation_sha256"],
        record["patient"],
        record["split"],
    )
    return PreparedFilm(film, record["image_sha256"], tuple(record["rows"]))


def _on(films: Sequence[PreparedFilm], side: Side) -> list[PreparedFilm]:
    return [film for film in films if film.film.side == side]


def _nothing_left(folder: Path, purpose: str) -> TrainingDataError:
    return TrainingDataError(
        f"{folder} has no usable film left to {purpose}: see the films that were left out.", folder
    )
