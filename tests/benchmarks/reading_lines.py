"""Lines from border to border that a reader could draw, and what each would leave."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np

from opacity_studio.domain.geometry import union_of
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.review.border_stroke import borders_for
from opacity_studio.review.pointer import Modifier
from tests.benchmarks.reading_grid import (
    Mask,
    Path,
    border_apart,
    border_but_for,
    parts,
    simplified,
)
from tests.benchmarks.reading_hand import DRAG, PIXELS_A_SECOND, length
from tests.benchmarks.reading_moves import Desk, Move, lines

SMOOTHINGS = (0, 2, 4)
"""How far a line may leave out what juts from a part, in cells."""

MOST = 14
"""So many lines of each kind are drawn up for real, those that promise most for their length."""


def moves_by_lines(desk: Desk, mask: Mask) -> Iterator[Move]:
    """Yield lines that fill up to the lungs' borders, add to outlines and cut parts off."""
    missing = desk.reference & ~mask
    within = _lungs(desk)
    if within is not None:
        yield from _drawn(desk, mask, within & ~mask, missing, "fill")
    if mask.any():
        yield from _drawn(desk, mask, ~mask, missing, "extend")
        yield from _drawn(desk, mask, mask, mask & ~desk.reference, "cut off")


def _lungs(desk: Desk) -> Mask | None:
    """Return the lungs that close lines of opacity; None where there are none."""
    session = desk.session
    if desk.film.label != OPACITY:
        return None
    lungs = session.annotation.labelled(*LUNG_LABELS) or session.offered_lungs
    return desk.grid.of_region(union_of(lungs)) if lungs else None


def _drawn(desk: Desk, mask: Mask, area: Mask, wanted: Mask, kind: str) -> Iterator[Move]:
    """Yield the most promising lines that divide `area` so that `wanted` comes off it."""
    promising = []
    for line, part in _lines(area, wanted):
        gained = int((part & wanted).sum()) - int((part & ~wanted).sum())
        seconds = DRAG + length(line) * desk.grid.screen / PIXELS_A_SECOND
        if gained > 0:
            promising.append((gained / seconds, len(promising), line))
    held: tuple[Modifier, ...] = ("ctrl",) if kind == "cut off" else ()
    found = (_sides(desk, line / desk.grid.cells, held) for _, _, line in sorted(promising)[::-1])
    for path, keys, left in islice((it for side in found for it in side), 2 * MOST):
        if int((left ^ desk.reference).sum()) < int((mask ^ desk.reference).sum()):
            yield from lines(desk, kind, path, left, keys)


def _lines(area: Mask, wanted: Mask) -> Iterator[tuple[Path, Mask]]:
    """Yield lines (in cells) that begin and end beyond `area`, and what each comes round."""
    beyond = cv2.erode((~area).astype(np.uint8), np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero(beyond)
    if not rows.size:
        return
    ends = np.stack((columns, rows), axis=1) + 0.5
    for whole in parts(area, 6):
        for part in parts(whole & wanted, 4):
            for smoothing in SMOOTHINGS:
                smooth = _smooth(part, whole, smoothing) & whole
                if not smooth.any():
                    continue
                for border in (border_apart, border_but_for):
                    path = border(smooth, whole)
                    for line in () if path is None else simplified(path):
                        led = [ends[np.hypot(*(ends - at).T).argmin()] for at in line[[0, -1]]]
                        yield np.vstack((led[0], line, led[1])), smooth


def _smooth(part: Mask, whole: Mask, reach: int) -> Mask:
    """Return `part` of `whole` without what juts, and with the gaps to the border of `whole`."""
    if not reach:
        return part
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    joined = cv2.morphologyEx((part | ~whole).astype(np.uint8), cv2.MORPH_CLOSE, disc)
    inside = np.pad(joined * whole, 2 * reach)
    opened = cv2.morphologyEx(inside, cv2.MORPH_OPEN, disc)[
        2 * reach : -2 * reach, 2 * reach : -2 * reach
    ]
    _, labels = cv2.connectedComponents(opened)
    found = np.bincount(labels[part], minlength=1)
    found[0] = 0
    return np.asarray(labels == found.argmax()) if found.any() else part


def _sides(
    desk: Desk, path: Path, held: tuple[Modifier, ...]
) -> Iterator[tuple[Path, tuple[Modifier, ...], Mask]]:
    """Yield what the tool would leave for either side of a line, and the keys for it."""
    film = desk.session.radiograph
    assert film is not None
    borders = borders_for(desk.session, film, desk.hand.scale, takes_away="ctrl" in held)
    for other_side in (False, True):
        filled = borders.crossed_by(path, other_side=other_side)
        if filled is not None:
            keys: tuple[Modifier, ...] = (*held, "shift") if other_side else held
            yield path, keys, desk.drawn(filled.annotation)
