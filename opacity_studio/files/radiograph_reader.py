"""Films from their files: PNG, TIFF, JPEG, BMP and DICOM to a `Radiograph`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import stat
from pathlib import Path
from typing import Final, NoReturn

import cv2
import cv2.utils.logging as cv2_logging
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.display import default_window, render_grey
from opacity_studio.domain.errors import RadiographError
from opacity_studio.domain.radiograph import Pixels, Radiograph
from opacity_studio.domain.wording import tr
from opacity_studio.files.image_header import (
    DamagedImageError,
    ImageHeader,
    read_image_header,
)

IMAGE_SUFFIXES: Final = frozenset((".png", ".jpg", ".jpeg", ".jpe", ".tif", ".tiff", ".bmp"))
DICOM_SUFFIXES: Final = frozenset((".dcm", ".dicom", ".dic"))
FILM_SUFFIXES: Final = IMAGE_SUFFIXES | DICOM_SUFFIXES
"""Lower-case suffixes of the files a folder is searched for; DICOM also comes without any."""

MAX_PIXELS: Final = 200_000_000
"""Largest film that is decoded: four times the finest detector made, and still 400 MB."""

_MAX_FILE_BYTES: Final = 2_000_000_000
_DICOM_MAGIC: Final = b"DICM"
_NOT_A_FILM: Final = tr(
    "is not an image this program can read; films are PNG, TIFF, JPEG, BMP or DICOM files"
)

# Every failure becomes a RadiographError; OpenCV would add lines of its own on the console.
cv2_logging.setLogLevel(cv2_logging.LOG_LEVEL_SILENT)


def read_radiograph(path: Path) -> Radiograph:
    """Return the film in `path`.

    The format is told by content, not by name. Colour becomes grey (Rec. 601 luma, alpha
    ignored) and an EXIF orientation is applied, as LabelMe does, so that outlines drawn in
    either program lie on the same pixels. 16-bit films stay 16-bit. A LabelMe JSON file counts
    as the film embedded in it.

    Raises
    ------
    RadiographError
        For whatever keeps the film from being shown, in one sentence.
    """
    data = _read_bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() == ".json":
        data = _embedded_image(data, path)
    if is_dicom(data, path.suffix):
        # Half a second of imports that most worklists never need.
        from opacity_studio.files.dicom_film import read_dicom  # noqa: PLC0415

        return read_dicom(data, path, digest, MAX_PIXELS)
    header = _checked_header(data, path)
    pixels, offset = _unsigned(_decode(data, header, path, cv2.IMREAD_ANYDEPTH), path)
    return Radiograph(
        pixels,
        path,
        # OpenCV turns 8-bit films of this kind round while decoding them, deeper ones not.
        inverted=header.min_is_white and pixels.dtype == np.uint16,
        value_offset=offset,
        digest=digest,
    )


def read_thumbnail(path: Path, edge: int) -> npt.NDArray[np.uint8]:
    """Return the film in `path` as a small grey picture, in its default window.

    Parameters
    ----------
    path
        The film.
    edge
        Length of the picture's longer side in pixels; a smaller film keeps its size.

    Returns
    -------
    ndarray of uint8, H×W

    Raises
    ------
    RadiographError
        As `read_radiograph`.
    """
    grey: npt.NDArray[np.uint8] | None = None
    if path.suffix.lower() in (".jpg", ".jpeg", ".jpe"):
        grey = _reduced_jpeg(path, edge)
    if grey is None:
        film = read_radiograph(path)
        grey = render_grey(film, default_window(film))
    height, width = grey.shape
    scale = edge / max(height, width)
    if scale >= 1:
        return grey
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def may_be_dicom(film: Path) -> bool:
    """Whether a film may be DICOM by its name, which need not have a suffix then."""
    return film.suffix.lower() not in IMAGE_SUFFIXES


def is_dicom(data: bytes, suffix: str = "") -> bool:
    """Return True for the bytes of a DICOM file, with or without its preamble.

    Without preamble a file begins with an element of group 0002 or 0008; that is believed
    only of a file whose name does not promise another format.
    """
    if data[128:132] == _DICOM_MAGIC:
        return True
    if suffix.lower() in IMAGE_SUFFIXES or len(data) < 16:
        return False
    group, element = data[0:2], data[2:4]
    little = group in (b"\x02\0", b"\x08\0") and element[1:2] == b"\0"
    big = group == b"\0\x08" and element[0:1] == b"\0"
    return little or big


def _fail(path: Path, clause: str, cause: Exception | None = None) -> NoReturn:
    said = tr("{file} {problem}.", file=path.name, problem=clause)
    raise RadiographError(said, path) from cause


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            _fail(path, tr("is a folder, not a film; open it as a worklist instead"))
        if not stat.S_ISREG(status.st_mode):
            _fail(path, tr("is not an ordinary file; choose the film itself"))
        if status.st_size > _MAX_FILE_BYTES:
            _fail(
                path,
                tr(
                    "is {size:.0f} GB large, too large for a single film",
                    size=status.st_size / 1e9,
                ),
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        _fail(path, tr("is not there (any more); check its name or reload the folder"), error)
    except PermissionError as error:
        _fail(path, tr("may not be read by you; ask for read permission on the file"), error)
    except OSError as error:
        reason = error.strerror or tr("input/output error")
        _fail(
            path,
            tr("could not be read ({reason}); check the drive or the connection", reason=reason),
            error,
        )
    if not data:
        _fail(path, tr("is empty (0 bytes); copy or export it again"))
    return data


def _embedded_image(data: bytes, path: Path) -> bytes:
    try:
        image = json.loads(data)["imageData"]
        decoded = base64.b64decode(image, validate=False)
    except (ValueError, TypeError, LookupError, RecursionError, binascii.Error) as error:
        _fail(path, tr("has no film beside it and none embedded; put the film next to it"), error)
    if not decoded:
        _fail(path, tr("has no film beside it and none embedded; put the film next to it"))
    return decoded


def _checked_header(data: bytes, path: Path) -> ImageHeader:
    try:
        header = read_image_header(data)
    except DamagedImageError as error:
        _fail(path, f"{error}; copy or export it again", error)
    if header is None:
        _fail(path, _NOT_A_FILM)
    if header.pages > 1:
        _fail(
            path,
            tr("holds {pages} images; save the film as a file of one image", pages=header.pages),
        )
    check_size(header.width, header.height, path)
    return header


def check_size(width: int, height: int, path: Path, limit: int = MAX_PIXELS) -> None:
    """Raise RadiographError for a size no film has: nothing, or more than `limit` pixels."""
    if width <= 0 or height <= 0:
        _fail(path, tr("is damaged (it says it has no pixels); copy or export it again"))
    if width * height > limit:
        _fail(
            path,
            tr(
                "says it is {width} × {height} pixels, more than any film; export it "
                "with at most {limit} megapixels",
                width=width,
                height=height,
                limit=limit // 1000000,
            ),
        )


def _decode(data: bytes, header: ImageHeader, path: Path, depth: int) -> npt.NDArray[np.generic]:
    buffer = np.frombuffer(data, dtype=np.uint8)
    try:
        pixels = cv2.imdecode(buffer, cv2.IMREAD_GRAYSCALE | depth)
    except (cv2.error, MemoryError) as error:
        _fail(path, tr("could not be decoded; export it again"), error)
    if pixels is None:
        variant = f"{header.bits}-bit {header.format}"
        _fail(
            path,
            tr("is damaged or of a rare kind ({variant}); export it again as PNG", variant=variant),
        )
    return np.asarray(pixels)


def _unsigned(pixels: npt.NDArray[np.generic], path: Path) -> tuple[Pixels, float]:
    """Return the pixels as uint8 or uint16 and what to add to get the file's own values."""
    if pixels.dtype == np.uint8:
        return pixels.astype(np.uint8, copy=False), 0.0
    if pixels.dtype == np.uint16:
        return pixels.astype(np.uint16, copy=False), 0.0
    if pixels.dtype == np.int16:
        return (pixels.astype(np.int32) + 32768).astype(np.uint16), -32768.0
    _fail(path, tr("has {dtype} pixels; save it with 8 or 16 bits a pixel", dtype=pixels.dtype))


def _reduced_jpeg(path: Path, edge: int) -> npt.NDArray[np.uint8] | None:
    """Decode at 1/2, 1/4 or 1/8 of the size, whichever still covers `edge`; None if not JPEG."""
    data = _read_bytes(path)
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    header = _checked_header(data, path)
    longer = max(header.width, header.height)
    reduced = {
        8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
        4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
        2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    }
    flag = next((f for factor, f in reduced.items() if longer // factor >= edge), 0)
    return np.asarray(_decode(data, header, path, flag), dtype=np.uint8)
