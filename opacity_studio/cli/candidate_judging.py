"""A run's new network: its threshold chosen on validation films, then judged on test films."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opacity_studio.cli.frozen_films import FrozenFilms
from opacity_studio.cli.run_reports import RunReports
from opacity_studio.cli.training_order import TrainingOrder
from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.operating_threshold import OperatingThreshold, chosen_threshold
from opacity_studio.files.atomic import write_atomically
from opacity_studio.files.model_store import ModelPair, ModelStore, StoredModel
from opacity_studio.files.run_folder import COMPARISON, EVALUATION, RunFolder
from opacity_studio.files.stored_model import read_model
from opacity_studio.files.training_films import TrainingFilm

if TYPE_CHECKING:
    from opacity_studio.domain.evaluation import Evaluation


@dataclass(slots=True)
class CandidateJudging:
    """Judges one candidate against the networks in use.

    Attributes
    ----------
    run, order, store, reports
        As in `cli.training_run.TrainingRun`.
    frozen
        The films of the run.
    before
        The candidate's threshold as long as nothing else is chosen.
    chooses
        False where `before` stands: the weights are those of the network the run began with.
    """

    run: RunFolder
    order: TrainingOrder
    store: ModelStore
    reports: RunReports
    frozen: FrozenFilms
    before: OperatingThreshold
    chooses: bool
    _done: int = 0

    def go(self, model: StoredModel) -> bool:
        """Choose the candidate's threshold, judge it and complete its card; False where stopped.

        Test films have no part in the choice.

        Raises
        ------
        ModelError
            The candidate cannot be used.
        OSError
            The run folder cannot be written to.
        """
        from opacity_studio.analysis.evaluation import EvaluationCancelledError

        in_use = self._in_use()
        if in_use is None and self.order.task == "opacity":
            return True  # it has been said that there are no lungs to look in
        validated = self._validated()
        films = len(validated) + len(self.frozen.tested) * (1 if in_use is None else 2)
        self.reports.tell("evaluating", done=0, films=films)
        on_film = self._counter(films)
        try:
            if self.chooses:
                pair = in_use or ModelPair(model, model)
                model = self._with_threshold(model, pair, validated, on_film)
            evaluation = self._evaluation(model, in_use, on_film)
        except EvaluationCancelledError:
            return False
        self._write_figures(model, evaluation)
        return True

    def _in_use(self) -> ModelPair | None:
        try:
            return self.store.active()
        except ModelError as error:
            if self.order.task == "opacity":
                self.reports.say(f"The model was not judged: {error.message}", "yellow")
            return None

    def _validated(self) -> list[TrainingFilm]:
        """Return the films to choose by: lungs have no percentage, and keep their threshold."""
        inputs = self.frozen.validated
        if self.order.task == "lungs" or not self.chooses or inputs is None:
            return []
        return [film.film for film in inputs.prepared]

    def _counter(self, films: int) -> Callable[[int, int], None]:
        def count(_done: int, _films: int) -> None:
            self._done += 1
            self.reports.tell("evaluating", done=self._done, films=films)

        return count

    def _with_threshold(
        self,
        model: StoredModel,
        pair: ModelPair,
        films: Sequence[TrainingFilm],
        on_film: Callable[[int, int], None],
    ) -> StoredModel:
        """Return the candidate with the threshold that the validation films speak for."""
        from opacity_studio.analysis.evaluation import judge_films
        from opacity_studio.domain.evaluation import THRESHOLDS
        from opacity_studio.inference.predictor import Predictor

        judged = judge_films(
            films,
            Predictor(pair.with_model(model)),
            self.order.task,
            self.order.folder,
            thresholds=sorted({*THRESHOLDS, self.before.value}),
            on_film=on_film,
            is_cancelled=self.run.is_asked_to_stop,
        )
        chosen = chosen_threshold(judged.films, self.before)
        self.reports.tell("threshold", **chosen.to_json())
        self._write_card(
            model, {"operating_threshold": chosen.value, "threshold": chosen.to_json()}
        )
        return read_model(model.folder)

    def _evaluation(
        self,
        model: StoredModel,
        in_use: ModelPair | None,
        on_film: Callable[[int, int], None],
    ) -> Evaluation:
        from opacity_studio.analysis.comparison import compare_models
        from opacity_studio.analysis.evaluation import evaluate_films
        from opacity_studio.inference.predictor import Predictor

        tested = [film.film for film in self.frozen.tested]
        task, folder = self.order.task, self.order.folder
        stopped = self.run.is_asked_to_stop
        if in_use is None:
            alone = Predictor(ModelPair(model, model))
            return evaluate_films(
                tested, alone, task, folder, on_film=on_film, is_cancelled=stopped
            )
        compared = compare_models(
            tested,
            Predictor(in_use.with_model(model)),
            Predictor(in_use),
            task,
            folder,
            on_film=on_film,
            is_cancelled=stopped,
        )
        self._write_json(COMPARISON, compared.comparison.to_json())
        self.reports.say(
            f"On test patients, against {compared.comparison.incumbent}: "
            f"{compared.comparison.verdict}"
        )
        return compared.candidate

    def _write_figures(self, model: StoredModel, evaluation: Evaluation) -> None:
        from opacity_studio.domain.evaluation import TEST, TEST_UNSEEN

        record = evaluation.to_json()
        self._write_json(EVALUATION, record)
        subsets = record["subsets"]
        unseen = subsets.get(TEST_UNSEEN, {}).get("films")
        told = subsets[TEST_UNSEEN if unseen else TEST]
        self._write_card(model, {"metrics": {**model.card().get("metrics", {}), "test": told}})

    def _write_card(self, model: StoredModel, said: Mapping[str, Any]) -> None:
        from opacity_studio.learning.model_export import write_card

        write_card(model.folder, {**model.card(), **said})

    def _write_json(self, name: str, record: object) -> None:
        text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_atomically(self.run.path / name, text.encode(errors="backslashreplace"))
