"""A line drawn from border to border: what it fills or takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.border_lines import closed_by_border, led_to
from opacity_studio.domain.freehand import enclosed
from opacity_studio.domain.geometry import Region, polygonal, region_of, union_of
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Points, Shape
from opacity_studio.review.hit_testing import REACH, is_inside
from opacity_studio.review.painting import Painting
from opacity_studio.review.session import ReviewSession

_OPEN: Final = 0.2
"""A line from lung border to lung border is no loop where its ends are this part of it apart."""

_SPECK: Final = 4.0
"""Parts smaller than this, in square screen pixels, are the hand's, not the finding's."""

_LEAST_AREA: Final = 64.0
"""What a line must enclose at least to mean it, in square screen pixels."""


_MOST_LIVE: Final = 6000
"""With more vertices than these to meet, a line shows only at its end what it makes."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a line from border to border makes.

    Attributes
    ----------
    annotation
        The annotation with it.
    taken
        The predicted regions that it accepts and changes.
    extends
        Whether it adds to outlines that it began or ended in.
    """

    annotation: Annotation
    taken: tuple[Shape, ...]
    extends: bool


@dataclass(frozen=True, slots=True)
class Borders:
    """What lines of one label may run between, as it is when one begins.

    A line that begins and ends within outlines of its label adds what lies between. One of opacity
    that begins or ends at the border of a lung is closed by that, too, and predicted regions are
    outlines like the drawn ones. A line that takes away cuts off what it goes round.

    Attributes
    ----------
    base
        The annotation.
    label
        What is drawn.
    takes_away
        Whether the line cuts off rather than adds.
    reachable
        The polygons that may be changed.
    selected
        Keys of the selected ones.
    offered
        Predicted regions that may be accepted and changed.
    lungs
        What opacity is drawn within; empty where it is not known, or where no opacity is drawn.
    film
        The film.
    scale
        Screen pixels per image pixel.
    prediction
        Tells which side of a line straight across is meant; None where there is none.
    """

    base: Annotation
    label: str
    takes_away: bool
    reachable: tuple[Shape, ...]
    selected: frozenset[int]
    offered: tuple[Shape, ...]
    lungs: Region
    film: Radiograph
    scale: float
    prediction: Prediction | None

    @property
    def are_many(self) -> bool:
        """Whether there is too much to try every move of the mouse; a release takes its time."""
        return sum(len(shape.points) for shape in self.reachable) > _MOST_LIVE

    def crossed_by(self, line: Points, *, other_side: bool) -> Filled | None:
        """Return what `line` (N×2) makes; None where it runs between no borders.

        `other_side` means the side of the line that would be left out otherwise.
        """
        if len(line) < 2:
            return None
        if self.takes_away:
            return self._made_of(self._cut_off(line, other_side=other_side), self.offered, ())
        hosts = self._around(line[0]), self._around(line[-1])
        if not self._is_between(line, *hosts):
            return None
        both = tuple({shape.key: shape for shape in (*hosts[0], *hosts[1])}.values())
        added = self._enclosed(line, both, by_lungs=not all(hosts), other_side=other_side)
        if added.is_empty:
            return None
        offered = tuple(r for r in self.offered if any(r is host for host in both))
        return self._made_of(polygonal(shapely.union(added, union_of(both))), offered, both)

    def _made_of(
        self, area: Region, offered: tuple[Shape, ...], hosts: tuple[Shape, ...]
    ) -> Filled | None:
        if area.is_empty:
            return None
        painting = Painting(
            self.base,
            self.label,
            self.takes_away,
            self.reachable,
            self.selected,
            self._smallest,
            offered,
        )
        return Filled(painting.at_once(area), painting.taken, bool(hosts))

    @property
    def _smallest(self) -> float:
        return _SPECK / self.scale**2

    @property
    def _least(self) -> float:
        return _LEAST_AREA / self.scale**2

    # Adding -------------------------------------------------------------------------------

    def _around(self, point: Points) -> tuple[Shape, ...]:
        """Return the outlines, drawn and offered, that a point lies in."""
        x, y = point.tolist()
        all_of_them = (*self.reachable, *self.offered)
        return tuple(s for s in all_of_them if _are_near(s.points, point) and is_inside(s, x, y))

    def _is_between(self, line: Points, first: tuple[Shape, ...], last: tuple[Shape, ...]) -> bool:
        if first and last:
            return True
        gap = float(np.hypot(*(line[-1] - line[0])))
        length = float(np.hypot(*np.diff(line, axis=0).T).sum())
        if not first and not last and gap < max(2 * REACH / self.scale, _OPEN * length):
            return False  # A loop: an outline of its own.
        return all(
            hosts or self._is_at_lung_border(*end.tolist())
            for hosts, end in ((first, line[0]), (last, line[-1]))
        )

    def _is_at_lung_border(self, x: float, y: float) -> bool:
        """Whether a point lies outside the lungs, or inside close to their border."""
        if self.lungs.is_empty:
            return False
        point = shapely.Point(x, y)
        if not shapely.contains_properly(self.lungs, point):
            return True
        return bool(shapely.distance(self.lungs.boundary, point) <= REACH / self.scale)

    def _enclosed(
        self, line: Points, hosts: tuple[Shape, ...], *, by_lungs: bool, other_side: bool
    ) -> Region:
        """Return what the line closes with outlines, and with the lungs if it ends at these."""
        drawn, whole = union_of(hosts), shapely.box(0, 0, self.film.width, self.film.height)
        found = closed_by_border(
            polygonal(shapely.difference(self.lungs if by_lungs else whole, drawn)),
            self._led_out(line, drawn) if by_lungs else line,
            self._smallest,
            likeliness=self._likeliness,
            other_side=other_side,
        )
        if not found.is_empty:
            return found
        # From one outline to another: a straight line closes it.
        loop = enclosed(line) if hosts else shapely.Polygon()
        return loop if loop.area >= self._least else shapely.Polygon()

    def _led_out(self, line: Points, drawn: Region) -> Points:
        """Return `line` with ends that reach beyond the lungs, where they are just within."""
        ends = []
        for x, y in (line[0].tolist(), line[-1].tolist()):
            point = shapely.Point(x, y)
            inside = shapely.contains(self.lungs, point) and not shapely.contains(drawn, point)
            ends.append(led_to(self.lungs.boundary, x, y, 1.0 / self.scale) if inside else [(x, y)])
        return np.vstack((ends[0], line, ends[1]))

    def _likeliness(self, part: shapely.Polygon) -> tuple[float, ...]:
        """Return how likely opacity is there, in tenths; the smaller part where that is alike."""
        seen = 0.0 if self.prediction is None else self.prediction.mean_within(part)
        return round(seen, 1), -float(part.area)

    # Taking away --------------------------------------------------------------------------

    def _cut_off(self, line: Points, *, other_side: bool) -> Region:
        """Return what the line cuts off outlines; what it goes round where it cuts none."""
        found = [
            closed_by_border(
                region_of(shape),
                line,
                self._smallest,
                likeliness=lambda part: (-float(part.area),),
                other_side=other_side,
            )
            for shape in (*self.reachable, *self.offered)
            if _are_near(shape.points, line)
        ]
        area = polygonal(shapely.union_all(found))
        if not area.is_empty:
            return area
        loop = enclosed(line)
        return loop if loop.area >= self._least else shapely.Polygon()


def borders_for(
    session: ReviewSession, film: Radiograph, scale: float, *, takes_away: bool
) -> Borders:
    """Return the borders on the film as `session` shows it."""
    label, beyond = session.current_label, session.hidden | session.locked
    polygons = [s for s in session.annotation.shapes if s.is_polygon and len(s.points) >= 3]
    free = [shape for shape in polygons if shape.key not in beyond]
    of_opacity = label == OPACITY
    lungs: tuple[Shape, ...] = ()
    if of_opacity and not takes_away:
        drawn = [s for s in polygons if s.label in LUNG_LABELS and s.key not in session.hidden]
        lungs = tuple(drawn) or session.offered_lungs
    return Borders(
        session.annotation,
        label,
        takes_away,
        tuple(shape for shape in free if shape.label == label),
        session.selection,
        session.offered_regions if of_opacity else (),
        union_of(lungs),
        film,
        scale,
        session.prediction,
    )


def _are_near(one: Points, other: Points) -> bool:
    """Whether the rectangles around two sets of points meet."""
    low, high = np.atleast_2d(other).min(axis=0), np.atleast_2d(other).max(axis=0)
    return bool((one.min(axis=0) <= high).all() and (one.max(axis=0) >= low).all())
