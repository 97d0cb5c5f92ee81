"""``opacity-studio agreement``: how far readers of the same films agree."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from opacity_studio.analysis.agreement import ReadersCompared
    from opacity_studio.files.reader_folders import ReaderFolder

EPILOG = (
    "A folder holds one reader's LabelMe files: annotations/NAME below the films, a folder of "
    "films with their annotations, or just the JSON files. Films are matched by the names of the "
    "files.\n\n"
    "Writes DIR/agreement.json, DIR/report.html (a page that needs nothing beside it), "
    "DIR/pairs.csv, DIR/films.csv and DIR/figures. Standard output gets the table of pairs.\n\n"
    "Opacity as it was drawn, at the film's own size; a film on which neither reader drew any "
    "counts 1, one on which only one did counts 0. percent_bias is the first reader's opacity "
    "percentage less the second's.\n\n"
    "--consensus writes what more than half of a film's readers outlined as LabelMe files, for a "
    "reviewer to start from. Files that are there already are left alone.\n\n"
    "The exit code is 1 where a file could not be read."
)


def agreement(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER_A FOLDER_B…", help="One folder a reader.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the report goes.")],
    consensus: Annotated[
        Path | None,
        typer.Option("--consensus", metavar="DIR", help="Where the majority's outlines go."),
    ] = None,
) -> None:
    """Compare the annotations of several readers, and write a report."""
    from rich.console import Console

    from opacity_studio.analysis.agreement import compare_readers, doubts, stems_of
    from opacity_studio.analysis.agreement_report import text_table
    from opacity_studio.cli.film_progress import film_progress
    from opacity_studio.files.reader_folders import open_reader_folders

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    if len(folders) < 2:
        raise typer.BadParameter("name the folders of two readers or more.")
    readers = open_reader_folders(tuple(folders))
    with film_progress(errors, len(stems_of(readers)), "Comparing") as advance:
        compared = compare_readers(readers, on_film=advance)
    _write(compared, out)
    for sentence in doubts(compared):
        errors.print(sentence, style="yellow", markup=False)
    for name, reason in compared.skipped:
        errors.print(f"{name} left out: {reason}", markup=False)
    if compared.films:
        sys.stdout.write(text_table(compared.pairs))
        sys.stdout.flush()
    errors.print(f"Report: {out / 'report.html'}", markup=False)
    failed = compared.unreadable
    if consensus is not None:
        failed += _write_consensus(readers, consensus, errors)
    if failed or not compared.films:
        raise typer.Exit(1)


def _write(compared: ReadersCompared, out: Path) -> None:
    """Write figures, tables, page and record."""
    from datetime import datetime

    from opacity_studio.analysis.agreement_report import (
        agreement_figures,
        agreement_page,
        films_csv,
        pairs_csv,
    )
    from opacity_studio.analysis.figures import png
    from opacity_studio.cli.report_files import make_folder, write_file, write_json, write_text

    make_folder(out / "figures")
    figures = {name: png(figure) for name, figure in agreement_figures(compared).items()}
    for name, data in figures.items():
        write_file(out / "figures" / f"{name}.png", data)
    write_json(out / "agreement.json", compared.to_json())
    # A byte order mark tells spreadsheets that names are UTF-8.
    write_text(out / "pairs.csv", pairs_csv(compared.pairs), "utf-8-sig")
    write_text(out / "films.csv", films_csv(compared), "utf-8-sig")
    today = datetime.now().astimezone().date().isoformat()
    page = agreement_page(compared, when=today, figures=figures)
    write_text(out / "report.html", page)


def _write_consensus(readers: Sequence[ReaderFolder], out: Path, errors: Console) -> int:
    """Write the majority's outlines of every film; return how many could not be written."""
    from opacity_studio.analysis.agreement import Readings, readings_of
    from opacity_studio.cli.report_files import make_folder
    from opacity_studio.domain.errors import AnnotationError
    from opacity_studio.files.consensus_files import save_consensus

    make_folder(out)
    written, kept, failed = 0, 0, 0
    for found in readings_of(readers):
        if not isinstance(found, Readings):
            continue
        files = [folder.files[found.stem] for folder in readers if found.stem in folder.files]
        try:
            new = save_consensus(found.by_reader, files, out / f"{found.stem}.json")
        except AnnotationError as error:
            errors.print(error.message, style="red", markup=False)
            failed += 1
            continue
        written, kept = written + new, kept + (not new)
    errors.print(f"Consensus: {written} films written to {out}", markup=False)
    if kept:
        errors.print(f"{kept} films had a file there already, which was left alone.", markup=False)
    return failed
