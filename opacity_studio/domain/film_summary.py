"""What the worklist and the progress of the day know of a film without opening it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Self

import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import union_of
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.measurement import Measurement, measure
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.review_status import ReviewRecord, ReviewStatus, Role, needs_me

MARKS: Final = ("annotated", "no_opacity", "approved", "returned")
"""Kinds of events by which a reader is done with a film."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A reader was done with a film.

    Attributes
    ----------
    kind
        One of `MARKS`.
    time
        ISO 8601 with time zone.
    reader, role
        Who, and in which role.
    seconds
        Active reading time since the event before; None where it was not taken.
    """

    kind: str
    time: str
    reader: str
    role: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """What a network says about a film.

    Attributes
    ----------
    model
        Id of the opacity network.
    percent
        Its opacity percentage of both lungs; None where no lungs were found.
    uncertainty
        How unsure it is, 0 to 1; None where that was not looked into.
    disagreement
        Area on which person and model differ, as a fraction of the lungs; None without a person's
        word on the film, or without lungs.
    unsure_at
        Where it is least sure, as its finder named it; empty where that was not looked into.
    """

    model: str
    percent: float | None = None
    uncertainty: float | None = None
    disagreement: float | None = None
    unsure_at: str = ""


@dataclass(frozen=True, slots=True)
class FilmSummary:
    """One film in numbers and words.

    Attributes
    ----------
    image
        Name of the film's file; empty where the film is known from elsewhere.
    status
        Where it stands.
    annotator, reviewer
        Names of those who marked it last in each role; empty where nobody has.
    percent, right_percent, left_percent
        Opacity of both lungs and of each, as a person has it; None where no lungs are drawn.
    regions
        Number of separate opacity regions.
    labels
        Labels of its shapes, each once, in alphabetical order.
    is_flagged
        True while a reader's flag is on it.
    comments
        What was written on the film and on single regions, in order.
    return_reason
        Why it was returned; empty where it is not.
    last_time
        ISO 8601 time of the last event of its record; empty without any.
    reading_seconds
        Active reading time of all readers.
    lost_approval
        True where its outlines were changed after they were approved.
    awaits_reviewer
        True for a film in work that is the reviewer's to settle.
    marks
        When readers were done with it, in order.
    model_percent, uncertainty, disagreement, unsure_at
        See `ModelFigures`, whose network is `model`; None where they are not known.
    problem
        One sentence where film or annotation cannot be used; empty otherwise.
    """

    image: str = ""
    status: ReviewStatus = ReviewStatus.UNREAD
    annotator: str = ""
    reviewer: str = ""
    percent: float | None = None
    right_percent: float | None = None
    left_percent: float | None = None
    regions: int = 0
    labels: tuple[str, ...] = ()
    is_flagged: bool = False
    comments: tuple[str, ...] = ()
    return_reason: str = ""
    last_time: str = ""
    reading_seconds: float = 0.0
    lost_approval: bool = False
    awaits_reviewer: bool = False
    marks: tuple[Mark, ...] = ()
    model: str = ""
    model_percent: float | None = None
    uncertainty: float | None = None
    disagreement: float | None = None
    unsure_at: str = ""
    problem: str = ""

    @property
    def is_read(self) -> bool:
        """True once a person has vouched for the film."""
        return self.status.is_curated

    @property
    def shows_model(self) -> bool:
        """Whether the network's percentage may stand for the film's.

        Once a person has outlined opacity or said that there is none, it would contradict them:
        without lungs of their own their percentage is not known.
        """
        untouched = self.status in (ReviewStatus.UNREAD, ReviewStatus.IN_WORK)
        return self.percent is None and untouched and not self.regions

    def needs(self, role: Role) -> bool:
        """Whether a reader in `role` has something to do here; a damaged film cannot be marked."""
        if self.problem:
            return False
        return needs_me(self.status, role, awaits_reviewer=self.awaits_reviewer)

    @property
    def figures(self) -> ModelFigures | None:
        """What the network says; None where it was not asked."""
        if not self.model:
            return None
        return ModelFigures(
            self.model, self.model_percent, self.uncertainty, self.disagreement, self.unsure_at
        )

    def with_figures(self, figures: ModelFigures | None) -> Self:
        """Return the summary with what a network says; None where none has been asked."""
        made = figures or ModelFigures("")
        return replace(
            self,
            model=made.model,
            model_percent=made.percent,
            uncertainty=made.uncertainty,
            disagreement=made.disagreement,
            unsure_at=made.unsure_at,
        )


def summary_of(
    annotation: Annotation,
    *,
    image: str = "",
    figures: ModelFigures | None = None,
    measured: Measurement | None = None,
) -> FilmSummary:
    """Return what `annotation` says about its film.

    Parameters
    ----------
    image
        Name of the film's file.
    figures
        What a network says about it, where that is known.
    measured
        Its outlines' measurement where they have been measured already.
    """
    measured = measured or _measured(annotation)
    record = annotation.review or ReviewRecord()
    marks = tuple(
        Mark(event.kind, event.time, event.reader, event.role, event.seconds)
        for event in record.events
        if event.kind in MARKS
    )
    texts = (
        *(event.comment for event in record.comments),
        *(shape.description or "" for shape in annotation.shapes),
    )
    status = annotation.status
    made = FilmSummary(
        image=image,
        status=status,
        annotator=record.annotator or "",
        reviewer=record.reviewer or "",
        percent=measured.opacity_percent,
        right_percent=measured.right_percent,
        left_percent=measured.left_percent,
        regions=measured.regions,
        labels=tuple(sorted({shape.label for shape in annotation.shapes})),
        is_flagged=record.is_flagged,
        # A comment on a region is its description, and an event beside it.
        comments=tuple(dict.fromkeys(text.strip() for text in texts if text.strip())),
        return_reason=(record.return_reason or "") if status is ReviewStatus.RETURNED else "",
        last_time=record.last_time or "",
        reading_seconds=record.reading_seconds,
        lost_approval=annotation.lost_approval,
        awaits_reviewer=annotation.awaits_reviewer,
        marks=marks,
    )
    return made.with_figures(figures)


def disagreement_of(annotation: Annotation, prediction: Prediction) -> float | None:
    """Return the area where person and model differ, as a fraction of the lungs.

    The opacity outlined by the person against the prediction at its operating threshold, both
    inside the lungs: the person's where any are drawn, else the predicted ones.

    Returns
    -------
    float or None
        0 to 1; None without lungs, and where no person has said anything of opacity yet.
    """
    outlined = [shape for shape in annotation.labelled(OPACITY) if shape.is_polygon]
    if not outlined and annotation.status in (ReviewStatus.UNREAD, ReviewStatus.IN_WORK):
        return None
    drawn = [shape for shape in annotation.labelled(*LUNG_LABELS) if shape.is_polygon]
    lungs = union_of(drawn or prediction.lungs)
    if lungs.area <= 0:
        return None
    person = union_of(outlined)
    model = union_of(prediction.shapes_at(prediction.operating_threshold))
    apart = shapely.intersection(shapely.symmetric_difference(person, model), lungs)
    return float(min(1.0, apart.area / lungs.area))


def _measured(annotation: Annotation) -> Measurement:
    width, height = annotation.image_width, annotation.image_height
    if not (annotation.shapes and width and height):
        return Measurement()
    made = measure(annotation.shapes, width=width, height=height)
    percents = (made.opacity_percent, made.right_percent, made.left_percent)
    if any(percent is not None and not math.isfinite(percent) for percent in percents):
        # Outlines so far outside that their areas overflow say nothing.
        return Measurement()
    return made
