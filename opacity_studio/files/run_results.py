"""What a run left behind for people: how its network compares with the one in use, and its log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from opacity_studio.domain.comparison import Comparison
from opacity_studio.domain.errors import RunError
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import reason_of
from opacity_studio.files.run_folder import COMPARISON, RunFolder

_LOG_TAIL: Final = 200_000


def read_comparison(run: RunFolder) -> Comparison | None:
    """Return the comparison of a run's network with the incumbent; None where there is none.

    Raises
    ------
    RunError
        It cannot be read or is damaged.
    """
    path = run.path / COMPARISON
    try:
        return Comparison.from_json(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(
            tr(
                "{path} cannot be read because {reason}; check the drive.",
                path=path,
                reason=reason_of(error),
            ),
            path,
        ) from error
    except RecursionError as error:
        raise RunError(
            tr("{path} is damaged: evaluate the network again.", path=path), path
        ) from error
    except ValueError as error:
        what = tr("is damaged") if isinstance(error, json.JSONDecodeError) else str(error)
        raise RunError(
            tr("{path} {problem}: evaluate the network again.", path=path, problem=what), path
        ) from error


def log_path(run: RunFolder) -> Path:
    """Return where the worker's own words go when the window starts it: beside the run folder.

    Not in it: the folder is the worker's to make, and a worker that could not even begin has
    something to say, too.
    """
    return run.path.with_name(f"{run.path.name}.log")


def read_log(run: RunFolder) -> str:
    """Return the end of what the worker printed; empty where it said nothing."""
    try:
        with log_path(run).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _LOG_TAIL))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
