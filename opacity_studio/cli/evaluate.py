"""``opacity-studio evaluate``: how good a network is on films that people outlined."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from opacity_studio.domain.evaluation import Evaluation
    from opacity_studio.domain.model_version import Task
    from opacity_studio.files.model_store import ModelPair
    from opacity_studio.files.training_films import TrainingFilm

EPILOG = (
    "Writes DIR/evaluation.json, DIR/report.html (a page that needs nothing beside it) and "
    "DIR/figures with the same figures as PNG. Standard output gets the table of IoU and F1: "
    "training patients, test patients, both together, films with and without opacity, each "
    "outside folder; a film on which nothing is outlined and nothing found counted as 1, as 0, "
    "left out (only films that are not clear), and all pixels pooled.\n\n"
    "Lungs are predicted, as on a new film. Films that the network or an ancestor has learnt from "
    "are counted apart, too. Only films marked as annotated or approved are judged, and LabelMe "
    "files of other programs that have lungs.\n\n"
    "The exit code is 1 where a film or its annotation could not be read."
)


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Folder of films with annotations.")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the report goes.")],
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Judge this network instead of the active one.")
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(help="lungs or opacity: which active network; opacity if nothing is said."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(min=0.01, max=0.99, help="Probability where it begins; else the network's."),
    ] = None,
    outside: Annotated[
        list[Path] | None,
        typer.Option("--outside", metavar="FOLDER", help="Further films, told apart; repeatable."),
    ] = None,
    metadata: Annotated[
        Path | None, typer.Option(help="Table of films and patients; else metadata.csv.")
    ] = None,
    file_column: Annotated[str | None, typer.Option(help="Its column of file names.")] = None,
    patient_column: Annotated[str | None, typer.Option(help="Its column of patients.")] = None,
) -> None:
    """Judge a network on films that people outlined, and write a report."""
    from rich.console import Console

    from opacity_studio.analysis.evaluation import evaluate_films
    from opacity_studio.analysis.report import headline, text_table, warnings
    from opacity_studio.cli.film_progress import film_progress
    from opacity_studio.inference.predictor import Predictor

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    models, judged_task = _chosen(model, task)
    inside = _Films.of(folder, judged_task, metadata, file_column, patient_column)
    others = {name: _Films.of(place, judged_task) for name, place in _named(outside or ())}
    failed = sum(films.tell(errors) for films in (inside, *others.values()))
    _make_folder(out / "figures")
    predictor = Predictor(models)
    predictor.prepare()
    total = len(inside.films) + sum(len(films.films) for films in others.values())
    with film_progress(errors, total, "Judging") as advance:
        evaluation = evaluate_films(
            inside.films,
            predictor,
            judged_task,
            inside.folder,
            outside={name: (films.folder, films.films) for name, films in others.items()},
            threshold=threshold,
            on_film=lambda _done, _films: advance(),
        )
    for _name, reason in evaluation.skipped:
        errors.print(reason, style="red", markup=False)
    failed += len(evaluation.skipped)
    left_out = [
        (path.name, reason)
        for films in (inside, *others.values())
        for path, reason in films.skipped
    ]
    evaluation = dataclasses.replace(evaluation, skipped=(*evaluation.skipped, *left_out))
    for sentence in warnings(evaluation):
        errors.print(sentence, style="yellow", markup=False)
    sys.stdout.write(text_table(evaluation))
    _write(evaluation, folder, out)
    errors.print(headline(evaluation), markup=False)
    errors.print(f"Report: {out / REPORT}", markup=False)
    if failed:
        films = "1 film" if failed == 1 else f"{failed} films"
        errors.print(f"{films} could not be judged.", style="red")
        raise typer.Exit(1)


REPORT = "report.html"


def _chosen(model: str | None, task: str | None) -> tuple[ModelPair, Task]:
    """Return the pair with the network to judge, and that network's task."""
    from opacity_studio.domain.model_version import TASKS
    from opacity_studio.files.model_store import ModelStore

    if task is not None and task not in TASKS:
        raise typer.BadParameter(f"{task!r} is neither lungs nor opacity.")
    store = ModelStore.standard()
    models = store.active()
    if model is None:
        return models, "lungs" if task == "lungs" else "opacity"
    stored = store.get(model)
    if task not in (None, stored.version.task):
        raise typer.BadParameter(f"{model} draws {stored.version.task}, not {task}.")
    return models.with_model(stored), stored.version.task


@dataclasses.dataclass(frozen=True)
class _Films:
    """The films of a folder that can be judged, and the others with the reason."""

    folder: Path
    films: tuple[TrainingFilm, ...]
    skipped: tuple[tuple[Path, str], ...]
    warnings: tuple[str, ...]

    @classmethod
    def of(
        cls,
        folder: Path,
        task: Task,
        metadata: Path | None = None,
        file_column: str | None = None,
        patient_column: str | None = None,
    ) -> _Films:
        from opacity_studio.files.training_films import NO_LUNGS, collect_films
        from opacity_studio.files.worklist import open_worklist

        found = collect_films(
            folder, metadata=metadata, file_column=file_column, patient_column=patient_column
        )
        usable = tuple(film for film in found.films if task != "lungs" or film.has_lungs)
        skipped = [(film.path, NO_LUNGS) for film in found.films if film not in usable]
        return cls(open_worklist(folder).folder, usable, (*found.skipped, *skipped), found.warnings)

    def tell(self, errors: Console) -> int:
        """Say what is left out; return how many films are because something is wrong with them."""
        from opacity_studio.files.training_films import NO_LUNGS, NOT_MARKED

        for warning in self.warnings:
            errors.print(warning, style="yellow", markup=False)
        counts = Counter(reason for _path, reason in self.skipped)
        for reason in (NOT_MARKED, NO_LUNGS):
            if counts[reason]:
                number = counts.pop(reason)
                films = "1 film" if number == 1 else f"{number} films"
                errors.print(f"{films} left out: {reason}.", markup=False)
        for reason in counts:
            errors.print(reason, style="red", markup=False)
        return sum(counts.values())


def _named(folders: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return each outside folder with its name, or its path where names recur."""
    names = Counter(folder.resolve().name for folder in folders)
    return [
        (folder.resolve().name if names[folder.resolve().name] == 1 else str(folder), folder)
        for folder in folders
    ]


def _make_folder(folder: Path) -> None:
    from opacity_studio.domain.errors import EvaluationError
    from opacity_studio.files.atomic import reason_of

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(
            f"{folder} cannot be made because {reason_of(error)}: name another folder.", folder
        ) from error


def _write(evaluation: Evaluation, folder: Path, out: Path) -> None:
    from opacity_studio.analysis.figures import evaluation_figures, png
    from opacity_studio.analysis.report import html_report

    figures = {name: png(figure) for name, figure in evaluation_figures(evaluation).items()}
    for name, data in figures.items():
        _write_file(out / "figures" / f"{name}.png", data)
    record = json.dumps(evaluation.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
    _write_file(out / "evaluation.json", f"{record}\n".encode())
    page = html_report(evaluation, folder=str(folder), figures=figures)
    _write_file(out / REPORT, page.encode())


def _write_file(path: Path, data: bytes) -> None:
    from opacity_studio.domain.errors import EvaluationError
    from opacity_studio.files.atomic import reason_of, write_atomically

    try:
        write_atomically(path, data)
    except OSError as error:
        raise EvaluationError(
            f"{path} could not be written because {reason_of(error)}: name another folder.", path
        ) from error
