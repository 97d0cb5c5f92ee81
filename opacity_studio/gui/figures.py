"""The measurement panel's figures, from what the session holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from opacity_studio.domain.agreement import agreement
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.measurement import Measurement, lungs_for_measurement, measure
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.gui.measurement_panel import Figures, Percentages
from opacity_studio.review.session import ReviewSession


def figures_of(session: ReviewSession) -> Callable[[], Figures]:
    """Return what works out the figures of the film as it looks now, a drag included.

    It holds a state of its own, whatever becomes of the session: any thread may call it.
    """
    radiograph = session.radiograph
    if radiograph is None:
        return Figures
    state = (session.shown_annotation, session.prediction, session.model_regions)
    return partial(_figures, *state, width=radiograph.width, height=radiograph.height)


def _figures(
    annotation: Annotation,
    prediction: Prediction | None,
    regions: tuple[Shape, ...],
    *,
    width: int,
    height: int,
) -> Figures:
    """Return what to show of an annotation and a prediction.

    A film nobody has outlined or marked has no figure of its own: 0.0 % would claim that someone
    looked and found it clear.
    """
    opacity = annotation.labelled(OPACITY)
    you, predicted_lungs = Percentages(), False
    if _is_read(annotation):
        lungs, from_person = lungs_for_measurement(annotation, prediction)
        you = _percentages(measure((*lungs, *opacity), width=width, height=height))
        predicted_lungs = not from_person and you.both is not None
    if prediction is None:
        return Figures(you=you, predicted_lungs=predicted_lungs)
    model = _percentages(measure((*prediction.lungs, *regions), width=width, height=height))
    agreed = agreement(opacity, regions) if opacity else None
    return Figures(
        you,
        model,
        iou=None if agreed is None else agreed.iou,
        f1=None if agreed is None else agreed.f1,
        predicted_lungs=predicted_lungs,
    )


def _is_read(annotation: Annotation) -> bool:
    return bool(annotation.shapes) or annotation.status.is_curated


def _percentages(measured: Measurement) -> Percentages:
    return Percentages(measured.opacity_percent, measured.right_percent, measured.left_percent)
