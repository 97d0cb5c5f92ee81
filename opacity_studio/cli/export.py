"""``opacity-studio export``: films and outlines as a data set for others."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from opacity_studio.export.exporting import Exported
    from opacity_studio.export.order import ExportOrder
    from opacity_studio.export.selection import LeftOut
    from opacity_studio.export.survey import Survey

_NAMED_AT_MOST = 20
_CANCELLED = 130  # as shells say of a program that Ctrl+C ended

EPILOG = (
    "DIR receives manifest.json (what went out, vouched for by whom, what stayed behind and why, "
    "digests) and, by format: films/<film>.json beside the images (labelme); "
    "masks/<label>/<film>.png, masks/indexed/<film>.png and masks/labels.json (masks); "
    "coco/polygons.json and coco/rle.json (coco); measurements.csv and reviews.csv (csv). With "
    "--split all of it comes twice, in DIR/train and DIR/test. DIR must not be there, be empty, or "
    "hold an earlier export nobody touched, which is replaced.\n\n"
    "Patients are called by pseudonyms, made with a key that stays in your settings folder; films "
    "whose names hold a patient's id are renamed. Image files lose their metadata, DICOM films "
    "become 8-bit PNG. Comments and descriptions go out as written, without the patient's id.\n\n"
    "The same films and order give the same bytes. Ctrl+C leaves nothing behind. The exit code is "
    "1 where a film or its annotation could not be read."
)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder of films with annotations.")],
    *,
    formats: Annotated[
        list[str],
        typer.Option("--format", metavar="NAME", help="labelme, masks, coco or csv; repeatable."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the export goes.")],
    only: Annotated[
        str,
        typer.Option(
            help="approved; annotated (or approved); all on which anything is drawn or marked."
        ),
    ] = "all",
    split: Annotated[
        str | None,
        typer.Option(metavar="patient:7:3", help="Two folders, train and test, by patient."),
    ] = None,
    images: Annotated[
        str, typer.Option(help="copy, link (hard links where possible) or none.")
    ] = "copy",
    labels: Annotated[
        str | None,
        typer.Option(metavar="OLD=NEW,…", help="Rename labels; OLD= leaves them out."),
    ] = None,
    metadata: Annotated[
        Path | None, typer.Option(help="Table of films and patients; else metadata.csv.")
    ] = None,
    keep_patient_ids: Annotated[
        bool, typer.Option("--keep-patient-ids", help="No pseudonyms; films keep their names.")
    ] = False,
    hide_readers: Annotated[
        bool, typer.Option("--hide-readers", help="Pseudonyms for annotators and reviewers, too.")
    ] = False,
) -> None:
    """Write films and outlines as a data set: LabelMe, masks, COCO, tables."""
    from rich.console import Console

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    order = _order(
        formats,
        only=only,
        split=split,
        images=images,
        labels=labels,
        keep_patient_ids=keep_patient_ids,
        hide_readers=hide_readers,
    )
    try:
        with _termination_interrupts():
            exported = _exported(folder, order, out, metadata, errors)
    except KeyboardInterrupt:
        errors.print("Cancelled; nothing was left behind.")
        raise typer.Exit(_CANCELLED) from None
    _tell(exported, order, errors)
    if any(left.is_trouble for left in exported.left_out):
        raise typer.Exit(1)


def _exported(
    folder: Path, order: ExportOrder, out: Path, metadata: Path | None, errors: Console
) -> Exported:
    """Survey `folder` and export it, with a progress bar for each."""
    from opacity_studio.cli.film_progress import film_progress
    from opacity_studio.export.exporting import check_order, export_films
    from opacity_studio.export.selection import select_films
    from opacity_studio.export.survey import survey_folder
    from opacity_studio.files.pseudonym_key import load_pseudonym_key
    from opacity_studio.files.worklist import open_worklist

    with film_progress(errors, len(open_worklist(folder).films), "Reading") as advance:
        survey = survey_folder(folder, metadata=metadata, on_film=lambda _done, _total: advance())
    _check_labels(survey, order)
    selection = select_films(survey, order)
    check_order(survey, selection, out)
    with film_progress(errors, len(selection.films), "Exporting") as advance:
        return export_films(
            survey,
            order,
            out,
            load_pseudonym_key(),
            on_film=lambda _done, _total: advance(),
        )


@contextmanager
def _termination_interrupts() -> Iterator[None]:
    """Let the end of the session stop an export as Ctrl+C does: it clears up behind itself."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _order(
    formats: Sequence[str],
    *,
    only: str,
    split: str | None,
    images: str,
    labels: str | None,
    keep_patient_ids: bool,
    hide_readers: bool,
) -> ExportOrder:
    """Return what the options ask for, once each of them makes sense."""
    from opacity_studio.export.exporters import EXPORTERS
    from opacity_studio.export.order import IMAGES, ONLY, ExportOrder, Split, label_changes

    names = tuple(
        dict.fromkeys(name.strip() for each in formats for name in each.split(",") if name.strip())
    )
    for name in names:
        if name not in EXPORTERS:
            raise typer.BadParameter(f"{name!r} is no format: {_either(tuple(EXPORTERS))}.")
    if not names:
        raise typer.BadParameter(f"Name a format: {_either(tuple(EXPORTERS))}.")
    which = next((each for each in ONLY if each == only), None)
    if which is None:
        raise typer.BadParameter(f"--only is {_either(ONLY)}, not {only!r}.")
    how = next((each for each in IMAGES if each == images), None)
    if how is None:
        raise typer.BadParameter(f"--images is {_either(IMAGES)}, not {images!r}.")
    return ExportOrder(
        names,
        which,
        how,
        None if split is None else Split.of(split),
        {} if labels is None else label_changes(labels),
        keep_patient_ids=keep_patient_ids,
        hide_readers=hide_readers,
    )


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _check_labels(survey: Survey, order: ExportOrder) -> None:
    from opacity_studio.domain.errors import ExportError
    from opacity_studio.export.selection import unknown_labels

    unknown = unknown_labels(survey, order)
    if unknown:
        raise ExportError(
            f"No film has the label {unknown[0]!r} that --labels speaks of; there are "
            f"{', '.join(survey.labels) or 'none'}."
        )


def _tell(exported: Exported, order: ExportOrder, errors: Console) -> None:
    """Say what went out, and of the others why not."""
    for warning in exported.warnings:
        errors.print(warning, style="yellow", markup=False)
    for left in exported.left_out:
        if left.is_trouble:
            errors.print(left.reason, style="red", markup=False)
    for reason in dict.fromkeys(each.reason for each in exported.left_out if not each.is_trouble):
        errors.print(_left_out_line(reason, exported.left_out), markup=False)
    if exported.other_shapes:
        errors.print(
            f"{_count(exported.other_shapes, 'shape')} that are no polygons went into LabelMe "
            "files only."
            if "labelme" in order.formats
            else f"{_count(exported.other_shapes, 'shape')} that are no polygons stayed behind.",
            markup=False,
        )
    details = [f"{number} {status}".replace("_", " ") for status, number in exported.states]
    details += [f"{number} to {side}" for side, number in exported.sides.items()]
    total = exported.films + len(exported.left_out)
    replaced = ", in place of the earlier export" if exported.replaced else ""
    errors.print(
        f"{exported.films} of {_count(total, 'film')} exported to {exported.out}"
        f" ({', '.join(details)}){replaced}.",
        markup=False,
    )


def _left_out_line(reason: str, left_out: Sequence[LeftOut]) -> str:
    names = [left.film.path.name for left in left_out if left.reason == reason]
    shown = ", ".join(names[:_NAMED_AT_MOST])
    more = ", … (all in manifest.json)" if len(names) > _NAMED_AT_MOST else ""
    return f"{_count(len(names), 'film')} left out, {reason}: {shown}{more}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
