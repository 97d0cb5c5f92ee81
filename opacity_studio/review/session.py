"""The one place that changes the current annotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.measurement import lungs_for_measurement
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import EventKind
from opacity_studio.domain.shape import Shape
from opacity_studio.review import acceptance, editing, marking
from opacity_studio.review.acceptance import Acceptance
from opacity_studio.review.change import Change, Listener, Vertex, What
from opacity_studio.review.editing_session import State
from opacity_studio.review.shape_session import ShapeSession

__all__ = ["Change", "Listener", "ReviewSession", "Vertex", "What"]


class ReviewSession(ShapeSession):
    """One film under review: its annotation, history and selection, and the networks' word on it.

    The networks' regions become shapes by `accept`, `accept_all` or `replace_with_prediction`,
    each one undo step; nothing a person drew is changed by any of them.
    """

    def _reset(
        self, radiograph: Radiograph | None, annotation: Annotation, blocked: str | None
    ) -> None:
        super()._reset(radiograph, annotation, blocked)
        self._prediction: Prediction | None = None
        self._threshold = 0.5
        self._threshold_chosen = False
        self._regions: tuple[Shape, ...] = ()
        self._pending: tuple[State, tuple[Shape, ...], tuple[Shape, ...]] | None = None

    @property
    def prediction(self) -> Prediction | None:
        """What the networks say about this film; None while it is not known."""
        return self._prediction

    @property
    def threshold(self) -> float:
        """Probability from which on a region is shown, 0 to 1."""
        return self._threshold

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Take the networks' word on this film, at their threshold unless one was chosen."""
        self._prediction = prediction
        if prediction is not None and not self._threshold_chosen:
            self._threshold = prediction.operating_threshold
        self._contour()
        self._tell("prediction")

    def set_threshold(self, threshold: float) -> None:
        """Contour the prediction at another probability until the next film."""
        self._threshold_chosen = True
        if threshold != self._threshold:
            self._threshold = threshold
            self._contour()
            self._tell("threshold")

    def _contour(self) -> None:
        regions = () if self._prediction is None else self._prediction.shapes_at(self._threshold)
        self._regions = regions

    @property
    def model_regions(self) -> tuple[Shape, ...]:
        """Every predicted region at the threshold: what the model alone would have drawn."""
        return self._regions

    @property
    def predicted_regions(self) -> tuple[Shape, ...]:
        """The predicted regions at the threshold that are neither accepted nor rejected."""
        state, regions = self._history.current, self._regions
        known = self._pending
        if known is None or known[0] is not state or known[1] is not regions:
            left = acceptance.pending_regions(regions, state.annotation, state.rejected)
            self._pending = known = (state, regions, left)
        return known[2]

    @property
    def rejected_regions(self) -> tuple[Shape, ...]:
        """The regions rejected or drawn otherwise on this film, as they were contoured then."""
        return self._history.current.rejected

    @property
    def predicted_lungs(self) -> tuple[Shape, ...]:
        """The predicted lungs while the film is measured in these: no lung is drawn yet."""
        lungs, drawn = lungs_for_measurement(self.annotation, self._prediction)
        return () if drawn else lungs

    def accept(self, regions: Sequence[Shape]) -> Acceptance:
        """Turn `regions` into shapes, whole, whatever they overlap, and select them."""
        new, keys, _ = acceptance.with_regions(self.annotation, regions, unless_covered=False)
        label = "Accept region" if len(regions) == 1 else f"Accept {len(regions)} regions"
        if not regions or not self.commit(label, new):
            return Acceptance()
        self.select(keys)
        return Acceptance(added=len(keys))

    def accept_all(self) -> Acceptance:
        """Turn the predicted regions into shapes, and the lungs where none are drawn.

        Regions that existing opacity shapes cover by half are skipped.
        """
        new, keys, skipped = acceptance.with_regions(
            self.annotation, self.predicted_regions, unless_covered=True
        )
        new, lungs = self._with_lungs_if_none(new)
        if not self.commit("Accept all regions", new):
            return Acceptance(skipped=skipped)
        return Acceptance(added=len(keys), skipped=skipped, lungs=lungs)

    def accept_lungs(self) -> Acceptance:
        """Turn the predicted lungs that are not drawn yet into shapes."""
        if self._prediction is None:
            return Acceptance()
        new, lungs = acceptance.with_lungs(self.annotation, self._prediction)
        return Acceptance(lungs=lungs) if self.commit("Accept lungs", new) else Acceptance()

    def replace_with_prediction(self, *, include_person: bool = False) -> Acceptance:
        """Put the predicted regions in place of the opacity shapes a model drew.

        Shapes a person drew or changed stay, unless `include_person`; regions they cover by half
        are skipped.
        """
        if self._prediction is None:
            return Acceptance()
        gone = acceptance.replaceable(self.annotation, include_person=include_person)
        cleared = self.annotation.removing(gone)
        regions = acceptance.pending_regions(self._regions, cleared, self.rejected_regions)
        new, keys, skipped = acceptance.with_regions(cleared, regions, unless_covered=True)
        new, lungs = self._with_lungs_if_none(new)
        if not self.commit("Replace with prediction", new):
            return Acceptance()
        return Acceptance(added=len(keys), skipped=skipped, lungs=lungs, replaced=len(gone))

    def _with_lungs_if_none(self, annotation: Annotation) -> tuple[Annotation, int]:
        if self._prediction is None or acceptance.has_lungs(annotation):
            return annotation, 0
        return acceptance.with_lungs(annotation, self._prediction)

    def reject(self, region: Shape) -> bool:
        """Offer `region` no more on this film; can be undone, is not saved."""
        if not self.is_editable:
            return False
        state = self._history.current
        state = replace(state, rejected=(*state.rejected, region))
        self._step(lambda: self._history.record("Reject region", state))
        return True

    def take_region(self, label: str, region: Shape, annotation: Annotation) -> bool:
        """Make `annotation`, which has another outline for `region`, the current one.

        The region is offered no more, whatever part of it the new outline covers; one undo step
        named `label`.
        """
        if not self.is_editable or annotation == self.annotation:
            self.preview(None)
            return False
        state = replace(
            self._history.current,
            annotation=editing.edited(self.annotation, annotation, self._reader),
            rejected=(*self.rejected_regions, region),
        )
        self._step(lambda: self._history.record(label, state))
        return True

    # Marking ------------------------------------------------------------------------------

    def mark_done(self, now: datetime, program: str) -> bool:
        """Record that the reader vouches for the film's outlines; one undo step."""
        return self._mark("annotated", now, program)

    def mark_no_opacity(self, now: datetime, program: str) -> str | None:
        """Record that the film shows no opacity; returns why not where it was refused."""
        reason = marking.why_not_clear(self.annotation)
        if reason is None:
            self._mark("no_opacity", now, program)
        return reason

    def _mark(self, kind: EventKind, now: datetime, program: str) -> bool:
        model = None if self._prediction is None else self._prediction.model
        threshold = None if self._prediction is None else self._threshold
        new = marking.marked(
            self.annotation,
            kind,
            self._reader,
            now,
            program=program,
            model=model,
            threshold=threshold,
        )
        return self.commit(marking.STEP_NAMES[kind], new)
