"""Annotation files where they lie: which one belongs to which film, opening and saving it."""

from __future__ import annotations

import base64
import contextlib
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import (
    AnnotationConflictError,
    AnnotationError,
    AnnotationWriteError,
)
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import (
    ChangedOnDiskError,
    digest_of,
    reason_of,
    remedy_of,
    write_atomically,
)
from opacity_studio.files.image_header import DamagedImageError, read_image_header
from opacity_studio.files.image_path import (
    JSON_SUFFIX,
    JSONS_FOLDER,
    film_stem,
    films_of_reader,
    films_with_stem,
    image_name,
    is_file,
    named_film,
    relative_image_path,
)
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation


@dataclass(frozen=True, slots=True)
class AnnotationFile:
    """An annotation and the file it was read from or will be written to.

    Attributes
    ----------
    path
        The JSON file.
    annotation
        What it held when it was read or last saved.
    digest
        sha256 of the file then; None where there is no file yet.
    film
        The film it was opened for.
    warnings
        Sentences for the person; the annotation is usable all the same.
    """

    path: Path
    annotation: Annotation
    digest: str | None
    film: Path | None = None
    warnings: tuple[str, ...] = ()


def annotation_path(film: Path, folder: Path | None = None) -> Path:
    """Return the JSON file of `film`: beside it, else in ``jsons/`` beside it.

    Where there is none yet, it will be beside the film. A film that exists only inside its
    JSON file is given as that file.

    Parameters
    ----------
    folder
        Where the annotation is instead, if it lives apart: a reader's own, say.
    """
    if film.suffix.lower() == JSON_SUFFIX:
        return film
    name = f"{film_stem(film)}{JSON_SUFFIX}"
    if folder is not None:
        return folder / name
    beside, below = film.with_name(name), film.parent / JSONS_FOLDER / name
    return below if is_file(below) and not is_file(beside) else beside


def film_of_annotation(path: Path) -> Path:
    """Return the film that a LabelMe file annotates.

    That is the film its ``imagePath`` names, else the one with the file's own stem in its
    folder or the folder above; and only a film whose annotation is looked for in this very
    file. Where none is left and the image is embedded, it is `path` itself, which
    `radiograph_reader.read_radiograph` reads like a film.

    Raises
    ------
    AnnotationError
        When the file cannot be read, or there is no film.
    """
    try:
        annotation = parse_annotation(path.read_bytes(), path)
    except OSError as error:
        raise _unreadable(path, error) from error
    named = named_film(path, annotation.image_path)
    candidates = [named] if named is not None and is_file(named) else []
    apart = films_of_reader(path.absolute().parent)
    for folder in (path.parent, apart or path.absolute().parent.parent):
        candidates += films_with_stem(folder, path.stem)
    for film in candidates:
        if _is_same_file(annotation_path(film, path.parent if apart else None), path):
            return film
    if annotation.image_data is not None:
        return path
    if candidates:
        raise AnnotationError(
            tr(
                "{file} annotates {name}, but lies neither beside it nor in "
                "{folder}/ there; move it to one of the two.",
                file=path.name,
                name=candidates[0].name,
                folder=JSONS_FOLDER,
            ),
            path,
        )
    raise AnnotationError(
        tr(
            "{file} has no film: neither {image} nor an image of its own name lies beside it or in "
            "the folder above; put the film there.",
            file=path.name,
            image=image_name(annotation.image_path) or tr("an image"),
        ),
        path,
    )


def load_annotation(
    film: Path,
    *,
    folder: Path | None = None,
    width: int | None = None,
    height: int | None = None,
) -> AnnotationFile:
    """Return the annotation of `film`; an empty one where it has no file yet.

    Parameters
    ----------
    film
        Its annotation file is found by `annotation_path`.
    folder
        As `annotation_path` takes it.
    width, height
        Of the film in pixels, to compare with what the file says; where it says nothing, it
        says this from now on.

    Raises
    ------
    AnnotationFormatError
        When the file is damaged.
    AnnotationError
        When it cannot be read, was drawn on an image of another size, or names another film
        or one outside the dataset folder. The file must not be written over then.
    """
    path = annotation_path(film, folder)
    data = _bytes_in(path)
    if data is None:
        empty = Annotation(relative_image_path(path, film), width, height)
        return AnnotationFile(path, empty, None, film)
    annotation, digest = parse_annotation(data, path), digest_of(data)
    warnings = () if _is_same_file(film, path) else _check_film(path, annotation, film)
    _check_size(path, annotation, film, width, height)
    annotation = replace(
        annotation,
        image_path=annotation.image_path or relative_image_path(path, film),
        image_width=annotation.image_width or width,
        image_height=annotation.image_height or height,
    )
    return AnnotationFile(path, annotation, digest, film, warnings)


def save_annotation(
    file: AnnotationFile, annotation: Annotation, *, rendering: Callable[[], bytes] | None = None
) -> AnnotationFile:
    """Write `annotation` to `file`, whole or not at all.

    An image that the file has embedded stays in it. Where there is none, and LabelMe could not
    open the film by itself (it is DICOM or 16-bit, or does not lie beside the JSON file), the
    rendering goes in.

    Parameters
    ----------
    file
        From `load_annotation` or the last save: tells what must still be on disk.
    annotation
        What to write.
    rendering
        Returns the film as 8-bit PNG at its native size; called only where it is needed.

    Returns
    -------
    AnnotationFile
        To pass to the next save.

    Raises
    ------
    AnnotationConflictError
        When the file was changed, created or deleted on disk in the meantime.
    AnnotationWriteError
        When it cannot be written. In either case nothing was overwritten.
    """
    complete = _with_image(file, annotation, rendering)
    try:
        data = dump_annotation(complete)
        _make_readers_place(file.path.parent)
        digest = write_atomically(file.path, data, expected_digest=file.digest)
    except ChangedOnDiskError as error:
        raise AnnotationConflictError(
            tr(
                "{file} was changed by another program and was not overwritten; reload "
                "it or keep yours under another name.",
                file=file.path.name,
            ),
            file.path,
        ) from error
    except OSError as error:
        raise AnnotationWriteError(
            tr(
                "{file} could not be saved because {reason}, and nothing was "
                "overwritten: {remedy}.",
                file=file.path.name,
                reason=reason_of(error),
                remedy=remedy_of(error),
            ),
            file.path,
        ) from error
    except ValueError as error:
        raise AnnotationWriteError(
            tr(
                "{file} was not saved because {error}; undo the last change.",
                file=file.path.name,
                error=error,
            ),
            file.path,
        ) from error
    return AnnotationFile(file.path, complete, digest, file.film, file.warnings)


def _bytes_in(path: Path) -> bytes | None:
    """Return what the file at `path` holds; None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> AnnotationError:
    return AnnotationError(
        tr(
            "{file} cannot be read because {reason}; its outlines are not shown, "
            "and nothing is saved over them.",
            file=path.name,
            reason=reason_of(error),
        ),
        path,
    )


def _check_film(path: Path, annotation: Annotation, film: Path) -> tuple[str, ...]:
    if not annotation.image_path:
        return ()
    named = named_film(path, annotation.image_path)
    if named is None:
        return _check_outside(path, annotation, film)
    if is_file(named) and not _is_same_file(named, film):
        raise AnnotationError(
            tr(
                "{file} belongs to {named}, not to {film}; rename {film} to give it an "
                "annotation of its own.",
                file=path.name,
                named=named.name,
                film=film.name,
            ),
            path,
        )
    return ()


def _check_outside(path: Path, annotation: Annotation, film: Path) -> tuple[str, ...]:
    name = image_name(annotation.image_path)
    if film_stem(Path(name)) != film_stem(film):
        raise AnnotationError(
            tr(
                "{file} names an image outside its folder ({image_path}), which is not "
                "opened; correct its imagePath to {right}.",
                file=path.name,
                image_path=annotation.image_path,
                right=relative_image_path(path, film),
            ),
            path,
        )
    # A whole path from another machine, or a file that was moved: the film is the one here.
    warning = tr(
        "{file} names its image outside its folder ({image_path}), which is not "
        "opened; it was taken to mean {film} here.",
        file=path.name,
        image_path=annotation.image_path,
        film=film.name,
    )
    return (warning,)


def _check_size(
    path: Path, annotation: Annotation, film: Path, width: int | None, height: int | None
) -> None:
    said = (annotation.image_width, annotation.image_height)
    real = (width, height)
    if any(a is not None and b is not None and a != b for a, b in zip(said, real, strict=True)):
        # A side that one of the two does not name is no disagreement.
        drawn = " × ".join("?" if side is None else str(side) for side in said)
        here = " × ".join("?" if side is None else str(side) for side in real)
        raise AnnotationError(
            tr(
                "{file} was drawn on an image of {drawn} pixels, but {film} has {here}; "
                "put back the film it was drawn on, or move the JSON file away.",
                file=path.name,
                drawn=drawn,
                film=film.name,
                here=here,
            ),
            path,
        )


def _make_readers_place(folder: Path) -> None:
    """Make the folder of a reader who saves there for the first time, if the films are there.

    It gets the mode of the films' folder: whoever shares these may look for the reader's, too.
    """
    films = films_of_reader(folder)
    if films is None or folder.is_dir() or not films.is_dir():
        return
    mode, place = stat.S_IMODE(films.stat().st_mode), films
    for name in folder.relative_to(films).parts:
        place /= name
        try:
            place.mkdir()
        except FileExistsError:
            continue
        with contextlib.suppress(OSError):
            place.chmod(mode)


def _with_image(
    file: AnnotationFile, annotation: Annotation, rendering: Callable[[], bytes] | None
) -> Annotation:
    """Return `annotation` such that LabelMe finds its image."""
    film = file.film
    if film is None:
        film = named_film(file.path, annotation.image_path)
    if annotation.image_data is None:
        # The session's annotation does not know of an image that the last save put in.
        annotation = replace(annotation, image_data=file.annotation.image_data)
    if annotation.image_data is None and rendering is not None:
        beside = film is not None and _is_same_folder(film, file.path)
        if film is None or not beside or not labelme_opens(film):
            encoded = base64.b64encode(rendering()).decode("ascii")
            annotation = replace(annotation, image_data=encoded)
    if film is not None and film != file.path and _leads_nowhere(file.path, annotation):
        annotation = replace(annotation, image_path=relative_image_path(file.path, film))
    return annotation


def _leads_nowhere(path: Path, annotation: Annotation) -> bool:
    named = named_film(path, annotation.image_path)
    return named is None or (annotation.image_data is None and not is_file(named))


def labelme_opens(film: Path) -> bool:
    """Whether LabelMe shows `film` as it is: PNG, JPEG, BMP or TIFF of 8 bits, not CMYK."""
    try:
        header = read_image_header(film.read_bytes())
    except (OSError, DamagedImageError):
        return False
    if header is None or header.bits > 8:
        return False
    return header.samples < 4 or header.format == "PNG"


def _is_same_folder(film: Path, path: Path) -> bool:
    return _is_same_file(film.parent, path.parent)


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return one == other
