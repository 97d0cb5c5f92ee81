"""What a training tells while it goes on: to the run folder, to a program, to a person."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, TextIO

from opacity_studio.domain.run_events import RunEvent, event_line
from opacity_studio.files.run_folder import RunFolder

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from opacity_studio.learning.checkpoint import EpochResult
    from opacity_studio.learning.step_clock import StepResult

_SECONDS_BETWEEN_STEPS: Final = 0.25


class RunReports:
    """Tells events to ``events.jsonl``, to a copy if there is one, and to the terminal.

    Parameters
    ----------
    run
        Whose events they are.
    console
        For the person; nobody may be looking.
    copy
        Receives the same lines.
    """

    def __init__(self, run: RunFolder, console: Console, copy: TextIO | None = None) -> None:
        self._run = run
        self._console = console
        self._copy = copy
        self._told = 0.0
        self._bar: Progress | None = None
        self._row: TaskID | None = None

    def tell(self, name: str, /, **fields: Any) -> None:  # noqa: ANN401 - any JSON value
        """Tell an event.

        Raises
        ------
        OSError
            It cannot be written to the run folder.
        """
        event = RunEvent.now(name, **fields)
        self._run.append(event)
        if self._copy is not None:
            try:
                self._copy.write(event_line(event) + "\n")
                self._copy.flush()
            except OSError:
                self._copy = None  # the reader has gone; the run goes on

    def say(self, sentence: str, style: str = "") -> None:
        """Say a sentence to the person."""
        with contextlib.suppress(OSError):  # a terminal that was closed
            self._console.print(sentence, style=style, markup=False)

    @contextlib.contextmanager
    def progress(self) -> Iterator[None]:
        """Show the steps live on a terminal."""
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}"), BarColumn())
        hidden = not self._console.is_terminal
        with Progress(*columns, console=self._console, disable=hidden, transient=True) as bar:
            self._bar, self._row = bar, bar.add_task("training", total=None)
            yield
        self._bar = None

    def step(self, step: StepResult) -> None:
        """Tell a step, a few in a second at most."""
        now = time.monotonic()
        if now - self._told < _SECONDS_BETWEEN_STEPS and step.step < step.steps:
            return
        self._told = now
        loss = step.loss
        self.tell(
            "step",
            step=step.step,
            steps=step.steps,
            epoch=step.epoch,
            epochs=step.epochs,
            loss=loss,
            images_per_second=step.images_per_second,
            seconds_left=step.seconds_left,
        )
        if self._bar is not None and self._row is not None:
            self._bar.update(
                self._row,
                completed=(step.epoch - 1) * step.steps + step.step,
                total=step.epochs * step.steps,
                description=f"epoch {step.epoch}/{step.epochs}, loss {loss:.4f}"
                + ("" if step.seconds_left is None else f", {step.seconds_left / 60:.0f} min left"),
            )

    def epoch(self, result: EpochResult, epochs: int, best_epoch: int) -> None:
        """Tell an epoch."""
        self.tell(
            "epoch",
            epoch=result.epoch,
            epochs=epochs,
            loss=result.loss,
            iou=result.iou,
            f1=result.f1,
            validation_loss=result.validation_loss,
            validation_iou=result.validation_iou,
            validation_f1=result.validation_f1,
            best_epoch=best_epoch,
            seconds=round(result.seconds, 2),
        )
        parts = [
            f"{name} {value:.4f}"
            for name, value in (
                ("loss", result.loss),
                ("IoU", result.iou),
                ("validation loss", result.validation_loss),
                ("IoU", result.validation_iou),
                ("F1", result.validation_f1),
            )
            if value is not None
        ]
        self.say(f"epoch {result.epoch}: {', '.join(parts)}")
