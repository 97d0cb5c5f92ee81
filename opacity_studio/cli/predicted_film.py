"""One film of the predict verb: read, predicted, measured, written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError, AnnotationWriteError, OpacityStudioError
from opacity_studio.domain.labels import STANDARD_LABELS
from opacity_studio.domain.measurement import Measurement, measure, persons_lungs
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import (
    AnnotationFile,
    annotation_path,
    load_annotation,
    save_annotation,
)
from opacity_studio.files.atomic import digest_of, reason_of, write_atomically
from opacity_studio.files.image_path import film_stem
from opacity_studio.files.labelme_json import parse_annotation
from opacity_studio.files.model_store import ModelPair
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.rendering import png_rendering
from opacity_studio.files.worklist import open_worklist
from opacity_studio.inference.predictor import Predictor


@dataclass(frozen=True, slots=True)
class PredictedFilm:
    """What came of one film.

    Attributes
    ----------
    film
        As it was named on the command line, or below the folder named there.
    measurement
        From the polygons that were written.
    seconds
        Wall time from the first byte read to the last polygon.
    model
        Id of the opacity network.
    warnings
        Sentences for the person.
    """

    film: Path
    measurement: Measurement
    seconds: float
    model: str
    warnings: tuple[str, ...] = ()


def films_in(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[OpacityStudioError, ...]]:
    """Return the films that `paths` name, each once, and what was wrong with any of them."""
    films: dict[Path, Path] = {}
    failures: list[OpacityStudioError] = []
    for path in paths:
        if not path.is_dir():
            films.setdefault(path.absolute(), path)
            continue
        try:
            worklist = open_worklist(path)
        except OpacityStudioError as error:
            failures.append(error)
            continue
        for film in worklist.films:
            # A folder of annotations opens the films of the folder above.
            above = not film.path.is_relative_to(path.absolute())
            shown = film.path if above else path / film.path.relative_to(path.absolute())
            films.setdefault(film.path, shown)
    return tuple(films.values()), tuple(failures)


class FilmPredictor:
    """Predicts films one after another into one folder.

    Parameters
    ----------
    models
        The networks.
    out
        Where the LabelMe files go; made where it does not exist.
    masks
        Where the masks go; None for no masks.
    threshold
        Where opacity begins, 0 to 1; None for the network's operating threshold.
    overwrite
        Whether files that hold a person's work are replaced.

    Raises
    ------
    ModelError
        A network cannot be used: said once, not for every film.
    """

    def __init__(
        self,
        models: ModelPair,
        out: Path,
        masks: Path | None,
        threshold: float | None,
        *,
        overwrite: bool,
    ) -> None:
        self._predictor = Predictor(models)
        self._predictor.prepare()
        self._model = models.opacity.id
        self._out = out
        self._masks = masks
        self._threshold = threshold
        self._overwrite = overwrite
        self._films_of_stem: dict[str, Path] = {}

    def predict(self, film: Path) -> PredictedFilm:
        """Read, predict, measure and write one film.

        Raises
        ------
        OpacityStudioError
            For whatever keeps it from being predicted or written, in one sentence.
        """
        stem = self._claimed_stem(film)
        target = self._out / f"{stem}.json"
        human_lungs, warnings = _lungs_drawn(film)
        # In the film's own annotation file a person's lungs are the original, not a copy.
        copied = () if target.absolute() == annotation_path(film).absolute() else human_lungs
        digest = self._replaceable(target, copied)
        begun = time.perf_counter()
        radiograph = read_radiograph(film)
        prediction = self._predictor.predict(radiograph, human_lungs)
        threshold = prediction.operating_threshold if self._threshold is None else self._threshold
        opacity = prediction.shapes_at(threshold)
        seconds = time.perf_counter() - begun
        shapes = (*prediction.lungs, *opacity)
        measurement = measure(
            shapes,
            width=radiograph.width,
            height=radiograph.height,
            pixel_spacing=radiograph.pixel_spacing,
        )
        if prediction.message:
            warnings = (*warnings, f"{film}: {prediction.message}")
        self._write(AnnotationFile(target, Annotation(""), digest, film), radiograph, shapes)
        if self._masks is not None:
            _write_masks(self._masks, stem, radiograph, shapes)
        return PredictedFilm(film, measurement, seconds, self._model, warnings)

    def _claimed_stem(self, film: Path) -> str:
        stem = film_stem(film)
        first = self._films_of_stem.setdefault(stem, film)
        if first != film:
            raise AnnotationWriteError(
                f"{film} was left out because {stem}.json already holds {first}: predict it into "
                "a folder of its own.",
                film,
            )
        return stem

    def _replaceable(self, target: Path, copied: Sequence[Shape]) -> str | None:
        """Return the digest of the file that may be replaced, None where there is none."""
        try:
            data = target.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AnnotationWriteError(
                f"{target} cannot be replaced because {reason_of(error)}: name another folder.",
                target,
            ) from error
        if not self._overwrite and _is_a_persons(data, target, copied):
            raise AnnotationWriteError(
                f"{target} was kept because it holds a person's work: use --overwrite or name "
                "another folder.",
                target,
            )
        return digest_of(data)

    def _write(self, file: AnnotationFile, film: Radiograph, shapes: Sequence[Shape]) -> None:
        annotation = Annotation(
            image_path="", image_width=film.width, image_height=film.height, shapes=tuple(shapes)
        )
        _make_folder(self._out)
        save_annotation(file, annotation, rendering=lambda: png_rendering(film))


def _lungs_drawn(film: Path) -> tuple[tuple[Shape, ...], tuple[str, ...]]:
    """Return the lungs a person drew on the film, and warnings about its annotation file."""
    try:
        annotation = load_annotation(film).annotation
    except AnnotationError as error:
        return (), (f"{error.message} Its lungs were predicted.",)
    return persons_lungs(annotation), ()


def _is_drawn(shape: Shape) -> bool:
    """Return whether a person drew or corrected the shape, or may have: who knows no source."""
    made = shape.provenance
    return made is None or made.source == "person" or made.edited_by is not None


def _is_a_persons(data: bytes, path: Path, copied: Sequence[Shape]) -> bool:
    """Return whether replacing an existing file would lose what a person did.

    Lungs copied from beside the film by an earlier run are not lost: they are copied again.
    """
    try:
        annotation = parse_annotation(data, path)
    except AnnotationError:
        return True
    if annotation.review is not None or any(annotation.flags.values()) or annotation.extra:
        return True
    again = {(lung.label, lung.outline_digest) for lung in copied}
    return any(
        _says_more(shape) or (_is_drawn(shape) and (shape.label, shape.outline_digest) not in again)
        for shape in annotation.shapes
    )


def _says_more(shape: Shape) -> bool:
    """Return whether the shape carries what no prediction writes: notes, flags, foreign keys."""
    return bool(shape.description or any(shape.flags.values()) or shape.extra)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnnotationWriteError(
            f"{folder} cannot be made because {reason_of(error)}: name another folder.", folder
        ) from error


def _write_masks(folder: Path, stem: str, film: Radiograph, shapes: Sequence[Shape]) -> None:
    _make_folder(folder)
    for label in STANDARD_LABELS:
        mask = rasterise_shapes([s for s in shapes if s.label == label], film.height, film.width)
        done, encoded = cv2.imencode(".png", mask.astype("uint8") * 255)
        if not done:
            raise RuntimeError("OpenCV could not encode a mask as PNG")
        path = folder / f"{stem}_{label}.png"
        try:
            write_atomically(path, encoded.tobytes())
        except OSError as error:
            raise AnnotationWriteError(
                f"{path} could not be written because {reason_of(error)}: name another folder.",
                path,
            ) from error
