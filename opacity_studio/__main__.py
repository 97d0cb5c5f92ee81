"""Where the program starts: ``opacity-studio …`` and ``python -m opacity_studio …``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what the command line asks for, and end the process with its exit code.

    0: done; 1: an error a person can do something about, said in one sentence on standard
    error; 2: a command line that makes no sense; 130: interrupted.
    """
    try:
        # The verb is picked from the bare arguments; only its own module is imported then.
        from opacity_studio.cli.app import run  # noqa: PLC0415

        run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
