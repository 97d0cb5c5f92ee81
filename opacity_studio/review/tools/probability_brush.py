"""Paint opacity where the network sees some, erase it where it sees none."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import shapely

from opacity_studio.domain.geometry import Region, polygonal
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY, display_name
from opacity_studio.domain.probability_stroke import StrokeMap
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import marked, tr
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.brush import BrushTool


class ProbabilityBrushTool(BrushTool):
    """A brush that keeps to the network's map.

    Within the disc's path it paints where the probability reaches a level that follows from where
    the stroke began (`domain.probability_stroke`): from the middle of a patch, however faint, to
    its border. Erasing takes away where the probability stays below such a level. The map is of
    opacity, so lungs are never painted with it.
    """

    speck: ClassVar[float] = 36.0
    steps = (marked("Grow {label}"), marked("Trim {label}"))
    accepting_steps = (marked("Accept and grow {label}"), marked("Accept and trim {label}"))

    def __init__(self, session: ReviewSession) -> None:
        super().__init__(session)
        self._known: StrokeMap | None = None

    @property
    def label(self) -> str:
        """Opacity, or the label of a selected shape that is no lung."""
        chosen = self._selected()
        return chosen[-1].label if chosen else OPACITY

    def _what_a_drag_does(self) -> str:
        known, at = self._map(), self._cursor
        if known is None:
            return tr("No prediction on this film yet: the probability brush follows it")
        name = display_name(self.label)
        if at is None:
            return tr("Drag paints {label} where the model sees some · Ctrl trims", label=name)
        level = self._level(known, at, erases=self._takes_away)
        if level is None:
            return tr(
                "The model sees no opacity here: the brush ({tool.brush}) paints all the same"
            )
        if self._takes_away:
            return tr("Ctrl+drag trims {label} below {level:.2f}", label=name, level=level)
        return tr("Drag paints {label} down to {level:.2f} · Ctrl trims", label=name, level=level)

    def _selected(self) -> tuple[Shape, ...]:
        return tuple(shape for shape in super()._selected() if shape.label not in LUNG_LABELS)

    def _map(self) -> StrokeMap | None:
        prediction = self._session.prediction
        if prediction is None:
            self._known = None
        elif self._known is None or self._known.prediction is not prediction:
            self._known = StrokeMap(prediction)
        return self._known

    def _level(self, known: StrokeMap, at: PointerEvent, *, erases: bool) -> float | None:
        level = known.level_to_erase if erases else known.level_to_paint
        return level(at.x, at.y, self._session.brush_radius, self._session.threshold)

    def _offered(self, event: PointerEvent) -> tuple[Shape, ...]:
        """Return what trimming may accept; painting picks from what the network sees anyhow."""
        return super()._offered(event) if self._takes_away else ()

    def _limit(self, event: PointerEvent, *, erases: bool) -> Callable[[Region], Region] | None:
        known = self._map()
        level = None if known is None else self._level(known, event, erases=erases)
        if known is None or level is None:
            return None
        above = known.above(level)
        overlay = shapely.difference if erases else shapely.intersection
        return lambda region: polygonal(overlay(region, above))
