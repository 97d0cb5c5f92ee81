"""How far a verb has got with its films, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def film_progress(errors: Console, films: int, doing: str) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, and nothing anywhere else.

    Parameters
    ----------
    errors
        Standard error.
    films
        How many there are.
    doing
        What is done to them, in a word.

    Yields
    ------
    callable
        To call after each film.
    """
    if not errors.is_terminal or films < 2:
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (doing, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Results that share the terminal go above the bar; redirected ones must not come near it.
    with Progress(
        *columns, console=errors, transient=True, redirect_stdout=sys.stdout.isatty()
    ) as bar:
        task = bar.add_task("", total=films)
        yield lambda: bar.advance(task)
