"""``opacity-studio check``: what about a folder of films a person should look at."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from opacity_studio.cli.checked_film import CheckedFilm
    from opacity_studio.domain.checks import Finding
    from opacity_studio.files.worklist import Worklist

EPILOG = (
    "Findings are errors (what is measured or shared is wrong, or the film cannot be used), "
    "warnings (probably not what was meant) and hints (worth knowing); each has a code that stays "
    'the same. --json prints one line a finding: {"image", "level", "code", "message"}.\n\n'
    "--fix mends what nobody could have meant, through the same save as the window: outlines that "
    "cross themselves become what they enclose, outlines that are there twice go, the sides of two "
    "lungs that are unmistakably swapped are exchanged, outlines that enclose nothing and specks "
    "of opacity go. Approved films, and outlines with a remark, are left alone. What stood there "
    "before is kept among the earlier versions; a film that was marked is in work again.\n\n"
    "Findings go to standard output, everything else to standard error. The exit code is 1 where "
    "there is any error."
)


def check(
    folder: Annotated[Path, typer.Argument(help="Folder of films and their annotations.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a finding.")
    ] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend.")] = False,
) -> None:
    """Check films and outlines: geometry, labels, records, files."""
    from rich.console import Console

    from opacity_studio.cli.checked_film import KnownPredictions, check_films
    from opacity_studio.cli.film_progress import film_progress
    from opacity_studio.domain.checks import Level
    from opacity_studio.files.model_store import ModelStore
    from opacity_studio.files.prediction_cache import PredictionCache
    from opacity_studio.files.worklist import open_worklist

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    worklist = open_worklist(folder)
    predictions = KnownPredictions(ModelStore.standard(), PredictionCache.standard())
    twins, levels, mended = _twins(worklist), Counter[str](), 0
    with film_progress(errors, len(worklist.films), "Checking") as advance:
        for film, done in check_films(worklist, predictions, fix, leave=twins):
            name = _shown(film.path, folder)
            findings = (*_twin_finding(film.path.name, twins), *done.findings)
            levels.update(finding.level.value for finding in findings)
            _print(name, findings, as_json=as_json)
            mended += _say_mended(errors, name, done)
            advance()
    for name, findings in _about_folder(worklist, folder, as_json=as_json):
        levels.update(finding.level.value for finding in findings)
        _print(name, findings, as_json=as_json)
    _sum_up(errors, len(worklist.films), levels, mended if fix else None)
    if levels[Level.ERROR.value]:
        raise typer.Exit(1)


def _print(name: str, findings: Iterable[Finding], *, as_json: bool) -> None:
    for finding in findings:
        if as_json:
            line = {
                "image": name,
                "level": finding.level.value,
                "code": finding.code.value,
                "message": finding.message,
            }
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            text = f"{finding.level.value:<8}{finding.code.value:<24}{name}: {finding.message}"
            sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _say_mended(errors: Console, name: str, done: CheckedFilm) -> int:
    """Say what was mended; returns 1 where anything was."""
    if not done.repairs:
        return 0
    said = " ".join(repair.message for repair in done.repairs)
    errors.print(f"Mended {name}: {said}", style="green", markup=False)
    return 1


def _sum_up(errors: Console, films: int, levels: Counter[str], mended: int | None) -> None:
    counts = (
        f"{levels[level]} {level}" + ("" if levels[level] == 1 else "s")
        for level in ("error", "warning", "hint")
    )
    errors.print(f"{films} film{'' if films == 1 else 's'}: {', '.join(counts)}.")
    if mended is not None:
        errors.print(f"{mended} mended." if mended else "Nothing was mended.")


def _shown(path: Path, folder: Path) -> str:
    """Return how a film is named: from the folder that was given."""
    base = folder.expanduser().absolute()
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name


def _twins(worklist: Worklist) -> dict[str, str]:
    """Return the films that would share an annotation file, each with another such."""
    from opacity_studio.files.image_path import film_stem

    stems: dict[str, list[str]] = {}
    for film in worklist.films:
        stems.setdefault(film_stem(film.path), []).append(film.path.name)
    return {
        name: next(other for other in names if other != name)
        for names in stems.values()
        if len(names) > 1
        for name in names
    }


def _twin_finding(name: str, twins: dict[str, str]) -> Iterator[Finding]:
    from opacity_studio.domain.checks import Code, Finding, Level
    from opacity_studio.domain.wording import tr

    if name in twins:
        message = tr(
            "It differs from {other} only in its suffix and would share its annotation: "
            "rename one of them.",
            other=twins[name],
        )
        yield Finding(Level.ERROR, Code.TWIN_STEMS, message)


def _about_folder(
    worklist: Worklist, folder: Path, *, as_json: bool
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Return what is told of the folder as a whole, by the film or file it is about."""
    from opacity_studio.domain.checks import Code, Finding, Level
    from opacity_studio.domain.wording import tr, tr_count

    for path in _without_film(worklist):
        message = tr("There is no film it annotates: put the film beside it, or move it away.")
        finding = Finding(Level.WARNING, Code.ANNOTATION_WITHOUT_FILM, message)
        yield _shown(path, folder), (finding,)
    unknown = _without_patient(worklist)
    message = tr(
        "Its patient is unknown, so it counts as a patient of its own; "
        "a metadata.csv with the columns filename and patientid settles it."
    )
    if as_json or len(unknown) == 1:
        for path in unknown:
            yield _shown(path, folder), (Finding(Level.HINT, Code.PATIENT_UNKNOWN, message),)
    elif unknown:
        together = tr_count(
            "The patient of {count} film is unknown, so it counts as a patient of its own; "
            "a metadata.csv with the columns filename and patientid settles it.",
            "The patients of {count} films are unknown, so each counts as a patient of its own; "
            "a metadata.csv with the columns filename and patientid settles it.",
            len(unknown),
        )
        yield str(folder), (Finding(Level.HINT, Code.PATIENT_UNKNOWN, together),)


def _without_patient(worklist: Worklist) -> list[Path]:
    from opacity_studio.files.patients import assign_patients

    paths = [film.path for film in worklist.films]
    patient_of = assign_patients(paths).patient_of
    return [path for path in paths if patient_of[path] == path.name]


def _without_film(worklist: Worklist) -> list[Path]:
    """Return the LabelMe files that no film of the worklist has, in order of their names."""
    from opacity_studio.domain.errors import AnnotationError
    from opacity_studio.files.annotation_store import annotation_path
    from opacity_studio.files.image_path import JSON_SUFFIX, JSONS_FOLDER
    from opacity_studio.files.labelme_json import parse_annotation

    known = {annotation_path(film.path, film.annotations) for film in worklist.films}
    base = worklist.films.annotations or worklist.folder
    alone = []
    for place in (base, base / JSONS_FOLDER):
        try:
            names = sorted(entry.name for entry in os.scandir(place))
        except OSError:
            continue
        for path in (place / name for name in names if name.lower().endswith(JSON_SUFFIX)):
            if path in known:
                continue
            try:
                annotation = parse_annotation(path.read_bytes(), path)
            except (OSError, AnnotationError):
                continue  # some other program's file
            if annotation.image_data is None:
                alone.append(path)
    return alone
