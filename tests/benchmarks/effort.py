"""Time a scripted reader that outlines opacity, and print the seconds as one JSON object.

    python -m tests.benchmarks.effort FOLDER --models OUT

No window is needed: the reader works the session and the tools themselves (`Hand`), on the films
of FOLDER that have opacity. It brings what is outlined to an IoU of 0.85 with the reference in
three ways:

- `vertices`: from scratch, clicking the fewest vertices that reach it, as in LabelMe;
- `by_hand`: from scratch with brush, eraser and freehand;
- `from_model`: with the same, and what the prediction makes possible: accepting regions, a global
  and a local threshold, click to add, lines that the lungs' borders close. Where that is slower
  than by hand, the reader draws.

It is printed for the opacity alone, the lungs being given (`opacity`), and for the whole film,
where each lung has to reach the goal as well and opacity is predicted within the lungs that the
networks find (`opacity_and_lungs`): without lungs there is no percentage.

A click costs 1.1 s, a key 0.3 s, a drag 1.1 s and 1 s for each 500 screen pixels (the film is 1000
of them high), a change of tool 1.35 s; looking and deciding cost nothing. The reader knows the
reference, and at each step does what gains most IoU for its time: no person is as fast, but all
three ways are measured alike, and every run gives the same.

Held out means: OUT is what `cross_validation.py` left, and each film is predicted by the networks
of its patient's fold; films of a fold that is not trained yet are left out. A network that has seen
a film it is to help with is told from its card, and the benchmark then fails unless --seen-allowed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from opacity_studio.domain.geometry import Region, union_of
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.model_version import TASKS
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.training_films import TrainingFilm, collect_films
from opacity_studio.inference.predictor import Predictor
from opacity_studio.review.tools.add import AddTool
from tests.benchmarks.fold_networks import networks_of_films
from tests.benchmarks.reading_by_vertices import by_vertices
from tests.benchmarks.reading_case import GOAL, Case, iou, outcome_of, reached
from tests.benchmarks.reading_grid import Grid
from tests.benchmarks.reading_hand import CHANGE_OF_TOOL, CLICK, KEY
from tests.benchmarks.reading_lines import moves_by_lines
from tests.benchmarks.reading_moves import (
    Desk,
    Film,
    KnownContours,
    Move,
    moves_by_hand,
)
from tests.benchmarks.reading_plan import planned
from tests.benchmarks.reading_with_model import acceptances_at_once, moves_with_model

MOST_MOVES = 40
WAYS = ("vertices", "by_hand", "from_model")

TOOL_OF = {
    "redraw": "freehand",
    "fill": "freehand",
    "extend": "freehand",
    "cut": "freehand",
    "erase": "brush",
}
"""The tool of a move that is not named after its tool."""

STARTS = 4
"""At so many thresholds, the most promising, the reader tries to begin by accepting all regions."""

MARGINS = (0.006, 0.02)
"""Plans aim this far beyond the goal: their grid is coarse."""

TRIED = 4
"""So many of the most promising moves are tried for real before one is chosen."""


def main() -> None:
    """Read every film three ways, print, and fail where the figures do not hold."""
    options = _options()
    films = collect_films(options.folder, validation=False).films
    with_opacity = [film for film in films if film.annotation.labelled(OPACITY)]
    pairs = networks_of_films(options.models, with_opacity)
    chosen = [film for film in with_opacity if film.path.name in pairs][: options.films]
    predictors: dict[str, Predictor] = {}
    rows = []
    for film in chosen:
        pair = pairs[film.path.name]
        rows.append(_read(film, predictors.setdefault(pair.opacity.id, Predictor(pair))))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    result = summary(rows)
    left_out = len(with_opacity) - len(chosen)
    print(json.dumps({**result, "left_out": left_out, "films": rows}, indent=2))
    if result["seen"] and not options.seen_allowed:
        sys.exit("A network had seen films it helped with: these are no held-out figures.")


def _read(film: TrainingFilm, predictor: Predictor) -> dict[str, Any]:
    case = Case(read_radiograph(film.path), film.annotation)
    seen = any(
        case.radiograph.digest in predictor.models.of(task).version.films_seen
        or not predictor.models.of(task).version.films_known
        for task in TASKS
    )
    lungs = film.annotation.labelled(*LUNG_LABELS)
    prediction = predictor.predict(case.radiograph, lungs)
    alone = union_of(prediction.shapes_at(prediction.operating_threshold))
    row: dict[str, Any] = {
        "film": film.path.name,
        "model": predictor.models.opacity.id,
        "seen": seen,
        "model_iou": round(iou(alone, union_of(film.annotation.labelled(OPACITY))), 3),
    }
    opacity = _ways(case, OPACITY, lungs, prediction)
    found = predictor.predict(case.radiograph)
    in_found_lungs = by_moves(
        case, OPACITY, prediction=found, begun=found.lungs, best=opacity["by_hand"]
    )
    parts = {OPACITY: {**opacity, "from_model": in_found_lungs}} | {
        label: _ways(case, label, found.lungs, None)
        for label in LUNG_LABELS
        if film.annotation.labelled(label)
    }
    return {**row, **opacity, "film_seconds": {way: _total(parts, way) for way in WAYS}}


def _ways(
    case: Case, label: str, lungs: Sequence[Shape], prediction: Prediction | None
) -> dict[str, Any]:
    """Return the outcome for one label in each way; lungs start from the predicted ones."""
    by_hand = by_moves(case, label)
    if prediction is not None:
        from_model = by_moves(case, label, prediction=prediction, begun=lungs, best=by_hand)
    else:
        from_model = by_moves(case, label, begun=[s for s in lungs if s.label == label])
    return {
        "vertices": by_vertices(case, label),
        "by_hand": by_hand,
        "from_model": from_model if from_model["seconds"] < by_hand["seconds"] else by_hand,
    }


def _total(parts: dict[str, dict[str, Any]], way: str) -> float:
    """Return the seconds for all labels of a film.

    A label is chosen by a key; a tool that serves several labels is taken once. The lungs of the
    prediction are accepted by one key.
    """
    outcomes = [ways[way] for ways in parts.values()]
    seconds = sum(outcome["seconds"] for outcome in outcomes)
    seconds += KEY * (1 if way == "from_model" else len(outcomes) - 1)
    tools = [
        {TOOL_OF.get(move.split()[0], move.split()[0]) for move in outcome["moves"]}
        for outcome in outcomes
    ]
    for tool in ("polygon", "freehand", "brush"):
        shared = sum(tool in used for used in tools)
        seconds -= CHANGE_OF_TOOL * max(0, shared - 1)
    return round(seconds, 2)


# (b) and (c) With our tools -----------------------------------------------------------------


def by_moves(
    case: Case,
    label: str,
    *,
    prediction: Prediction | None = None,
    begun: Sequence[Shape] = (),
    best: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Plan the quickest way to the goal and follow it; try what gains most at each step, too.

    The fastest of these ways counts, and of those that begin by accepting all regions. At each
    step the reader also considers what would end the film at once, however little that gains for
    its time.

    Parameters
    ----------
    label
        What is outlined.
    prediction
        What the networks say; None from scratch.
    begun
        Shapes that are there already.
    best
        The outcome of a way taken before, which counts as well: nobody has to use a prediction.
    """
    goal = union_of(case.reference.labelled(label))
    grid = Grid(case.radiograph.width, case.radiograph.height, case.scale)
    contours = None if prediction is None else KnownContours(prediction)
    film = Film(grid, grid.of_region(goal), contours, label)
    ways = [*((MARGINS[0], start) for start in range(STARTS + 1)), (MARGINS[1], 0), (None, 0)]
    for margin, start in ways:
        hand = case.hand(prediction, begun, label)
        desk = Desk(hand, film, AddTool(hand.session))
        first = acceptances_at_once(desk)[start - 1 : start] if start else ()
        if first or not start:
            best = _Run(desk, goal, best, margin=margin, first=first).best
    if best is None:
        raise RuntimeError("a reader without a way to begin")
    return best


class _Run:
    """One way through a film; `best` is the fastest outcome of this and earlier ways.

    `margin` is how far beyond the goal plans aim; None plans nothing.
    """

    def __init__(
        self,
        desk: Desk,
        goal: Region,
        best: dict[str, Any] | None,
        *,
        margin: float | None,
        first: Sequence[Move],
    ) -> None:
        self.desk, self.goal, self.best = desk, goal, best
        self.moves: list[str] = []
        ahead = list(first)
        while len(self.moves) < MOST_MOVES and reached(desk.hand, goal) < GOAL:
            if self._is_lost():
                break
            if margin is not None and not ahead:
                ahead = self._plan(GOAL + margin)
            move = ahead.pop(0) if ahead else self._step()
            if move is None:
                break
            move.do(desk.hand)
            self.moves.append(move.name)
        self._note(self.moves)

    def _plan(self, goal: float) -> list[Move]:
        desk = self.desk
        mask = desk.drawn(desk.session.annotation)
        possible = list(_possible(desk, mask))
        return planned(possible, mask, desk.reference, desk.hand.tool_id, goal)

    def _is_lost(self) -> bool:
        fastest = np.inf if self.best is None else self.best["seconds"]
        return bool(self.desk.hand.effort.seconds + CLICK >= fastest)

    def _note(self, moves: list[str]) -> None:
        """Remember where the film stands now, if that is the best so far."""
        now, best = outcome_of(self.desk.hand, self.goal, moves), self.best
        ends = now["iou"] >= GOAL
        if best is None or (ends, -now["seconds"]) > (best["iou"] >= GOAL, -best["seconds"]):
            self.best = now

    def _step(self) -> Move | None:
        """Return the move that gains most for its time; of the most promising, tried for real."""
        desk, hand = self.desk, self.desk.hand
        mask = desk.drawn(hand.session.annotation)
        now, before = _overlap(mask, desk.reference), reached(hand, self.goal)
        possible = [
            (move, _overlap(move.mask, desk.reference) - now) for move in _possible(desk, mask)
        ]
        by_rate = sorted(possible, key=lambda it: -_rate(it[1], before, it[0].seconds))
        ending = [it for it in possible if before + it[1] >= GOAL - 0.01]
        by_time = sorted(ending, key=lambda it: it[0].seconds)
        fastest, found = 0.0, None
        for move, gain in dict.fromkeys((*by_rate[:TRIED], *by_time[:TRIED])):
            if gain <= 0:
                continue
            with hand.trying():
                spent = hand.effort.seconds
                move.do(hand)
                gained = reached(hand, self.goal) - before
                if before + gained >= GOAL:
                    self._note([*self.moves, move.name])
                rate = _rate(gained, before, hand.effort.seconds - spent)
            if rate > fastest:
                fastest, found = rate, move
        return found


def _rate(gain: float, before: float, seconds: float) -> float:
    """Return what a move gains a second; more than the goal asks for counts hardly."""
    needed = GOAL - before
    return (min(gain, needed) + 0.02 * max(gain - needed, 0.0)) / seconds


def _possible(desk: Desk, mask: Any) -> Iterator[Move]:
    yield from moves_by_hand(desk, mask)
    yield from moves_by_lines(desk, mask)
    if desk.session.prediction is not None:
        yield from moves_with_model(desk, mask)


def _overlap(one: Any, other: Any) -> float:
    return float((one & other).sum() / max((one | other).sum(), 1))


# Figures ------------------------------------------------------------------------------------


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return medians, their ratios and how many films reached the goal."""
    opacity = {way: float(np.median([row[way]["seconds"] for row in rows])) for way in WAYS}
    film = {way: float(np.median([row["film_seconds"][way] for row in rows])) for way in WAYS}
    return {
        "goal_iou": GOAL,
        "count": len(rows),
        "seen": sum(row["seen"] for row in rows),
        "reached": {way: sum(row[way]["iou"] >= GOAL for row in rows) for way in WAYS},
        "model_iou_median": float(np.median([row["model_iou"] for row in rows])),
        "opacity": _compared(opacity),
        "opacity_and_lungs": _compared(film),
    }


def _compared(seconds: dict[str, float]) -> dict[str, Any]:
    return {
        "median_seconds": {way: round(value, 2) for way, value in seconds.items()},
        "from_model_by_vertices": round(seconds["from_model"] / seconds["vertices"], 3),
        "from_model_by_hand": round(seconds["from_model"] / seconds["by_hand"], 3),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/data/covid-cxr"))
    parser.add_argument(
        "--models",
        type=Path,
        required=True,
        help="OUT of cross_validation.py, or a folder of models with an active.json",
    )
    parser.add_argument("--seen-allowed", action="store_true")
    parser.add_argument("--films", type=int, help="read this many films only")
    return parser.parse_args()


if __name__ == "__main__":
    main()
