"""COCO's run-length code of a mask, exact to the pixel.

Runs of outside and inside pixels in turn, down the columns from the left, beginning with outside.
The text form packs five bits of a run into a character, lowest first; from the fourth run on the
difference to the run before the last is packed (pycocotools, ``rleToString`` in maskApi.c).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]


def box_of(mask: npt.NDArray[np.bool_]) -> Box | None:
    """Return left, top, width and height of what is inside, in whole pixels; None if nothing is."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return None
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top


def run_lengths(mask: npt.NDArray[np.bool_]) -> list[int]:
    """Return the runs of `mask` (height × width); their sum is its number of pixels."""
    height, width = mask.shape
    box = box_of(mask)
    if box is None:
        return [height * width]
    left, top, columns, rows = box
    # Each column of the box with an outside pixel at either end: no run goes round a corner.
    inside = np.zeros((columns, rows + 2), dtype=np.int8)
    inside[:, 1:-1] = mask[top : top + rows, left : left + columns].T
    steps = np.diff(inside, axis=1)
    column, row = np.nonzero(steps)
    edges = (column + left) * height + row + top
    # A run that reaches the bottom of the film goes on at the top of the next column.
    starts, ends = edges[::2], edges[1::2]
    apart = starts[1:] != ends[:-1]
    starts, ends = starts[np.r_[True, apart]], ends[np.r_[apart, True]]
    bounds = np.stack((starts, ends), axis=1).ravel()
    runs = np.diff(bounds, prepend=0).tolist()
    rest = height * width - int(bounds[-1])
    return [*runs, rest] if rest else runs


def packed(runs: Iterable[int]) -> str:
    """Return `runs` as the text that COCO calls compressed RLE."""
    return "".join(map(chr, _characters(list(runs))))


def _characters(runs: list[int]) -> Iterator[int]:
    for place, run in enumerate(runs):
        value = run - runs[place - 2] if place > 2 else run
        more = True
        while more:
            bits = value & 0x1F
            value >>= 5
            # Done when what is left is the sign of the last five bits.
            more = value != (-1 if bits & 0x10 else 0)
            yield bits + (0x20 if more else 0) + 48
