"""``opacity-studio evaluate``: how good a network is on films that people outlined."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from opacity_studio.cli.judged_folder import Folder, Results
    from opacity_studio.domain.model_version import Task
    from opacity_studio.files.model_store import ModelPair

EPILOG = (
    "Writes DIR/evaluation.json, DIR/report.html (a page that needs nothing beside it) and "
    "DIR/figures with the same figures as PNG. Standard output gets the table of IoU and F1: "
    "training patients, test patients, both together, films with and without opacity, each "
    "outside folder; a film on which nothing is outlined and nothing found counted as 1, as 0 "
    "(what naive smoothing gives), left out with all films on which nothing is outlined, and all "
    "pixels pooled.\n\n"
    "Lungs are predicted, as on a new film. Films that the network or an ancestor has learnt from "
    "are counted apart, too. Only films marked as annotated or approved are judged, and LabelMe "
    "files of other programs that have lungs.\n\n"
    "--against compares both networks on the test films that neither has learnt from, and adds "
    "DIR/comparison.json and a section to the report.\n\n"
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
    against: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Compare with this network on the test films."),
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

    from opacity_studio.cli.film_progress import film_progress
    from opacity_studio.cli.judged_folder import (
        Folder,
        judge,
        named_folders,
        write_results,
    )
    from opacity_studio.cli.report_files import make_folder

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    models, judged_task = _chosen(model, task)
    incumbent = None if against is None else _chosen(against, judged_task)[0]
    inside = Folder.of(
        folder,
        judged_task,
        metadata=metadata,
        file_column=file_column,
        patient_column=patient_column,
    )
    others = [Folder.of(place, judged_task, name=n) for n, place in named_folders(outside or ())]
    failed = sum(_tell_left_out(films, errors) for films in (inside, *others))
    make_folder(out / "figures")
    total = sum(len(films.films) for films in (inside, *others))
    total += len(inside.tested) if incumbent else 0
    with film_progress(errors, total, "Judging") as advance:
        results = judge(
            models, incumbent, judged_task, inside, others, threshold=threshold, on_film=advance
        )
    write_results(results, folder, out)
    _tell(results, out, errors)
    failed += results.unreadable
    if failed:
        films = "1 film" if failed == 1 else f"{failed} films"
        errors.print(f"{films} could not be judged.", style="red")
        raise typer.Exit(1)


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


def _tell_left_out(films: Folder, errors: Console) -> int:
    """Say which films are left out; return how many because something is wrong with them."""
    from opacity_studio.files.training_films import NO_LUNGS, NOT_MARKED

    for warning in films.warnings:
        errors.print(warning, style="yellow", markup=False)
    counts = Counter(reason for _path, reason in films.skipped)
    for reason in (NOT_MARKED, NO_LUNGS):
        number = counts.pop(reason, 0)
        if number:
            some = "1 film" if number == 1 else f"{number} films"
            errors.print(f"{some} left out: {reason}.", markup=False)
    for reason in counts:
        errors.print(reason, style="red", markup=False)
    return sum(counts.values())


def _tell(results: Results, out: Path, errors: Console) -> None:
    """Print the table to standard output, and to standard error what to make of it."""
    from opacity_studio.analysis.comparison_report import verdict_sentence
    from opacity_studio.analysis.overlap_table import text_table
    from opacity_studio.analysis.report import headline, warnings
    from opacity_studio.cli.judged_folder import REPORT

    evaluation = results.evaluation
    for _name, reason in evaluation.skipped[: results.unreadable]:
        errors.print(reason, style="red", markup=False)
    for sentence in warnings(evaluation):
        errors.print(sentence, style="yellow", markup=False)
    sys.stdout.write(text_table(evaluation))
    sys.stdout.flush()
    errors.print(headline(evaluation), markup=False)
    if results.comparison is not None:
        errors.print(verdict_sentence(results.comparison), markup=False)
    errors.print(f"Report: {out / REPORT}", markup=False)
