"""One training run from its order to its model: where learning, inference and analysis meet."""

from __future__ import annotations

import dataclasses
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opacity_studio import __version__
from opacity_studio.cli.candidate_judging import CandidateJudging
from opacity_studio.cli.frozen_films import INPUTS, FrozenFilms, collect, freeze, thaw
from opacity_studio.cli.run_reports import RunReports
from opacity_studio.cli.training_order import TrainingOrder, is_frozen
from opacity_studio.cli.training_part import CHECKPOINT, is_incremental, learn
from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.operating_threshold import USUAL_THRESHOLDS, OperatingThreshold
from opacity_studio.files.model_store import ModelStore, StoredModel
from opacity_studio.files.run_folder import AUGMENTED, CURVES, RunFolder

if TYPE_CHECKING:
    from opacity_studio.learning.prepared_inputs import LungOutlines
    from opacity_studio.learning.trainer import TrainingOutcome

MODELS: Final = "model"
PREVIEWS: Final = "previews"

_PREVIEW_FILMS: Final = 4
_PREVIEW_TIMES: Final = 10

_KEPT_START: Final = (
    "No epoch was better on the validation films than the model it started from, whose weights it "
    "keeps."
)


class RunStoppedError(Exception):
    """Somebody asked the run to stop; there is nothing to show to a person."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """How a run ended.

    Attributes
    ----------
    stopped
        True where it was asked to.
    best_epoch
        Whose weights were kept; 0 for those of the start.
    model
        The candidate; None where it was stopped before an epoch was worth keeping.
    """

    stopped: bool
    best_epoch: int
    model: StoredModel | None


@dataclass(slots=True)
class TrainingRun:
    """A run that is being carried out.

    Attributes
    ----------
    run
        Its folder.
    order
        What is asked for; what it leaves to the machine is settled when its films are frozen.
    store
        The models; none of them is touched.
    reports
        Who is told.
    """

    run: RunFolder
    order: TrainingOrder
    store: ModelStore
    reports: RunReports

    def go(self) -> TrainingResult:
        """Carry the run out, from the beginning or from where it was interrupted.

        Raises
        ------
        OpacityStudioError
            Something about the films, the models or the run is wrong.
        OSError
            The run folder cannot be written to.
        """
        began = time.monotonic()
        parent = None if self.order.parent is None else self.store.get(self.order.parent)
        try:
            frozen = self._frozen(parent)
            outcome = self._trained(frozen, parent)
        except RunStoppedError:
            return self._stopped(TrainingResult(True, 0, None))
        if outcome.stopped and not outcome.best_epoch:
            return self._stopped(TrainingResult(True, 0, None))
        if not outcome.stopped:
            self.reports.tell("evaluating", done=0, films=0)  # writing it out takes a while, too
        before = self._threshold_before(parent)
        model = self._published(outcome, frozen, parent, before)
        result = TrainingResult(outcome.stopped, outcome.best_epoch, model)
        judging = CandidateJudging(
            self.run,
            self.order,
            self.store,
            self.reports,
            frozen,
            before,
            chooses=not self._kept_start(outcome, parent),
        )
        if outcome.stopped or not judging.go(model):
            return self._stopped(dataclasses.replace(result, stopped=True))
        self._clear_away()
        self.reports.tell(
            "finished",
            model=model.id,
            folder=self._relative(model.folder),
            best_epoch=outcome.best_epoch,
            epochs=sum(epoch.epoch > 0 for epoch in outcome.epochs),
            seconds=round(time.monotonic() - began, 1),
        )
        return result

    def _stopped(self, result: TrainingResult) -> TrainingResult:
        self.reports.tell(
            "cancelled",
            best_epoch=result.best_epoch,
            model=None if result.model is None else result.model.id,
            folder=None if result.model is None else self._relative(result.model.folder),
        )
        return result

    def _frozen(self, parent: StoredModel | None) -> FrozenFilms:
        from opacity_studio.learning.backend import load_backend
        from opacity_studio.learning.pictures import write_augmented_sheet
        from opacity_studio.learning.trainer import settled

        if is_frozen(self.run.config):
            frozen = thaw(self.run, self.order)
            load_backend()
        else:
            collected = collect(self.order)
            for warning in collected.warnings:
                self.reports.say(warning, "yellow")
            load_backend()  # says at once where the packages are missing
            self.order = dataclasses.replace(self.order, settings=settled(self.order.settings))
            known = (
                parent.version.annotations_seen
                if parent and is_incremental(self.order, parent)
                else ()
            )
            frozen = freeze(
                self.run,
                self.order,
                collected,
                lungs=self._lungs(),
                is_known=frozenset(known).__contains__,
                on_film=self._raise_if_stopped,
            )
            write_augmented_sheet(
                frozen.learnt, self.order.settings.seed, self.run.path / AUGMENTED
            )
        self._tell_data(frozen)
        return frozen

    def _tell_data(self, frozen: FrozenFilms) -> None:
        counts = frozen.counts()
        self.reports.tell("data", **counts)
        for side in ("train", "validation", "test"):
            films, patients = counts[side]["films"], counts[side]["patients"]
            self.reports.say(f"{side}: {films} films of {patients} patients")
        for name, reason in frozen.skipped:
            self.reports.say(f"  left out: {name}: {reason}", "dim")

    def _lungs(self) -> LungOutlines | None:
        from opacity_studio.inference.predictor import Predictor

        if self.order.task == "lungs":
            return None
        try:
            predictor = Predictor(self.store.active())
            predictor.prepare()
        except ModelError as error:
            self.reports.say(
                f"{error.message} Opacity is learnt within the drawn lungs alone.", "yellow"
            )
            return None
        return predictor.predict_lungs

    def _trained(self, frozen: FrozenFilms, parent: StoredModel | None) -> TrainingOutcome:
        from opacity_studio.learning.checkpoint import Checkpoint
        from opacity_studio.learning.curves import draw_curves
        from opacity_studio.learning.trainer import Listeners

        epochs = self.order.settings.epochs
        with self.reports.progress():
            outcome = learn(
                self.order,
                frozen,
                parent,
                Checkpoint(self.run.path / CHECKPOINT),
                Listeners(
                    on_devices=lambda words: self.reports.say(f"training on {words}"),
                    on_step=self.reports.step,
                    on_epoch=lambda result, best: self.reports.epoch(result, epochs, best),
                    on_judged=lambda network, epoch: self._preview(network, epoch, frozen),
                    is_stopped=self.run.is_asked_to_stop,
                ),
            )
        draw_curves(outcome.epochs, outcome.best_epoch, self.run.path / CURVES)
        return outcome

    def _preview(self, network: Any, epoch: int, frozen: FrozenFilms) -> None:  # noqa: ANN401
        from opacity_studio.learning.pictures import write_previews

        every = max(1, self.order.settings.epochs // _PREVIEW_TIMES)
        if frozen.validated is None or epoch % every:
            return
        written = write_previews(
            network,
            frozen.validated,
            _PREVIEW_FILMS,
            self.run.path / PREVIEWS,
            f"{epoch:04}",
            size=self.order.settings.working_size,
        )
        films = [
            {"image": film.film.path.name, "file": self._relative(path)} for film, path in written
        ]
        self.reports.tell("preview", epoch=epoch, films=films)

    def _threshold_before(self, parent: StoredModel | None) -> OperatingThreshold:
        """Return the threshold of the candidate as long as validation films say nothing else."""
        if parent is not None and is_incremental(self.order, parent):
            return OperatingThreshold(parent.version.operating_threshold, "parent")
        return OperatingThreshold(USUAL_THRESHOLDS[self.order.task], "usual")

    def _kept_start(self, outcome: TrainingOutcome, parent: StoredModel | None) -> bool:
        return is_incremental(self.order, parent) and outcome.best_epoch == 0

    def _published(
        self,
        outcome: TrainingOutcome,
        frozen: FrozenFilms,
        parent: StoredModel | None,
        threshold: OperatingThreshold,
    ) -> StoredModel:
        """Write the candidate's model folder; its figures are not known yet."""
        from opacity_studio.learning.card import model_card
        from opacity_studio.learning.model_export import export_model

        now = datetime.now(UTC)
        model_id = f"{self.order.task}-{now:%Y%m%d-%H%M%S}"
        version = parent.version if parent is not None else None
        kept_start = self._kept_start(outcome, parent)
        if kept_start:
            self.reports.say(_KEPT_START, "yellow")
        # Further films are known by heart like an ancestor's, and count on no side.
        extra = frozen.extra.prepared if frozen.extra is not None else ()
        seen_before = version.films_seen if version else frozenset()
        # A lung network has learnt the lungs of an annotation, not its opacity.
        inherits = version is not None and is_incremental(self.order, parent)
        annotations = version.annotations_seen if version and inherits else frozenset()
        best = next((e for e in outcome.epochs if e.epoch == outcome.best_epoch), None)
        card = model_card(
            model_id,
            self.order.task,
            threshold=threshold,
            films=[*frozen.seen, *frozen.tested],
            settings=dataclasses.asdict(self.order.settings),
            metrics={} if best is None else {"best_epoch": dataclasses.asdict(best)},
            created=now.isoformat(timespec="seconds"),
            code_version=__version__,
            parent=None if parent is None else parent.id,
            ancestors_films=seen_before | {film.image_digest for film in extra},
            ancestors_annotations=annotations | {f.film.annotation_digest for f in extra},
            films_known=version.films_known if version else True,
            note=_KEPT_START if kept_start else "",
        )
        export_model(self.run.path / MODELS / model_id, outcome.weights, card)
        return ModelStore([self.run.path / MODELS]).get(model_id)

    def _clear_away(self) -> None:
        """Delete what only an unfinished run needs."""
        for name in (INPUTS, CHECKPOINT):
            shutil.rmtree(self.run.path / name, ignore_errors=True)

    def _raise_if_stopped(self) -> None:
        if self.run.is_asked_to_stop():
            raise RunStoppedError

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.run.path).as_posix()
