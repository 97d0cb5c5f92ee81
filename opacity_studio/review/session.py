"""The one place that changes the current annotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.local_threshold import moved_level
from opacity_studio.domain.measurement import lungs_for_measurement
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import settled_outlines
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.review import acceptance
from opacity_studio.review.acceptance import Acceptance
from opacity_studio.review.change import Change, Listener, Vertex, What
from opacity_studio.review.editing_session import State
from opacity_studio.review.marking import EventDetails
from opacity_studio.review.record_session import RecordSession
from opacity_studio.review.triaging import outlines_kept

__all__ = ["Change", "Listener", "ReviewSession", "Vertex", "What"]


THRESHOLD_STEP: Final = 0.7
"""What a key moves the threshold by, on the logit scale: from 0.5 to 0.33, 0.20, 0.11."""


class ReviewSession(RecordSession):
    """One film under review: its annotation, history and selection, and the networks' word on it.

    The networks' regions become shapes by `accept`, `accept_all` or `replace_with_prediction`,
    each one undo step; nothing a person drew is changed by any of them.
    """

    _prediction_shown = True

    def _reset(
        self, radiograph: Radiograph | None, annotation: Annotation, blocked: str | None
    ) -> None:
        super()._reset(radiograph, annotation, blocked)
        self._prediction: Prediction | None = None
        self._threshold = 0.5
        self._threshold_chosen = False
        self._regions: tuple[Shape, ...] = ()
        self._refused_before: tuple[Shape, ...] = ()
        self._rejected: tuple[State, tuple[Shape, ...], tuple[Shape, ...]] | None = None
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
        self._refused_before = self._recalled()
        self._tell("prediction")

    def set_threshold(self, threshold: float) -> None:
        """Contour the prediction at another probability until the next film."""
        self._threshold_chosen = True
        if threshold != self._threshold:
            self._threshold = threshold
            self._contour()
            self._tell("threshold")

    def step_threshold(self, steps: int) -> None:
        """Contour the prediction so many steps higher, or lower where negative."""
        if self._prediction is not None:
            self.set_threshold(moved_level(self._threshold, steps * THRESHOLD_STEP))

    def _contour(self) -> None:
        regions = () if self._prediction is None else self._prediction.shapes_at(self._threshold)
        self._regions = regions

    def _recalled(self) -> tuple[Shape, ...]:
        """Return the regions that the record says were refused, as they were contoured then.

        A record knows an outline by its digest alone, but the same network draws it again.
        """
        prediction, record = self._prediction, self.annotation.review
        if prediction is None or record is None:
            return ()
        settled = settled_outlines(record)
        levels = {
            event.threshold
            for event in record.events
            if event.outline in settled
            and event.model == prediction.model
            and event.threshold is not None
        }
        drawn = {
            region.outline_digest: region
            for level in sorted(levels)
            for region in prediction.shapes_at(level)
        }
        return tuple(region for digest, region in drawn.items() if digest in settled)

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
            left = acceptance.pending_regions(regions, state.annotation, self.rejected_regions)
            self._pending = known = (state, regions, left)
        return known[2]

    @property
    def offered_regions(self) -> tuple[Shape, ...]:
        """The predicted regions to be seen and acted upon.

        None while the prediction is hidden, and none that the live preview stands for.
        """
        if not self._prediction_shown:
            return ()
        beyond = {region.key for region in self._previewed_regions}
        return tuple(region for region in self.predicted_regions if region.key not in beyond)

    @property
    def offered_lungs(self) -> tuple[Shape, ...]:
        """The predicted lungs while they are to be seen and none is drawn."""
        return self.predicted_lungs if self._prediction_shown else ()

    def set_prediction_shown(self, shown: bool) -> None:
        """Let the predicted regions be seen, or not: then no tool acts on them either."""
        self._prediction_shown = shown

    @property
    def rejected_regions(self) -> tuple[Shape, ...]:
        """The regions rejected or drawn otherwise on this film, as they were contoured then."""
        state, before = self._history.current, self._refused_before
        if not before:
            return state.rejected
        known = self._rejected
        if known is None or known[0] is not state or known[1] is not before:
            settled = settled_outlines(state.annotation.review)
            still = [region for region in before if region.outline_digest in settled]
            self._rejected = known = (state, before, (*still, *state.rejected))
        return known[2]

    @property
    def predicted_lungs(self) -> tuple[Shape, ...]:
        """The predicted lungs while the film is measured in these: no lung is drawn yet."""
        lungs, drawn = lungs_for_measurement(self.annotation, self._prediction)
        return () if drawn else lungs

    def accept(self, regions: Sequence[Shape]) -> Acceptance:
        """Turn `regions` into shapes, whole, whatever they overlap, and select them."""
        new, keys, _ = acceptance.with_regions(self.annotation, regions, unless_covered=False)
        label = tr_count("Accept region", "Accept {count} regions", len(regions))
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
        if not self.commit(tr("Accept all regions"), new):
            return Acceptance(skipped=skipped)
        return Acceptance(added=len(keys), skipped=skipped, lungs=lungs)

    def accept_lungs(self) -> Acceptance:
        """Turn the predicted lungs that are not drawn yet into shapes."""
        if self._prediction is None:
            return Acceptance()
        new, lungs = acceptance.with_lungs(self.annotation, self._prediction)
        return Acceptance(lungs=lungs) if self.commit(tr("Accept lungs"), new) else Acceptance()

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
        if not self.commit(tr("Replace with prediction"), new):
            return Acceptance()
        return Acceptance(added=len(keys), skipped=skipped, lungs=lungs, replaced=len(gone))

    def _with_lungs_if_none(self, annotation: Annotation) -> tuple[Annotation, int]:
        if self._prediction is None or acceptance.has_lungs(annotation):
            return annotation, 0
        return acceptance.with_lungs(annotation, self._prediction)

    def reject(self, region: Shape) -> bool:
        """Offer `region` no more on this film, and say so in its record; can be undone."""
        prediction = self._prediction
        said = outlines_kept(
            self.annotation,
            (region,),
            self.reader,
            self._now(),
            program=self._program,
            model=None if prediction is None else prediction.model,
            threshold=None if prediction is None else self._threshold,
        )
        if not self.take_regions(tr("Reject region"), (region,), said):
            return False
        self._taken_away = (region,)
        return True

    def take_regions(self, label: str, regions: Sequence[Shape], annotation: Annotation) -> bool:
        """Make `annotation`, which has other outlines for `regions`, the current one.

        They are offered no more, whatever part of them the new outlines cover; one undo step
        named `label`. Without any it is a commit like every other.
        """
        if not regions:
            return self.commit(label, annotation)
        if not self.is_editable:
            self.preview(None)
            return False
        state = replace(
            self._history.current,
            annotation=self._as_edited(annotation),
            rejected=(*self._history.current.rejected, *regions),
        )
        self._step(lambda: self._history.record(label, state))
        return True

    def _circumstances(self) -> EventDetails:
        details = super()._circumstances()
        if self._prediction is not None and not self.is_blind:
            details |= {"model": self._prediction.model, "threshold": self._threshold}
        return details
