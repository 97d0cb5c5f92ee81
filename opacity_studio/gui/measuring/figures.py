"""The measurement panel's figures, from what the session holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from opacity_studio.domain.agreement import agreement
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.measurement import Measurement, lungs_for_measurement, measure
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.review.session import ReviewSession


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the panel shows.

    Attributes
    ----------
    you, model
        By the person's outlines and by the prediction; None where there are none to measure.
    iou, f1
        Agreement of the two opacity areas, 0 to 1; None where either is missing.
    predicted_lungs
        True where `you` is measured in predicted lungs because none are drawn.
    your_percent_in_predicted_lungs, models_percent_in_predicted_lungs
        Opacity percentage of either side were the predicted lungs the lung field: what the drawn
        ones are worth. None unless both are there and differ; the model's also where it looked
        into the drawn ones alone.
    """

    you: Measurement | None = None
    model: Measurement | None = None
    iou: float | None = None
    f1: float | None = None
    predicted_lungs: bool = False
    your_percent_in_predicted_lungs: float | None = None
    models_percent_in_predicted_lungs: float | None = None

    @property
    def your_percent(self) -> float | None:
        """Opacity percentage of both lungs by the person's outlines; None where unknown."""
        return None if self.you is None else self.you.opacity_percent

    @property
    def model_percent(self) -> float | None:
        """Opacity percentage of both lungs by the prediction; None where unknown."""
        return None if self.model is None else self.model.opacity_percent


def figures_of(session: ReviewSession) -> Callable[[], Figures]:
    """Return what works out the figures of the film as it looks now, a drag included.

    It holds a state of its own, whatever becomes of the session: any thread may call it.
    """
    radiograph = session.radiograph
    if radiograph is None:
        return Figures
    state = (session.shown_annotation, session.prediction, session.model_regions)
    return partial(_figures, *state, _of_film(radiograph))


def _of_film(radiograph: Radiograph) -> Callable[..., Measurement]:
    return partial(
        measure,
        width=radiograph.width,
        height=radiograph.height,
        pixel_spacing=radiograph.pixel_spacing,
    )


def _figures(
    annotation: Annotation,
    prediction: Prediction | None,
    regions: tuple[Shape, ...],
    measured: Callable[..., Measurement],
) -> Figures:
    """Return what to show of an annotation and a prediction.

    A film nobody has outlined or marked has no figure of its own: 0.0 % would claim that someone
    looked and found it clear.
    """
    opacity = annotation.labelled(OPACITY)
    you, predicted_lungs = None, False
    if _is_read(annotation):
        lungs, from_person = lungs_for_measurement(annotation, prediction)
        you = measured((*lungs, *opacity))
        predicted_lungs = not from_person and you.opacity_percent is not None
    if prediction is None:
        return Figures(you, predicted_lungs=predicted_lungs)
    agreed = agreement(opacity, regions) if opacity else None
    found = _other_lungs(annotation, prediction)
    looked_in_drawn = prediction.lungs_from_person
    return Figures(
        you,
        measured((*prediction.lungs, *regions)),
        iou=None if agreed is None else agreed.iou,
        f1=None if agreed is None else agreed.f1,
        predicted_lungs=predicted_lungs,
        your_percent_in_predicted_lungs=measured((*found, *opacity)).opacity_percent,
        models_percent_in_predicted_lungs=None
        if looked_in_drawn
        else measured((*found, *regions)).opacity_percent,
    )


def _other_lungs(annotation: Annotation, prediction: Prediction) -> tuple[Shape, ...]:
    """Return the predicted lungs where others are drawn; empty where there are not both."""
    drawn = annotation.labelled(*LUNG_LABELS)
    outlines = {shape.outline_digest for shape in drawn if shape.is_polygon}
    found = prediction.found_lungs
    return found if outlines and outlines != {shape.outline_digest for shape in found} else ()


def _is_read(annotation: Annotation) -> bool:
    return bool(annotation.shapes) or annotation.status.is_curated
