"""The steps of `bootstrap.py`: said before and after, and what failed in one sentence.

Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_SHOWN = 25
SECONDS_OF_SILENCE = 20


class BootstrapError(Exception):
    """Something a person has to do first; the message is one sentence saying what."""


def say(message: str) -> None:
    """Print one line about a step."""
    print(f"bootstrap: {message}", file=sys.stderr, flush=True)


def last_lines(output: Iterable[str], count: int = LINES_SHOWN) -> str:
    """Return the end of a program's output, indented."""
    lines = [line.rstrip() for line in output if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-count:])


def run_step(
    what: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, hint: str = ""
) -> None:
    """Run a command: one line before and one after, and a sign of life from time to time.

    Raises
    ------
    BootstrapError
        It failed; the message names the command, its last lines and the hint.
    """
    say(f"{what} ...")
    started = spoken = time.monotonic()
    output: list[str] = []
    try:
        with subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=dict(os.environ, **(env or {})),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                output.append(line)
                if time.monotonic() - spoken > SECONDS_OF_SILENCE:
                    spoken = time.monotonic()
                    say(f"  {line.strip()[:90]}")
    except OSError as error:
        raise BootstrapError(f"`{' '.join(command)}` did not start ({error}). {hint}") from error
    if process.returncode != 0:
        raise BootstrapError(
            f"`{' '.join(command)}` failed with exit code {process.returncode}; its last lines:\n"
            f"{last_lines(output)}" + (f"\n{hint}" if hint else "")
        )
    say(f"{what}: done in {time.monotonic() - started:.0f} s")
