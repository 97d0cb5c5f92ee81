"""``opacity-studio predict``: from films to LabelMe files, masks and percentages."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from opacity_studio.cli.predicted_film import PredictedFilm

EPILOG = (
    "Writes DIR/<film>.json, a LabelMe file with the polygons right_lung, left_lung and opacity, "
    "each with the network that drew it. --masks adds <film>_right_lung.png, <film>_left_lung.png "
    "and <film>_opacity.png: 8-bit, 255 inside, 0 outside, of the film's size.\n\n"
    "Lungs that a person drew beside the film are used instead of predicted ones. The opacity "
    "percentage is the area of opacity within the lungs over the area of the lungs.\n\n"
    "One line a film goes to standard output, everything else to standard error. The exit code is "
    "1 where any film failed or a file that holds a person's work was kept."
)


def predict(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Films, or folders of films.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the LabelMe files go.")],
    masks: Annotated[
        Path | None, typer.Option("--masks", metavar="DIR", help="Write PNG masks there as well.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.01, max=0.99, help="Probability where opacity begins; else the network's own."
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Use this network instead of the active one.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that hold a person's shapes, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a film.")] = False,
) -> None:
    """Predict lungs and opacity for films, without a window."""
    from rich.console import Console

    from opacity_studio.cli.film_progress import film_progress
    from opacity_studio.cli.predicted_film import FilmPredictor, films_in
    from opacity_studio.domain.errors import OpacityStudioError
    from opacity_studio.files.model_store import ModelStore

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    store = ModelStore.standard()
    models = store.active() if model is None else store.active().with_model(store.get(model))
    films, failures = films_in(paths)
    for failure in failures:
        errors.print(failure.message, style="red", markup=False)
    predictor = FilmPredictor(models, out, masks, threshold, overwrite=overwrite)
    failed = len(failures)
    with film_progress(errors, len(films), "Predicting") as advance:
        for film in films:
            try:
                done = predictor.predict(film)
            except OpacityStudioError as error:
                failed += 1
                errors.print(error.message, style="red", markup=False)
            else:
                for warning in done.warnings:
                    errors.print(warning, style="yellow", markup=False)
                sys.stdout.write((_json_line(done) if as_json else _line(done)) + "\n")
                sys.stdout.flush()
            advance()
    if failed:
        errors.print(f"{failed} of {len(films) + len(failures)} failed.", style="red")
        raise typer.Exit(1)


def _json_line(done: PredictedFilm) -> str:
    measured = done.measurement
    line = {
        "image": str(done.film),
        "opacity_percent": _rounded(measured.opacity_percent),
        "right_percent": _rounded(measured.right_percent),
        "left_percent": _rounded(measured.left_percent),
        "regions": measured.regions,
        "seconds": round(done.seconds, 3),
        "model": done.model,
    }
    return json.dumps(line, ensure_ascii=False)


def _line(done: PredictedFilm) -> str:
    measured = done.measurement
    regions = "region" if measured.regions == 1 else "regions"
    figures = (measured.opacity_percent, measured.right_percent, measured.left_percent)
    both, right, left = (f"{_percent(figure):>7}" for figure in figures)
    return (
        f"{both}   right {right}   left {left}   {measured.regions:>2} {regions:<7}   {done.film}"
    )


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 2)


def _percent(percent: float | None) -> str:
    return "–" if percent is None else f"{percent:.1f} %"
