"""``opacity-studio train``: from curated films to a network, in a run folder others can follow."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

if TYPE_CHECKING:
    from opacity_studio.cli.run_reports import RunReports
    from opacity_studio.cli.training_order import TrainingOrder
    from opacity_studio.cli.training_run import TrainingResult
    from opacity_studio.domain.model_version import Task
    from opacity_studio.domain.training_settings import TrainingSettings
    from opacity_studio.files.model_store import ModelStore, StoredModel
    from opacity_studio.files.run_folder import RunFolder

SCRATCH = "scratch"

_ON_STDOUT = "-"
_CANCELLED = 130
_NICENESS = 10

EPILOG = (
    "A network of the same task is trained further: corrections it has not learnt from, mixed with "
    "films it has (--replay-share), at a small learning rate, until the validation films show no "
    "gain (--patience); the best epoch is kept, which may be the start itself. From a network of "
    "the other task, or from scratch, all films are new.\n\n"
    "RUN receives config.json (what was frozen: settings, films by digest, patients by side) and "
    "the annotations as they were, events.jsonl (what happens, one JSON object a line), previews, "
    "curves.png, augmented.png, a checkpoint each epoch, evaluation.json and comparison.json (the "
    "new network and the one in use on the test patients), and model/ID, a model folder. The "
    "network in use is not touched. A file RUN/cancel stops the run within a batch; --resume RUN "
    "goes on with one that was stopped or killed.\n\n"
    "The split is by patient: a patient is a test patient where sha256 of the id, modulo 10, is 7 "
    "or more, and is never trained on. One in seven of the other patients chooses the best epoch "
    "and, from six such patients on, the operating threshold of an opacity network: where the "
    "opacity percentage is not biased by more than chance. Only films marked as annotated or "
    "approved are learnt from, and LabelMe files of other programs that have lungs.\n\n"
    "--strategy multi-worker spreads each batch over several hosts: the same command runs on each, "
    "with TensorFlow's TF_CONFIG naming them all; FOLDER and RUN must be folders that all see. The "
    "first one writes, the others take part.\n\n"
    "The exit code is 0 for a finished run, 1 for a failed one, 130 for one that was stopped."
)


def train(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of films with annotations.", show_default=False)
    ] = None,
    *,
    task: Annotated[str | None, typer.Option(help="lungs or opacity.")] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="MODEL|scratch", help="What to start from; else the network in use."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="RUN", help="Folder to make; else one of the program's."),
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(metavar="-|FILE", help="Write the events there, too: - is standard output."),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Go on with this run; needs nothing else.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="At most that many.")] = None,
    learning_rate: Annotated[
        float | None, typer.Option(min=1e-7, max=0.1, help="Highest rate of Adam.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Films a step.")] = None,
    replay_share: Annotated[
        float | None,
        typer.Option(min=0.0, max=0.9, help="Part of an epoch that repeats films known already."),
    ] = None,
    patience: Annotated[
        int | None, typer.Option(min=0, help="Epochs without gain before the end; 0 for never.")
    ] = None,
    half: Annotated[
        bool | None,
        typer.Option("--half/--no-half", help="Compute in bfloat16; unsaid: where that is faster."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Fixes start, order and augmentation.")
    ] = None,
    strategy: Annotated[
        str, typer.Option(help="none, mirrored (several GPUs) or multi-worker (several hosts).")
    ] = "none",
    metadata: Annotated[
        Path | None, typer.Option(help="Table of films and patients; else metadata.csv.")
    ] = None,
    file_column: Annotated[str | None, typer.Option(help="Its column of file names.")] = None,
    patient_column: Annotated[str | None, typer.Option(help="Its column of patients.")] = None,
    extra: Annotated[
        Path | None,
        typer.Option(help="Further films (synthetic ones, say), mixed in but never tested on."),
    ] = None,
) -> None:
    """Train a network on curated films and keep its best epoch."""
    from opacity_studio.cli.training_order import TrainingOrder
    from opacity_studio.cli.training_part import take_part
    from opacity_studio.files.model_store import ModelStore
    from opacity_studio.files.run_folder import RunFolder
    from opacity_studio.learning.distribution import MULTI_WORKER, STRATEGIES

    store = ModelStore.standard()
    if resume is not None:
        run = RunFolder(resume.absolute())
        order = TrainingOrder.of(run)
    else:
        checked_folder, checked_task = _checked(folder, task)
        if strategy not in STRATEGIES:
            raise typer.BadParameter(f"--strategy must be one of {', '.join(STRATEGIES)}.")
        if strategy == MULTI_WORKER and out is None:
            raise typer.BadParameter("several hosts need --out, a folder that all of them see.")
        parent = _parent(store, checked_task, start)
        chosen = {
            "epochs": epochs,
            "learning_rate": learning_rate,
            "batch_size": batch_size,
            "replay_share": replay_share,
            "patience": patience,
            "half": half,
            "seed": seed,
            "extra_share": None if extra is None else 0.25,
        }
        now = datetime.now(UTC)
        order = TrainingOrder(
            folder=checked_folder.absolute(),
            settings=_settings(checked_task, parent, chosen),
            parent=None if parent is None else parent.id,
            created=now.isoformat(timespec="seconds"),
            extra=None if extra is None else extra.absolute(),
            metadata=None if metadata is None else metadata.absolute(),
            file_column=file_column,
            patient_column=patient_column,
            strategy=strategy,
        )
        run = _new_run(out, order, now)
    if not _leads(order):
        take_part(run, store)
        return
    with _private_stdout() as stdout, _events_copy(events, run, stdout) as copy:
        result = _work(run, order, store, copy, resumed=resume is not None)
        if result.model is not None and events != _ON_STDOUT and stdout is not None:
            stdout.write(f"{result.model.folder}\n")
    if result.stopped:
        raise typer.Exit(_CANCELLED)


def _leads(order: TrainingOrder) -> bool:
    """Return whether this process carries the run out, rather than taking part in it."""
    from opacity_studio.learning.distribution import MULTI_WORKER, place_in_cluster

    return order.strategy != MULTI_WORKER or place_in_cluster()[0] == 0


def _checked(folder: Path | None, task: str | None) -> tuple[Path, Task]:
    from opacity_studio.domain.model_version import TASKS

    if folder is None:
        raise typer.BadParameter("name the folder of films, or a run with --resume.")
    for known in TASKS:
        if known == task:
            return folder, known
    raise typer.BadParameter("--task must be lungs or opacity.")


def _parent(store: ModelStore, task: Task, start: str | None) -> StoredModel | None:
    if start == SCRATCH:
        return None
    return store.active().of(task) if start is None else store.get(start)


def _settings(task: Task, parent: StoredModel | None, chosen: dict[str, Any]) -> TrainingSettings:
    from opacity_studio.domain.training_settings import from_scratch, incremental

    further = parent is not None and parent.version.task == task
    usual = incremental(task) if further else from_scratch(task)
    if parent is not None and further:
        usual = dataclasses.replace(usual, reduction=parent.version.reduction)
    said = {name: value for name, value in chosen.items() if value is not None}
    return dataclasses.replace(usual, **said)


def _new_run(out: Path | None, order: TrainingOrder, now: datetime) -> RunFolder:
    from opacity_studio.domain.errors import RunError
    from opacity_studio.files.run_folder import CONFIG, EVENTS, RunFolder, new_run_path

    path = new_run_path(order.task, now) if out is None else out.absolute()
    taken = path.is_file() or any((path / name).exists() for name in (CONFIG, EVENTS))
    if taken and _leads(order):
        raise RunError(f"{path} holds a run already: name another folder or resume it.", path)
    return RunFolder(path)


def _work(
    run: RunFolder, order: TrainingOrder, store: ModelStore, copy: TextIO | None, *, resumed: bool
) -> TrainingResult:
    """Carry the run out, alone on this machine; a failure is told in the run's events, too."""
    from rich.console import Console

    from opacity_studio.cli.run_reports import RunReports
    from opacity_studio.cli.training_run import TrainingRun
    from opacity_studio.files.run_folder import only_training
    from opacity_studio.learning.distribution import MULTI_WORKER

    if hasattr(os, "nice") and order.strategy != MULTI_WORKER:
        os.nice(_NICENESS)  # reading films goes first; hosts must not keep each other waiting
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    reports = RunReports(run, console, copy)
    with run.held(), _failures_told(run, reports), _signals_ask_to_stop(run):
        if resumed:
            run.forget_stop()
        else:
            run.freeze(order.config(run))
        reports.tell(
            "accepted",
            run=run.name,
            task=order.task,
            parent=order.parent,
            epochs=order.settings.epochs,
            pid=os.getpid(),
        )
        reports.say(f"Run {run.path}")
        with only_training():
            return TrainingRun(run, order, store, reports).go()


@contextlib.contextmanager
def _failures_told(run: RunFolder, reports: RunReports) -> Iterator[None]:
    """End with a sentence, in the events and on standard error, whatever goes wrong."""
    from opacity_studio.domain.errors import OpacityStudioError, RunError
    from opacity_studio.files.atomic import reason_of

    try:
        yield
    except Exception as error:
        if isinstance(error, OpacityStudioError):
            message = error.message
        elif isinstance(error, OSError):
            where = error.filename or run.path
            message = (
                f"{where} cannot be written or read ({reason_of(error)}): mend that and resume."
            )
        else:
            message = f"The training ended with an error of the program ({error!r}): see the log."
            with contextlib.suppress(OSError):  # nobody may be listening any more
                traceback.print_exc()
        with contextlib.suppress(OSError):  # a full disk has no room for that either
            reports.tell(
                "failed",
                kind=type(error).__name__,
                message=message,
                traceback=traceback.format_exc(),
            )
        raise RunError(message, run.path) from error


@contextlib.contextmanager
def _signals_ask_to_stop(run: RunFolder) -> Iterator[None]:
    """Let Ctrl-C and a session that ends stop the run as a person would; a second time at once."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def as_before() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(_number: int, _frame: object) -> None:
        as_before()
        run.ask_to_stop()

    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        as_before()


@contextlib.contextmanager
def _private_stdout() -> Iterator[TextIO | None]:
    """Keep standard output for results: what libraries print goes to standard error meanwhile."""
    try:
        sys.stdout.flush()
        ours = os.dup(1)
        os.dup2(2, 1)
    except (OSError, AttributeError):
        yield None  # a worker without any output
        return
    # A path need not be text to the system; it goes out as it is.
    stdout = os.fdopen(os.dup(ours), "w", encoding="utf-8", errors="surrogateescape")
    try:
        yield stdout
    finally:
        with contextlib.suppress(OSError):  # whoever read it may have gone
            stdout.close()
        sys.stdout.flush()
        os.dup2(ours, 1)
        os.close(ours)


@contextlib.contextmanager
def _events_copy(
    wanted: str | None, run: RunFolder, stdout: TextIO | None
) -> Iterator[TextIO | None]:
    """Give the second place that events go to, if there is one."""
    from opacity_studio.files.run_folder import EVENTS

    if wanted is None or Path(wanted).absolute() == run.path / EVENTS:
        yield None
    elif wanted == _ON_STDOUT:
        yield stdout
    else:
        with Path(wanted).open("a", encoding="utf-8") as file:
            yield file
