"""Masks as PNG files: a zero or a label's number in each pixel, and a colour for each number."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from opacity_studio.export.label_table import Colour

_GREY, _PALETTE = 0, 3
_LEVEL = 6


def grey_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return `pixels` (height × width) as an 8-bit grey PNG file."""
    return _png(pixels, _GREY, ())


def indexed_png(pixels: npt.NDArray[np.uint8], palette: Sequence[Colour]) -> bytes:
    """Return `pixels` (height × width) as a PNG file whose values are places in `palette`."""
    colours = bytes(value for colour in palette for value in colour)
    return _png(pixels, _PALETTE, ((b"PLTE", colours),))


def _png(
    pixels: npt.NDArray[np.uint8], colour_type: int, chunks: Sequence[tuple[bytes, bytes]]
) -> bytes:
    height, width = pixels.shape
    # Before each row the number of its filter; masks compress best without one, and by runs.
    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = pixels
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    packer = zlib.compressobj(_LEVEL, strategy=zlib.Z_RLE)
    image = packer.compress(rows.tobytes()) + packer.flush()
    parts = ((b"IHDR", header), *chunks, (b"IDAT", image), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))
        for kind, content in parts
    )
