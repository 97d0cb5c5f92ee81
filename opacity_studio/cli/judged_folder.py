"""The evaluate verb's work: folders of outlined films, judged, and the results written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from opacity_studio.analysis.comparison import compare_evaluations
from opacity_studio.analysis.comparison_report import comparison_section
from opacity_studio.analysis.evaluation import evaluate_films
from opacity_studio.analysis.figures import candidate_against_incumbent, evaluation_figures, png
from opacity_studio.analysis.report import html_report
from opacity_studio.cli.report_files import write_file, write_json, write_text
from opacity_studio.domain.comparison import Comparison
from opacity_studio.domain.evaluation import TEST, Evaluation
from opacity_studio.domain.model_version import Task
from opacity_studio.files.model_store import ModelPair
from opacity_studio.files.training_films import NO_LUNGS, TrainingFilm, collect_films
from opacity_studio.files.worklist import open_worklist
from opacity_studio.inference.predictor import Predictor

EVALUATION: Final = "evaluation.json"
COMPARISON: Final = "comparison.json"
REPORT: Final = "report.html"
FIGURES: Final = "figures"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of films that people outlined.

    Attributes
    ----------
    folder
        Where the films are.
    name
        Of an outside folder; empty for the folder that the split is about.
    films
        Those that can be judged.
    skipped
        The others, each with the reason.
    warnings
        Sentences for the person.
    """

    folder: Path
    name: str
    films: tuple[TrainingFilm, ...]
    skipped: tuple[tuple[Path, str], ...]
    warnings: tuple[str, ...]

    @property
    def tested(self) -> tuple[TrainingFilm, ...]:
        """Films of test patients."""
        return tuple(film for film in self.films if film.side == TEST)

    @classmethod
    def of(
        cls,
        folder: Path,
        task: Task,
        *,
        name: str = "",
        metadata: Path | None = None,
        file_column: str | None = None,
        patient_column: str | None = None,
    ) -> Self:
        """Return the films of a folder that a network of `task` can be judged on.

        Raises
        ------
        OpacityStudioError
            The folder or a table cannot be read, or there is no film to judge on.
        """
        found = collect_films(
            folder, metadata=metadata, file_column=file_column, patient_column=patient_column
        )
        usable = tuple(film for film in found.films if task != "lungs" or film.has_lungs)
        lacking = (f for f in found.films if task == "lungs" and not f.has_lungs)
        without = tuple((f.path, NO_LUNGS) for f in lacking)
        place = open_worklist(folder).folder
        return cls(place, name, usable, (*found.skipped, *without), found.warnings)


def named_folders(folders: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return each outside folder with its name, or its path where names recur."""
    names = [folder.resolve().name for folder in folders]
    recurring = {name for name, number in Counter(names).items() if number > 1}
    return [
        (str(folder) if name in recurring else name, folder)
        for name, folder in zip(names, folders, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Results:
    """What came of it.

    Attributes
    ----------
    evaluation
        Its `skipped` begins with the films that could not be read and goes on with those that
        were left out from the start.
    comparison
        None where nothing was compared.
    unreadable
        How many films could not be read.
    """

    evaluation: Evaluation
    comparison: Comparison | None
    unreadable: int


def judge(
    models: ModelPair,
    incumbent: ModelPair | None,
    task: Task,
    inside: Folder,
    outside: Sequence[Folder],
    *,
    threshold: float | None,
    on_film: Callable[[], None],
) -> Results:
    """Judge a network, and compare it with `incumbent` on the test films where there is one.

    Raises
    ------
    ModelError
        A network cannot be used.
    """
    predictor = Predictor(models)
    predictor.prepare()
    evaluation = evaluate_films(
        inside.films,
        predictor,
        task,
        inside.folder,
        outside={films.name: (films.folder, films.films) for films in outside},
        threshold=threshold,
        on_film=lambda _done, _films: on_film(),
    )
    comparison = None
    if incumbent is not None:
        other = evaluate_films(
            inside.tested,
            Predictor(incumbent),
            task,
            inside.folder,
            thresholds=(),
            on_film=lambda _done, _films: on_film(),
        )
        comparison = compare_evaluations(
            evaluation, other, models.of(task).version, incumbent.of(task).version
        )
    unreadable = len(evaluation.skipped)
    skipped = (*evaluation.skipped, *_left_out([inside, *outside]))
    return Results(replace(evaluation, skipped=skipped), comparison, unreadable)


def _left_out(folders: Iterable[Folder]) -> Iterable[tuple[str, str]]:
    return ((path.name, reason) for folder in folders for path, reason in folder.skipped)


def write_results(results: Results, folder: Path, out: Path) -> None:
    """Write evaluation, comparison, figures and report.

    Parameters
    ----------
    folder
        Of the films, as it was named.
    out
        With its `FIGURES` folder made.

    Raises
    ------
    EvaluationError
        Something could not be written.
    """
    evaluation, comparison = results.evaluation, results.comparison
    figures = {name: png(figure) for name, figure in evaluation_figures(evaluation).items()}
    for name, data in figures.items():
        write_file(out / FIGURES / f"{name}.png", data)
    write_json(out / EVALUATION, evaluation.to_json())
    section = ""
    if comparison is not None:
        dots = png(candidate_against_incumbent(comparison))
        write_file(out / FIGURES / "comparison.png", dots)
        write_json(out / COMPARISON, comparison.to_json())
        section = comparison_section(comparison, evaluation.task, dots)
    page = html_report(evaluation, folder=str(folder), figures=figures, comparison=section)
    write_text(out / REPORT, page)
