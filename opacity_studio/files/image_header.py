"""What an image file says about itself, read from its bytes without decoding a pixel.

OpenCV reserves memory before it knows whether a file is honest, takes the first page of a TIFF
without a word and, in some versions, returns the upper half of a truncated JPEG; so size, pages
and completeness are settled here first.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from opacity_studio.domain.wording import tr

ImageFormat = Literal["PNG", "JPEG", "TIFF", "BMP"]

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_TIFF_SIGNATURES: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_JPEG_FRAME_MARKERS: Final = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
"""Start of frame: every process of JPEG, and 0xF7 of JPEG-LS."""

_JPEG_STANDALONE_MARKERS: Final = frozenset((0x01, *range(0xD0, 0xD9)))
_MAX_TIFF_PAGES: Final = 1000


class DamagedImageError(ValueError):
    """The file's own structure is broken or ends too early; the message is a clause."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Format, size and nature of an image file.

    Attributes
    ----------
    format
        By content, whatever the file's name says.
    width, height
        In pixels, as stored (before any orientation is applied).
    bits
        Per sample.
    samples
        Colour channels per pixel.
    pages
        Full-size images in the file (TIFF; elsewhere 1).
    min_is_white
        True for a TIFF whose small values are bright.
    """

    format: ImageFormat
    width: int
    height: int
    bits: int = 8
    samples: int = 1
    pages: int = 1
    min_is_white: bool = False


def read_image_header(data: bytes) -> ImageHeader | None:
    """Return the header of a PNG, JPEG, TIFF or BMP file; None for anything else.

    Raises
    ------
    DamagedImageError
        When the file ends before its image does, or its structure is broken.
    """
    try:
        if data.startswith(_PNG_SIGNATURE):
            return _png_header(data)
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg_header(data)
        if data.startswith(_TIFF_SIGNATURES):
            return _tiff_header(data)
        if data.startswith(b"BM") and len(data) >= 26:
            return _bmp_header(data)
    except (struct.error, IndexError) as error:
        raise DamagedImageError(tr("ends in the middle of its header")) from error
    return None


def _png_header(data: bytes) -> ImageHeader:
    header: ImageHeader | None = None
    position = len(_PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            break
        # Ancillary chunks (lower-case first letter) may be wrong without harm to the film.
        if kind[:1].isupper():
            (stored,) = struct.unpack_from(">I", data, end - 4)
            if zlib.crc32(memoryview(data)[position + 4 : end - 4]) != stored:
                raise DamagedImageError(tr("is damaged (a checksum does not match)"))
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack_from(">IIBB", data, position + 8)
            samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 1)
            header = ImageHeader("PNG", width, height, bits, samples)
        elif kind == b"IEND" and header is not None:
            return header
        position = end
    raise DamagedImageError(tr("is incomplete: it ends before its image data does"))


def _jpeg_header(data: bytes) -> ImageHeader:
    header: ImageHeader | None = None
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            raise DamagedImageError(tr("is damaged (its JPEG markers are broken)"))
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _JPEG_STANDALONE_MARKERS:
            position += 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker in _JPEG_FRAME_MARKERS:
            bits, height, width, samples = struct.unpack_from(">BHHB", data, position + 4)
            header = ImageHeader("JPEG", width, height, bits, samples)
        elif marker == 0xDA:
            # Within the coded data 0xFF is only followed by 0 or a restart marker (in JPEG-LS by a
            # byte below 0x80): after the last scan began, no end of image occurs by chance.
            if header is None or data.rfind(b"\xff\xd9", position) < 0:
                break
            return header
        elif marker == 0xD9:
            break
        position += 2 + length
    raise DamagedImageError(tr("is incomplete: it ends before its image data does"))


def _bmp_header(data: bytes) -> ImageHeader:
    (offset,) = struct.unpack_from("<I", data, 10)
    (size,) = struct.unpack_from("<I", data, 14)
    if size == 12:
        width, height, _, depth = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        width, height, _, depth, compression = struct.unpack_from("<iiHHI", data, 18)
    width, height = abs(width), abs(height)
    row = (width * depth + 31) // 32 * 4
    if compression in (0, 3) and offset + row * height > len(data):
        raise DamagedImageError(tr("is incomplete: it ends before its image data does"))
    return ImageHeader("BMP", width, height, 8, 3 if depth >= 16 else 1)


@dataclass(frozen=True, slots=True)
class _TiffLayout:
    """Byte order and field widths of a classic or big TIFF."""

    order: str
    big: bool

    @property
    def offset(self) -> str:
        return self.order + ("Q" if self.big else "I")

    @property
    def count(self) -> str:
        return self.order + ("Q" if self.big else "H")


_TIFF_FIELD_TYPES: Final = {1: "B", 3: "H", 4: "I", 16: "Q"}
_TIFF_TAGS: Final = frozenset((254, 256, 257, 258, 262, 273, 277, 279, 324, 325))


def _tiff_header(data: bytes) -> ImageHeader:
    layout = _TiffLayout("<" if data[:2] == b"II" else ">", 43 in (data[2], data[3]))
    first: dict[int, tuple[int, ...]] | None = None
    pages = 0
    for tags in _tiff_pages(data, layout):
        # Bit 0 of NewSubfileType marks a reduced copy of another page.
        if not tags.get(254, (0,))[0] & 1:
            pages += 1
            first = first or tags
    if first is None or 256 not in first or 257 not in first:
        raise DamagedImageError(tr("is damaged (it has no page with a size)"))
    offsets = first.get(273, ()) or first.get(324, ())
    lengths = first.get(279, ()) or first.get(325, ())
    if not offsets or any(o + n > len(data) for o, n in zip(offsets, lengths, strict=False)):
        raise DamagedImageError(tr("is incomplete: it ends before its image data does"))
    return ImageHeader(
        "TIFF",
        width=first[256][0],
        height=first[257][0],
        bits=first.get(258, (1,))[0],
        samples=first.get(277, (1,))[0],
        pages=pages,
        min_is_white=first.get(262, (1,))[0] == 0,
    )


def _tiff_pages(data: bytes, layout: _TiffLayout) -> Iterator[dict[int, tuple[int, ...]]]:
    """Yield the tags of every page that matter here."""
    seen: set[int] = set()
    (position,) = struct.unpack_from(layout.offset, data, 8 if layout.big else 4)
    while position and position not in seen and len(seen) < _MAX_TIFF_PAGES:
        seen.add(position)
        if position >= len(data):
            raise DamagedImageError(tr("is incomplete: it ends before its image data does"))
        (count,) = struct.unpack_from(layout.count, data, position)
        entries = position + struct.calcsize(layout.count)
        entry_size = 20 if layout.big else 12
        yield dict(_tiff_tags(data, layout, entries, min(count, 4096)))
        (position,) = struct.unpack_from(layout.offset, data, entries + count * entry_size)


def _tiff_tags(
    data: bytes, layout: _TiffLayout, entries: int, count: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    head = layout.order + ("HHQ" if layout.big else "HHI")
    head_size = struct.calcsize(head)
    room = struct.calcsize(layout.offset)
    for index in range(count):
        entry = entries + index * (head_size + room)
        tag, kind, number = struct.unpack_from(head, data, entry)
        letter = _TIFF_FIELD_TYPES.get(kind)
        if tag not in _TIFF_TAGS or letter is None or not number:
            continue
        size = struct.calcsize(layout.order + letter) * number
        position = entry + head_size
        if size > room:
            (position,) = struct.unpack_from(layout.offset, data, position)
        if position + size > len(data):
            raise DamagedImageError(tr("is incomplete: it ends before its image data does"))
        yield tag, struct.unpack_from(f"{layout.order}{number}{letter}", data, position)
