"""The parser of the command line: the program's own options, and those of each verb."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Annotated

import typer

from opacity_studio import __version__
from opacity_studio.cli.app import PROGRAM


def parser(verbs: Iterable[str]) -> typer.Typer:
    """Return what parses a command line that names one of `verbs`, and runs that verb."""
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_program)
    for verb in verbs:
        # Verbs import what is heavy when they run; but not even their own options are needed
        # before it is clear which one is meant.
        module = importlib.import_module(f"opacity_studio.cli.{verb}")
        command = getattr(module, verb)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=verb)
        else:
            app.command(verb, epilog=getattr(module, "EPILOG", None))(command)
    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


def _program(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say the version.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """Lung opacity on chest X-rays: predicted, corrected, measured and learnt from.

    Without a command, "opacity-studio [FOLDER|FILM]" opens the window.

    Research software, not a medical device.
    """
