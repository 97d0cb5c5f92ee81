"""The films themselves, as files that any program opens and that name nobody.

PNG and JPEG go out as they are, without their metadata. DICOM goes out as an 8-bit PNG of what a
reader sees: the film in its own window, the right way round in grey, because without its header
nobody would know either; nothing of the header travels. TIFF and BMP become PNG with every grey
level they have.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2

from opacity_studio.domain.errors import RadiographError
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.wording import tr
from opacity_studio.export.bare_image import without_metadata
from opacity_studio.export.order import Images
from opacity_studio.export.target import ExportFolder
from opacity_studio.files.annotation_store import labelme_opens
from opacity_studio.files.atomic import digest_of, reason_of
from opacity_studio.files.image_header import DamagedImageError
from opacity_studio.files.radiograph_reader import is_dicom
from opacity_studio.files.rendering import png_rendering

FILMS: Final = "films"
"""Folder of the images, and of the LabelMe files that name them."""

Form = Literal["as it is", "without metadata", "rendered, 8 bit", "PNG"]

_KEPT_SUFFIXES: Final = frozenset((".png", ".jpg", ".jpeg", ".jpe"))


@dataclass(frozen=True, slots=True)
class OutgoingImage:
    """The image of one film.

    Attributes
    ----------
    suffix
        Of its file.
    form
        What became of the film.
    data
        The file.
    """

    suffix: str
    form: Form
    data: bytes


def outgoing_image(film: Radiograph) -> OutgoingImage:
    """Return the file that `film` goes out as.

    Raises
    ------
    RadiographError
        When the film was changed on disk since it was read, or cannot be read any more.
    """
    data = _same_bytes(film)
    try:
        bare = without_metadata(data)
    except DamagedImageError as error:
        raise RadiographError(f"{film.path.name} {error}.", film.path) from error
    if bare is not None:
        suffix = film.path.suffix.lower()
        if suffix not in _KEPT_SUFFIXES:
            suffix = ".png" if bare.startswith(b"\x89PNG") else ".jpg"
        return OutgoingImage(suffix, "as it is" if bare == data else "without metadata", bare)
    if is_dicom(data, film.path.suffix) or film.path.suffix.lower() == ".json":
        return OutgoingImage(".png", "rendered, 8 bit", png_rendering(film))
    return OutgoingImage(".png", "PNG", _lossless_png(film))


def place_image(
    folder: ExportFolder, name: str, image: OutgoingImage, film: Radiograph, images: Images
) -> None:
    """Write or link the image; a link is made where the film goes out as it is.

    Raises
    ------
    OSError
        When the disk takes it not.
    """
    is_linked = (
        images == "link"
        and image.form == "as it is"
        and folder.link(f"{FILMS}/{name}", film.path, image.data)
    )
    if not is_linked:
        folder.write(f"{FILMS}/{name}", image.data)


def embedding(path: Path, film: Radiograph) -> str | None:
    """Return the film as LabelMe embeds it, where LabelMe could not open the file at `path`."""
    if labelme_opens(path):
        return None
    return base64.b64encode(png_rendering(film)).decode("ascii")


def _same_bytes(film: Radiograph) -> bytes:
    try:
        data = film.path.read_bytes()
    except OSError as error:
        raise RadiographError(
            tr(
                "{file} cannot be read because {reason}.",
                file=film.path.name,
                reason=reason_of(error),
            ),
            film.path,
        ) from error
    if digest_of(data) != film.digest:
        raise RadiographError(
            tr("{file} was changed while it was exported; export again.", file=film.path.name),
            film.path,
        )
    return data


def _lossless_png(film: Radiograph) -> bytes:
    pixels = film.max_value - film.pixels if film.inverted else film.pixels
    done, encoded = cv2.imencode(".png", pixels)
    if not done:
        raise RuntimeError("OpenCV could not encode a film as PNG")
    return encoded.tobytes()
