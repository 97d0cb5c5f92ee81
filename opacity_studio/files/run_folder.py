"""The folder of a training run: what was frozen, what was told, and whether the worker lives.

Worker and window know each other by this folder alone. The worker holds a lock in it as long as it
lives, appends its events and looks for the file that asks it to stop; the window reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import platformdirs
from filelock import FileLock, Timeout

from opacity_studio.domain.errors import RunError
from opacity_studio.domain.model_version import Task
from opacity_studio.domain.run_events import RunEvent, RunState, event_line, event_of, run_state
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import reason_of, write_atomically

CONFIG: Final = "config.json"
EVENTS: Final = "events.jsonl"
CANCEL: Final = "cancel"
LOCK: Final = "worker.lock"
EVALUATION: Final = "evaluation.json"
COMPARISON: Final = "comparison.json"
CURVES: Final = "curves.png"
AUGMENTED: Final = "augmented.png"

RUNS_VARIABLE: Final = "OPACITY_STUDIO_RUNS"
"""Environment variable with the folder that runs go to."""

_ONE_AT_A_TIME: Final = "opacity-studio-training.lock"
_PATIENCE: Final = 3.0
"""Seconds: as long as the lock may be held by somebody who only looks whether it is."""
_TAIL: Final = 65_536


def runs_folder() -> Path:
    """Return where runs go that are not told otherwise; it may not be there yet."""
    named = os.environ.get(RUNS_VARIABLE)
    if named:
        return Path(named)
    return platformdirs.user_data_path("opacity-studio", appauthor=False) / "runs"


def new_run_path(task: Task, now: datetime, folder: Path | None = None) -> Path:
    """Return ``<task>-YYYYMMDD-HHMMSS`` in `folder` (else `runs_folder`), a name not taken yet."""
    home = folder or runs_folder()
    name = f"{task}-{now:%Y%m%d-%H%M%S}"
    path, number = home / name, 1
    while path.exists():
        number += 1
        path = home / f"{name}-{number}"
    return path


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run on disk; looking at it changes nothing.

    Attributes
    ----------
    path
        The folder.
    """

    path: Path

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def config(self) -> Mapping[str, Any]:
        """What was frozen at the start.

        Raises
        ------
        RunError
            There is no readable ``config.json``.
        """
        path = self.path / CONFIG
        try:
            config = json.loads(path.read_bytes())
        except FileNotFoundError as error:
            raise RunError(
                tr("{path} is not there: name the folder of a run, or start a new one.", path=path),
                path,
            ) from error
        except OSError as error:
            raise RunError(
                tr(
                    "{path} cannot be read ({reason}): start a new run.",
                    path=path,
                    reason=reason_of(error),
                ),
                path,
            ) from error
        except (ValueError, RecursionError) as error:
            raise RunError(tr("{path} is damaged: start a new run.", path=path), path) from error
        if not isinstance(config, dict):
            raise RunError(tr("{path} is damaged: start a new run.", path=path), path)
        return config

    def freeze(self, config: Mapping[str, Any]) -> None:
        """Write ``config.json``.

        Raises
        ------
        OSError
            It cannot be written.
        """
        text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
        # Names of films need not be text to the system; JSON reads what stands for them back.
        write_atomically(self.path / CONFIG, text.encode(errors="backslashreplace"))

    def state(self) -> RunState:
        """Return how the run stands: its last word, else whether its worker lives."""
        return run_state(self._last_event(), alive=self._is_held())

    def events(self, after: int = 0) -> tuple[tuple[RunEvent, ...], int]:
        """Return the events that were appended since, and where to go on next time.

        A line that is only half written is left for next time; one that is damaged is left out.

        Parameters
        ----------
        after
            What the last call returned as second value; 0 for all events.
        """
        text, end = self._complete_lines(after)
        return tuple(_readable(text)), end

    def append(self, event: RunEvent) -> None:
        """Append an event.

        Raises
        ------
        OSError
            It cannot be written.
        """
        line = event_line(event).encode() + b"\n"
        with (self.path / EVENTS).open("ab+", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                if file.read(1) != b"\n":  # a worker was killed within a line
                    line = b"\n" + line
            file.write(line)

    def ask_to_stop(self) -> None:
        """Ask the worker to stop.

        Raises
        ------
        OSError
            The request cannot be written.
        """
        (self.path / CANCEL).touch()

    def forget_stop(self) -> None:
        """Take the request to stop back, for a run that is taken up again."""
        (self.path / CANCEL).unlink(missing_ok=True)

    def is_asked_to_stop(self) -> bool:
        """Return True where somebody asked the worker to stop."""
        return (self.path / CANCEL).exists()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Be the worker of this run for a while; the folder is made where it is not there.

        Raises
        ------
        RunError
            Another worker is at it, or the folder cannot be written to.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(
                tr(
                    "{path} cannot be made ({reason}): name another run folder.",
                    path=self.path,
                    reason=reason_of(error),
                ),
                self.path,
            ) from error
        busy = tr(
            "The run {path} is going on in another process: wait for it or stop it.", path=self.path
        )
        with _locked(self.path / LOCK, busy):
            yield

    def _is_held(self) -> bool:
        path = self.path / LOCK
        if not path.exists():
            return False
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return True
        except OSError:
            return False  # nobody who may not write here can be told more
        lock.release()
        return False

    def _last_event(self) -> RunEvent | None:
        try:
            size = (self.path / EVENTS).stat().st_size
        except OSError:
            return None
        for start in (max(0, size - _TAIL), 0):
            text, _ = self._complete_lines(start)
            found = list(_readable(text))
            if found:
                return found[-1]
        return None

    def _complete_lines(self, after: int) -> tuple[bytes, int]:
        try:
            with (self.path / EVENTS).open("rb") as file:
                file.seek(after)
                data = file.read()
        except OSError:
            return b"", after
        whole = data[: data.rfind(b"\n") + 1]
        return whole, after + len(whole)


def runs_in(folder: Path) -> tuple[RunFolder, ...]:
    """Return the runs of a folder, newest first; those without ``config.json`` are none (yet)."""
    try:
        found = [path for path in folder.iterdir() if (path / CONFIG).is_file()]
    except OSError:
        return ()
    return tuple(RunFolder(path) for path in sorted(found, key=_began, reverse=True))


@contextlib.contextmanager
def only_training() -> Iterator[None]:
    """Be the only training on this machine for a while.

    Raises
    ------
    RunError
        Another one is going on.
    """
    named = os.environ.get(RUNS_VARIABLE)
    folder = Path(named) if named else Path(tempfile.gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    busy = tr("Another training is going on on this machine: wait until it has ended, or stop it.")
    with _locked(folder / _ONE_AT_A_TIME, busy):
        yield


@contextlib.contextmanager
def _locked(path: Path, busy: str) -> Iterator[None]:
    # Readable and writable by all: colleagues share machines.
    lock = FileLock(path, timeout=_PATIENCE, mode=0o666)
    try:
        lock.acquire()
    except Timeout:
        raise RunError(busy, path) from None
    try:
        yield
    finally:
        lock.release()


def _readable(text: bytes) -> Iterator[RunEvent]:
    for line in text.split(b"\n"):
        if line.strip():
            with contextlib.suppress(ValueError):
                yield event_of(line.decode())


def _began(path: Path) -> tuple[float, str]:
    return (path / CONFIG).stat().st_mtime, path.name
