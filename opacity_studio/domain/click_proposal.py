"""What a few clicks on missed opacity propose: one region, grown, joined and cut by the clicks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.click_growth import Ground, Growth, Mask, grow, grow_on_greys
from opacity_studio.domain.contours import SPECK, MapRegion, probability_contours
from opacity_studio.domain.geometry import Region, polygonal, reshaped, union_of
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Provenance, Shape

KEPT: Final = 0.5
"""A higher level that lets go of a point is taken if this part of the region stays; else the
region is cut between the points."""

_FLOOD_LEVELS: Final = 12
_CROSS: Final = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


@dataclass(frozen=True, slots=True)
class Click:
    """One click.

    Attributes
    ----------
    x, y
        In image coordinates.
    adds
        True where the region should hold the point, False where it should not.
    steps
        How many steps the person let the region of this click grow (positive) or shrink.
    """

    x: float
    y: float
    adds: bool = True
    steps: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What is proposed.

    Attributes
    ----------
    area
        The region in image coordinates, within the lungs; valid, not empty.
    model
        Id of the network whose map it comes from; None where the greys of the film had to do.
    threshold
        The level of the map whose contour it is; None where it is no single contour.
    score
        Mean probability inside, 0 to 1; None on the greys.
    """

    area: Region
    model: str | None = None
    threshold: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Seed:
    """A click, its cell (row, column), and what grows from it where it adds."""

    click: Click
    cell: tuple[int, int]
    growth: Growth | None

    @property
    def is_on_greys(self) -> bool:
        """Whether what grows from it grows on the greys, together with all others that do."""
        return self.growth is not None and not self.growth.on_map

    @property
    def step(self) -> int:
        """The step of the growth that is wanted."""
        if self.growth is None:
            return 0
        return min(max(self.growth.best + self.click.steps, 0), len(self.growth.levels) - 1)


class ClickedRegion:
    """The region around the clicks made so far on one film.

    A value: `with_click`, `grown` and `without_last` make another one, which shares what was
    worked out for the clicks they have in common.

    Parameters
    ----------
    ground
        What regions grow on.
    lungs
        Lung polygons the region is clipped to; without any it is not clipped.
    prediction
        Whose map `ground` holds; None where there is none.
    """

    def __init__(
        self,
        ground: Ground,
        lungs: Sequence[Shape],
        prediction: Prediction | None,
        seeds: tuple[_Seed, ...] = (),
    ) -> None:
        self._ground = ground
        self._lungs = tuple(lung for lung in lungs if lung.label in LUNG_LABELS)
        self._prediction = prediction
        self._seeds = seeds

    @property
    def clicks(self) -> tuple[Click, ...]:
        """The clicks made so far, the first first."""
        return tuple(seed.click for seed in self._seeds)

    def with_click(self, click: Click) -> ClickedRegion | None:
        """Return the region with one click more; None where nothing can grow or be cut there.

        It takes the place of an earlier click on the same cell.
        """
        cell = self._ground.cell_at(click.x, click.y)
        if cell is None:
            return None
        growth = grow(self._ground, cell) if click.adds else None
        if click.adds and growth is None:
            return None
        others = [seed for seed in self._seeds if seed.cell != cell]
        if growth is not None and not growth.on_map:
            click = replace(click, steps=next((s.click.steps for s in others if s.is_on_greys), 0))
        return self._with(*self._grown_together(*others, _Seed(click, cell, growth)))

    def grown(self, steps: int) -> ClickedRegion:
        """Return the region with the part of the last adding click `steps` larger, or smaller."""
        for seed in reversed(self._seeds):
            if seed.growth is not None:
                wanted = min(max(seed.step + steps, 0), len(seed.growth.levels) - 1)
                change = wanted - seed.growth.best
                return self._with(
                    *(
                        replace(other, click=replace(other.click, steps=change))
                        if other.growth is seed.growth
                        else other
                        for other in self._seeds
                    )
                )
        return self

    def without_last(self) -> ClickedRegion:
        """Return the region as it was before the last click."""
        return self._with(*self._grown_together(*self._seeds[:-1]))

    def _grown_together(self, *seeds: _Seed) -> list[_Seed]:
        """Return `seeds` with what grows on the greys grown as one, away from unwanted clicks."""
        wanted = [seed.cell for seed in seeds if seed.is_on_greys]
        unwanted = [seed.cell for seed in seeds if not seed.click.adds]
        if not wanted:
            return list(seeds)
        growth = grow_on_greys(self._ground, wanted, unwanted)
        return [replace(seed, growth=growth) if seed.is_on_greys else seed for seed in seeds]

    def _with(self, *seeds: _Seed) -> ClickedRegion:
        return ClickedRegion(self._ground, self._lungs, self._prediction, seeds)

    def proposal(self) -> Proposal | None:
        """Return what the clicks propose; None where nothing worth an outline is left."""
        unwanted = [seed.cell for seed in self._seeds if not seed.click.adds]
        grown = [
            (seed.cell, seed.growth, _step_without(seed.growth, seed.step, unwanted))
            for seed in self._seeds
            if seed.growth is not None
        ]
        if not grown:
            return None
        mask = np.logical_or.reduce([growth.mask(step) for _, growth, step in grown])
        cuts = [cell for cell in unwanted if mask[cell]]
        on_map = all(growth.on_map for _, growth, _ in grown)
        if len(grown) == 1 and on_map and not cuts:
            cell, growth, step = grown[0]
            return self._contour(cell, growth.levels[step])
        if cuts:
            evidence = self._ground.probability if on_map else self._ground.greys
            mask = cut_between(mask, evidence, [cell for cell, _, _ in grown], cuts)
        return self._around(mask, on_map=on_map)

    def _contour(self, cell: tuple[int, int], level: float) -> Proposal | None:
        """Return the contour of the map at `level` around `cell`: what the network would draw."""
        if self._prediction is None:
            return None
        found = probability_contours(
            self._prediction.probability, self._prediction.box_tuple, level
        )
        point = shapely.Point(self._centre_of(cell))
        nearest = min(found, key=lambda region: _area(region).distance(point), default=None)
        if nearest is None:
            return None
        area = self._clipped(_area(nearest))
        if area.is_empty:
            return None
        return Proposal(area, self._prediction.model, level, nearest.score)

    def _around(self, mask: Mask, *, on_map: bool) -> Proposal | None:
        """Return the outline of a mask."""
        box = self._ground.box
        sides = (box.left, box.top, box.right, box.bottom)
        found = probability_contours(mask.astype(np.uint8) * np.uint8(255), sides, 0.5)
        area = self._clipped(polygonal(shapely.union_all([_area(region) for region in found])))
        if area.is_empty:
            return None
        if self._prediction is None or not on_map:
            return Proposal(area)
        score = float(self._ground.probability[mask].mean())
        return Proposal(area, self._prediction.model, score=score)

    def _clipped(self, area: Region) -> Region:
        """Return `area` within the lungs, without the specks that leaves."""
        if self._lungs:
            area = polygonal(shapely.intersection(area, union_of(self._lungs)))
        smallest = SPECK * self._ground.box.width * self._ground.box.height
        parts = [part for part in shapely.get_parts(area) if part.area >= smallest]
        return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)

    def _centre_of(self, cell: tuple[int, int]) -> tuple[float, float]:
        rows, columns = self._ground.inside.shape
        box = self._ground.box
        x = box.left + (cell[1] + 0.5) / columns * box.width
        return x, box.top + (cell[0] + 0.5) / rows * box.height


def shapes_of(proposal: Proposal, *, reader: str, free_group_id: int) -> tuple[Shape, ...]:
    """Return a proposal as opacity shapes that say honestly who drew them.

    A contour of the map is the model's; one that clicks joined or cut is the model's, changed by
    `reader`; one grown on the greys has no record and becomes the reader's own when it is
    committed.

    Parameters
    ----------
    proposal
        What was proposed.
    reader
        Name of the person who clicked.
    free_group_id
        For the parts to share where there are several.
    """
    blank = Shape(OPACITY, np.zeros((0, 2)))
    parts = reshaped(blank, proposal.area, free_group_id=free_group_id)
    if proposal.model is None:
        return parts
    changed = None if proposal.threshold is not None else reader or None
    made = Provenance(
        "model",
        model=proposal.model,
        score=None if proposal.score is None else round(proposal.score, 4),
        threshold=None if proposal.threshold is None else round(proposal.threshold, 4),
        edited_by=changed,
    )
    return tuple(
        replace(part, provenance=replace(made, outline_digest=part.outline_digest))
        for part in parts
    )


def cut_between(
    mask: Mask,
    evidence: npt.NDArray[np.float32],
    wanted: Sequence[tuple[int, int]],
    unwanted: Sequence[tuple[int, int]],
) -> Mask:
    """Return the part of `mask` that belongs to the wanted cells rather than the unwanted ones.

    Both are flooded from at once, the higher evidence first, so that the cut comes to lie in the
    valley between them (a watershed that stays within `mask`).
    """
    markers = [np.zeros(mask.shape, np.uint8), np.zeros(mask.shape, np.uint8)]
    for marker, cells in zip(markers, (wanted, unwanted), strict=True):
        for cell in cells:
            marker[cell] = 1
    kept, lost = markers
    lost &= 1 - kept
    levels = np.quantile(evidence[mask], np.linspace(0.95, 0.0, _FLOOD_LEVELS))
    for level in levels:
        open_cells = (mask & (evidence >= level)).astype(np.uint8)
        while True:
            free = open_cells & (1 - (kept | lost))
            more_kept = cv2.dilate(kept, _CROSS) & free
            more_lost = cv2.dilate(lost, _CROSS) & free & (1 - more_kept)
            if not more_kept.any() and not more_lost.any():
                break
            kept |= more_kept
            lost |= more_lost
    return np.asarray(mask & (kept == 1))


def _step_without(growth: Growth, step: int, unwanted: Sequence[tuple[int, int]]) -> int:
    """Return the largest step up to `step` that leaves the unwanted cells out, if it keeps enough.

    Where it would not, `step` itself: the region is to be cut then.
    """
    first = min((int(growth.joins[cell]) for cell in unwanted), default=step + 1)
    if first > step:
        return step
    kept, whole = growth.mask(first - 1).sum(), growth.mask(step).sum()
    return first - 1 if kept >= KEPT * whole else step


def _area(region: MapRegion) -> shapely.Polygon:
    return shapely.Polygon(region.outline, region.holes)
