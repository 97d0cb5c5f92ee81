"""What a network's prediction lets a reader do beside drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from opacity_studio.domain.geometry import region_of
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.local_threshold import moved_level, recontoured
from opacity_studio.domain.shape import Shape
from opacity_studio.review import acceptance
from opacity_studio.review.session import THRESHOLD_STEP
from opacity_studio.review.tools.add import PIXELS_A_STEP
from opacity_studio.review.tools.local_threshold import PACE
from tests.benchmarks.reading_grid import Mask, Path, middle, parts
from tests.benchmarks.reading_hand import CLICK, DRAG, KEY, PIXELS_A_SECOND, Hand
from tests.benchmarks.reading_moves import Desk, Move

SLIDER = 240
"""Screen pixels of the threshold slider from 0 to 1."""

MOST_STEPS = 4
"""By key, either way."""

RIGHTED_A_SECOND = 0.05
"""About what part of a finding a stroke puts right in a second."""

LEVEL_DRAGS = (20, 40, 70, 110, 160, 220)
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
GROWTHS = (-5, -2, 0, 2, 5, 9)


def moves_with_model(desk: Desk, mask: Mask) -> Iterator[Move]:
    """Yield what the prediction makes possible beside."""
    yield from _acceptances(desk)
    yield from _levels(desk)
    yield from _additions(desk, mask)


def acceptances_at_once(desk: Desk) -> Sequence[Move]:
    """Return what one key accepts, at each threshold; the most promising first."""
    session = desk.session
    contours, base = desk.film.contours, session.annotation
    if contours is None:
        return ()
    found = []
    for threshold, steps in _thresholds(session.threshold):
        regions = contours.shapes_at(threshold)
        pending = acceptance.pending_regions(regions, base, session.rejected_regions)
        if not pending:
            continue
        new, _, _ = acceptance.with_regions(base, pending, unless_covered=True)
        pixels = 0.0 if steps is not None else abs(threshold - session.threshold) * SLIDER
        turned = KEY * abs(steps) if steps is not None else DRAG + pixels / PIXELS_A_SECOND
        found.append(
            Move(
                f"accept all at {threshold:.2f}",
                turned + KEY,
                desk.drawn(new),
                partial(_accept_all, threshold, steps, pixels),
            )
        )
    return sorted(found, key=lambda move: _wrong(move, desk))


def _wrong(move: Move, desk: Desk) -> float:
    """Return what a move would leave wrong, with what could be put right in its time."""
    wrong = float((move.mask ^ desk.reference).sum() / desk.reference.sum())
    return wrong + RIGHTED_A_SECOND * move.seconds


def _acceptances(desk: Desk) -> Iterator[Move]:
    yield from acceptances_at_once(desk)
    base = desk.session.annotation
    for region in desk.session.predicted_regions:
        new, _, _ = acceptance.with_regions(base, (region,), unless_covered=False)
        yield Move(
            "accept region",
            desk.switch("select") + CLICK,
            desk.drawn(new),
            lambda hand, r=region: _accept(hand, r),
            tool="select",
        )


def _thresholds(now: float) -> Iterator[tuple[float, int | None]]:
    """Yield thresholds with the steps by key to each; None where the slider is dragged there."""
    for steps in range(-MOST_STEPS, MOST_STEPS + 1):
        yield moved_level(now, steps * THRESHOLD_STEP) if steps else now, steps
    for threshold in THRESHOLDS:
        yield threshold, None


def _accept_all(threshold: float, steps: int | None, pixels: float, hand: Hand) -> None:
    if steps is None:
        hand.drag_slider(pixels)
        hand.session.set_threshold(threshold)
    elif steps:
        hand.effort.keys += abs(steps)
        hand.session.step_threshold(steps)
    hand.effort.keys += 1
    hand.session.accept_all()


def _accept(hand: Hand, region: Shape) -> None:
    hand.take("select")
    hand.effort.clicks += 1
    hand.session.accept([region])


def _levels(desk: Desk) -> Iterator[Move]:
    session = desk.session
    contours, base = desk.film.contours, session.annotation
    if contours is None:
        return
    free = acceptance.replaceable(base, include_person=False)
    targets = [(region, session.threshold, True) for region in session.predicted_regions]
    for shape in base.labelled(OPACITY):
        made = shape.provenance
        if shape.key in free and made is not None and made.threshold is not None:
            targets.append((shape, made.threshold, False))
    for shape, level, offered in targets:
        for up in sorted((*LEVEL_DRAGS, *(-by for by in LEVEL_DRAGS))):
            new_level = moved_level(level, -PACE * up)
            drawn = recontoured(contours, shape, new_level, free_group_id=1)
            if not drawn:
                continue
            new = base.adding(*drawn) if offered else base.replacing(shape.key, *drawn)
            at = region_of(shape).representative_point()
            path = np.array([(at.x, at.y), (at.x, at.y - up / desk.hand.scale)])
            yield Move(
                f"local threshold {new_level:.2f}",
                desk.switch("local_threshold") + DRAG + abs(up) / PIXELS_A_SECOND,
                desk.drawn(new),
                lambda hand, p=path: (hand.take("local_threshold"), hand.drag(p)),
                tool="local_threshold",
            )


def _additions(desk: Desk, mask: Mask) -> Iterator[Move]:
    for part in parts(desk.reference & ~mask, 2):
        row, column = middle(part)
        x, y = (column + 0.5) / desk.grid.cells, (row + 0.5) / desk.grid.cells
        tool = desk.add
        clicker = Hand(desk.session, desk.hand.scale)
        clicker.tool = tool
        clicker.click(x, y)
        before = 0
        for steps in GROWTHS:
            if not tool.is_busy:
                break
            tool.wheel(clicker.event(x, y, (), pressed=False), steps - before or 0.0)
            before = steps
            added = desk.grid.of_rings(tool.draft.proposal)
            up = steps * PIXELS_A_STEP
            path = np.array([(x, y), (x, y - up / desk.hand.scale)])
            cost = CLICK if steps == 0 else DRAG + abs(up) / PIXELS_A_SECOND
            yield Move(
                f"click to add, {steps:+d}",
                desk.switch("add") + cost + KEY,
                mask | added,
                lambda hand, p=path: _add(hand, p),
                tool="add",
            )
        tool.cancel()


def _add(hand: Hand, path: Path) -> None:
    hand.take("add")
    if np.array_equal(path[0], path[1]):
        hand.click(*path[0])
    else:
        hand.drag(path)
    hand.key("Return")
