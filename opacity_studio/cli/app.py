"""The command line as a whole: which verbs there are, and which one is meant."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, NoReturn

import typer

from opacity_studio import __version__
from opacity_studio.domain.errors import OpacityStudioError

VERBS: Final = ("review", "predict", "train")
"""Each a module of `opacity_studio.cli` with a function of the same name."""

_PROGRAM: Final = "opacity-studio"
_OWN_OPTIONS: Final = frozenset(("--help", "-h", "--version"))


def run(arguments: Sequence[str]) -> NoReturn:
    """Run the verb that `arguments` name, and end the process with its exit code."""
    arguments = with_verb(arguments)
    wanted = arguments[0]
    try:
        _app((wanted,) if wanted in VERBS else VERBS)(list(arguments), prog_name=_PROGRAM)
    except OpacityStudioError as error:
        sys.stderr.write(error.message + "\n")
        sys.exit(1)
    sys.exit(0)


def with_verb(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return `arguments` with the verb they mean in front.

    Without a verb the window is meant, on a film, a folder or nothing. A single word that is
    nothing on disk stays as it is: it is a verb misspelt, and is told so.
    """
    first = arguments[0] if arguments else ""
    if first in VERBS or first in _OWN_OPTIONS:
        return tuple(arguments)
    misspelt = first.isalpha() and not os.path.lexists(first)
    return tuple(arguments) if misspelt else ("review", *arguments)


def _app(verbs: Iterable[str]) -> typer.Typer:
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
        app.command(verb, epilog=getattr(module, "EPILOG", None))(getattr(module, verb))
    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{_PROGRAM} {__version__}")
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
