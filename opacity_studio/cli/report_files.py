"""Where the results of a verb go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from opacity_studio.domain.errors import EvaluationError
from opacity_studio.files.atomic import reason_of, write_atomically


def make_folder(folder: Path) -> None:
    """Make a folder and those above it.

    Raises
    ------
    EvaluationError
        It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(
            f"{folder} cannot be made because {reason_of(error)}: name another folder.", folder
        ) from error


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write `record` as JSON; see `write_file`."""
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    write_text(path, f"{text}\n")


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text, in which names of files need not be text to the system; see `write_file`."""
    write_file(path, text.encode(encoding, "backslashreplace"))


def write_file(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    EvaluationError
        It could not be written.
    """
    try:
        write_atomically(path, data)
    except OSError as error:
        raise EvaluationError(
            f"{path} could not be written because {reason_of(error)}: name another folder.", path
        ) from error
