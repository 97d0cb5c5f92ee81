"""Several moves ahead: the quickest sequence that would reach the goal, by a beam search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.benchmarks.reading_grid import Mask
from tests.benchmarks.reading_hand import CHANGE_OF_TOOL
from tests.benchmarks.reading_moves import Move

WIDTH = 10
"""Plans followed at once."""

DEPTH = 4
"""Moves a plan may have."""

CHOICE = 90
"""So many of the moves that gain most for their time are considered."""

ALIKE = 0.03
"""Moves that differ by less than this part of the finding are one."""


@dataclass(frozen=True, eq=False)
class _Plan:
    mask: npt.NDArray[np.bool_]
    tool: str
    seconds: float
    iou: float
    moves: tuple[int, ...]


def planned(
    moves: Sequence[Move], mask: Mask, reference: Mask, tool: str, goal: float
) -> list[Move]:
    """Return the quickest sequence of `moves` that takes `mask` to `goal`; else a promising one.

    Each move is taken to add and to remove the same cells wherever it stands in the sequence.
    """
    wanted = reference.ravel()
    start = _Plan(mask.ravel(), tool, 0.0, _iou(mask.ravel(), wanted), ())
    useful = [move for move in moves if _iou(move.mask.ravel(), wanted) > start.iou]
    if not useful:
        return []
    rates = [(_iou(m.mask.ravel(), wanted) - start.iou) / m.seconds for m in useful]
    order = _distinct(useful, np.argsort([-rate for rate in rates], kind="stable").tolist(), wanted)
    chosen, fastest = [useful[i] for i in order], float(max(rates))
    adds = np.array([(move.mask & ~mask).ravel() for move in chosen])
    drops = np.array([(mask & ~move.mask).ravel() for move in chosen])
    beam, best = [start], None
    for _ in range(DEPTH):
        longer: list[tuple[float, float, float, _Plan, int]] = []
        for plan in beam:
            masks = (plan.mask | adds) & ~drops
            ious = (masks & wanted).sum(axis=1) / np.maximum((masks | wanted).sum(axis=1), 1)
            for number, move in enumerate(chosen):
                seconds = plan.seconds + _seconds(move, tool, plan.tool)
                iou = float(ious[number])
                if iou <= plan.iou or (best is not None and seconds >= best.seconds):
                    continue
                if iou >= goal:
                    best = _Plan(masks[number], "", seconds, iou, (*plan.moves, number))
                else:
                    longer.append((seconds + (goal - iou) / fastest, seconds, iou, plan, number))
        beam = _kept(longer, chosen, adds, drops)
        if not beam:
            break
    if best is None:
        return [chosen[beam[0].moves[0]]] if beam else [chosen[0]]
    return [chosen[number] for number in best.moves]


def _distinct(
    moves: Sequence[Move], order: Sequence[int], wanted: npt.NDArray[np.bool_]
) -> list[int]:
    """Return the first of `order` that leave the film unlike any before with the same tool."""
    alike = ALIKE * wanted.sum()
    kept: list[int] = []
    seen: dict[str | None, list[npt.NDArray[np.uint8]]] = {}
    for number in order:
        bits = np.packbits(moves[number].mask)
        before = seen.setdefault(moves[number].tool, [])
        if before and np.bitwise_count(np.array(before) ^ bits).sum(axis=1).min() < alike:
            continue
        before.append(bits)
        kept.append(number)
        if len(kept) == CHOICE:
            break
    return kept


def _kept(
    longer: list[tuple[float, float, float, _Plan, int]],
    chosen: Sequence[Move],
    adds: npt.NDArray[np.bool_],
    drops: npt.NDArray[np.bool_],
) -> list[_Plan]:
    """Return the most promising plans; of those with the same moves the quickest."""
    kept: dict[frozenset[int], _Plan] = {}
    for _, seconds, iou, plan, number in sorted(longer, key=lambda entry: entry[:2]):
        moves = frozenset((*plan.moves, number))
        if moves not in kept:
            mask = (plan.mask | adds[number]) & ~drops[number]
            tool = chosen[number].tool or plan.tool
            kept[moves] = _Plan(mask, tool, seconds, iou, (*plan.moves, number))
        if len(kept) == WIDTH:
            break
    return list(kept.values())


def _seconds(move: Move, tool: str, now: str) -> float:
    """Return what a move costs with the tool `now` in hand; it was reckoned with `tool`."""
    if move.tool is None:
        return move.seconds
    before, after = move.tool != tool, move.tool != now
    return move.seconds + CHANGE_OF_TOOL * (after - before)


def _iou(mask: npt.NDArray[np.bool_], wanted: npt.NDArray[np.bool_]) -> float:
    return float((mask & wanted).sum() / max((mask | wanted).sum(), 1))
