"""Starts the training process, which outlives the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QIODevice, QProcess

from opacity_studio.domain.errors import RunError
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import reason_of
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.run_results import log_path
from opacity_studio.gui.training.plan import worker_command

_APPEND: Final = QIODevice.OpenModeFlag.Append


def start_worker(run: RunFolder, arguments: Sequence[str]) -> None:
    """Start ``opacity-studio`` with `arguments`, detached; what it prints goes to `log_path`.

    Raises
    ------
    RunError
        The log cannot be written or the process not be started.
    """
    log = log_path(run)
    program, words = worker_command(list(arguments))
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            file.write(f"$ opacity-studio {' '.join(words[2:])}\n".encode(errors="replace"))
    except OSError as error:
        raise RunError(
            tr(
                "{file} cannot be written because {reason}: make room or rights there.",
                file=log,
                reason=reason_of(error),
            ),
            log,
        ) from error
    process = QProcess()
    process.setProgram(program)
    process.setArguments(words)
    process.setWorkingDirectory(str(log.parent))
    process.setStandardInputFile(QProcess.nullDevice())
    process.setStandardOutputFile(str(log), _APPEND)
    process.setStandardErrorFile(str(log), _APPEND)
    if not process.startDetached():
        raise RunError(
            tr(
                "{program} could not be started: {reason}.",
                program=program,
                reason=process.errorString(),
            ),
            log,
        )
