"""Image files without what else is in them: names, dates and places stay behind, every pixel goes.

PNG and JPEG lose their metadata without being decoded, so that a JPEG is not compressed twice. The
orientation that Exif may hold is kept: without it outlines would lie on other pixels.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.files.image_header import DamagedImageError

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs")
)
"""What a pixel's grey depends on, and its size. Profiles, texts and times are dropped."""

_JPEG_SIGNATURE: Final = b"\xff\xd8\xff"
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_JFIF: Final = 0xE0
_EXIF: Final = 0xE1
_ADOBE: Final = 0xEE
_COMMENT: Final = 0xFE
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_EXIF_START: Final = b"Exif\0\0"
_ORIENTATION_TAG: Final = 0x0112
_UPRIGHT: Final = 1


def without_metadata(data: bytes) -> bytes | None:
    """Return a PNG or JPEG file without metadata; None for any other format.

    Decodes to the very same pixels, the same way up.

    Raises
    ------
    DamagedImageError
        When the file's structure is broken.
    """
    try:
        if data.startswith(_PNG_SIGNATURE):
            return _bare_png(data)
        if data.startswith(_JPEG_SIGNATURE):
            return _bare_jpeg(data)
    except (struct.error, IndexError) as error:
        raise DamagedImageError(tr("ends in the middle of its header")) from error
    return None


def _bare_png(data: bytes) -> bytes:
    kept = [_PNG_SIGNATURE]
    position = len(_PNG_SIGNATURE)
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if kind in _PNG_KEPT:
            kept.append(data[position:end])
        elif kind == b"eXIf":
            orientation = _orientation(data[position + 8 : position + 8 + length])
            if orientation != _UPRIGHT:
                kept.append(_png_chunk(b"eXIf", _exif_with(orientation)))
        if kind == b"IEND":
            break  # what other programs append is no part of the picture
        position = end
    return b"".join(kept)


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", checksum)


def _bare_jpeg(data: bytes) -> bytes:
    kept: list[bytes] = []
    orientation = _UPRIGHT
    position = 2
    while position < len(data):
        if data[position] != 0xFF:
            raise DamagedImageError(tr("is damaged (its JPEG markers are broken)"))
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == _END_OF_IMAGE:
            kept.append(data[position : position + 2])
            break
        (length,) = struct.unpack_from(">H", data, position + 2)
        end = position + 2 + length
        content = data[position + 4 : end]
        if marker == _START_OF_SCAN:
            after = _MARKER_IN_SCAN.search(data, end)
            if after is None:
                raise DamagedImageError(tr("is incomplete: it ends before its image data does"))
            end = after.start()
            kept.append(data[position:end])
        elif marker == _EXIF and content.startswith(_EXIF_START):
            orientation = _orientation(content[len(_EXIF_START) :])
        elif _is_needed(marker, content):
            kept.append(data[position:end])
        position = end
    exif = b"" if orientation == _UPRIGHT else _exif_segment(orientation)
    return b"".join((data[:2], exif, *kept))


def _is_needed(marker: int, content: bytes) -> bool:
    """Whether decoders look at a segment: tables, frames, JFIF and Adobe's colour transform."""
    if marker == _JFIF:
        return content.startswith(b"JFIF\0")
    if marker == _ADOBE:
        return content.startswith(b"Adobe")
    return not _JFIF <= marker <= 0xEF and marker != _COMMENT


def _exif_segment(orientation: int) -> bytes:
    content = _EXIF_START + _exif_with(orientation)
    return struct.pack(">BBH", 0xFF, _EXIF, len(content) + 2) + content


def _exif_with(orientation: int) -> bytes:
    """Return a TIFF structure that holds an orientation and nothing else."""
    header = struct.pack(">2sHIH", b"MM", 42, 8, 1)
    entry = struct.pack(">HHIHH", _ORIENTATION_TAG, 3, 1, orientation, 0)
    return header + entry + struct.pack(">I", 0)


def _orientation(tiff: bytes) -> int:
    """Return the Exif orientation, 1 to 8; 1 where there is none or it makes no sense."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return _UPRIGHT
    (position,) = struct.unpack_from(order + "I", tiff, 4)
    try:
        (entries,) = struct.unpack_from(order + "H", tiff, position)
        for entry in range(entries):
            at = position + 2 + 12 * entry
            tag, kind = struct.unpack_from(order + "HH", tiff, at)
            if tag == _ORIENTATION_TAG and kind == 3:
                (value,) = struct.unpack_from(order + "H", tiff, at + 8)
                return int(value) if 1 <= value <= 8 else _UPRIGHT
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT
