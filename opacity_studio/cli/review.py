"""``opacity-studio review``: the window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opacity_studio.cli.window import open_window


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise typer.BadParameter(f"{text!r} is not a size; write it like 1366x768.")
    if not (980 <= int(width) <= 7680 and 600 <= int(height) <= 4320):
        raise typer.BadParameter(f"{text} is out of range; choose between 980x600 and 7680x4320.")
    return int(width), int(height)


def review(
    path: Annotated[
        Path | None,
        typer.Argument(help="Folder of films, a film, or a LabelMe file.", show_default=False),
    ] = None,
    *,
    sample: Annotated[
        bool, typer.Option("--sample", help="Open the sample worklist (a copy of your own).")
    ] = False,
    screenshot: Annotated[
        Path | None,
        typer.Option(
            help="Render the window to this picture once film and prediction are shown, and end.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="Size of the window, like 1366x768.", show_default=False),
    ] = None,
) -> None:
    """Review films: see the predicted opacity, correct it, save it beside the films."""
    if path is not None and sample:
        raise typer.BadParameter("Give a path or --sample, not both.")
    wanted = None if size is None else _size(size)
    raise typer.Exit(open_window(path, sample=sample, screenshot=screenshot, size=wanted))
