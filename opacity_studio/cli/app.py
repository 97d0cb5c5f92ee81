"""The command line as a whole: which verbs there are, and which one is meant."""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from opacity_studio.domain.errors import OpacityStudioError

VERBS: Final = ("review", "predict", "check", "train", "evaluate", "export", "models", "agreement")
"""Each a module of `opacity_studio.cli` with a function, or a group of them, of the same name."""

PROGRAM: Final = "opacity-studio"
_OWN_OPTIONS: Final = frozenset(("--help", "-h", "--version"))


def run(arguments: Sequence[str]) -> NoReturn:
    """Run the verb that `arguments` name, and end the process with its exit code."""
    _take_any_letter()
    arguments = with_verb(arguments)
    wanted = arguments[0]
    try:
        if _is_plain(arguments):
            # The usual start: there is nothing to parse, and the parser takes its time to import.
            from opacity_studio.cli.window import open_window

            sys.exit(open_window(*map(Path, arguments[1:])))
        from opacity_studio.cli.parser import parser

        parser((wanted,) if wanted in VERBS else VERBS)(list(arguments), prog_name=PROGRAM)
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


def _is_plain(arguments: Sequence[str]) -> bool:
    """Whether `arguments` ask for the window on nothing or on one path, without any option."""
    verb, *rest = arguments
    return verb == "review" and len(rest) <= 1 and not any(a.startswith("-") for a in rest)


def _take_any_letter() -> None:
    """Let every name be printed: one without a letter in the terminal's encoding must stop nothing.

    What cannot be printed comes as JSON spells it, so that lines of JSON stay such.
    """
    codecs.register_error("as-json", _as_json)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="as-json")


def _as_json(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
