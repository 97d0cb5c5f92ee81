"""What a training run tells while it goes on: one event a line of JSON.

Every line is an object with ``"event"`` (its name), ``"time"`` (ISO 8601, UTC) and what belongs to
it. Names and fields that this version does not know are kept: a run of a later version can be
followed, too.

=========== ===================================================================================
accepted    run, task, parent, epochs, pid
data        train, validation, test (each ``{"films", "patients"}``), new and replayed (films),
            skipped (``[[name, reason], …]``)
step        step, steps, epoch, epochs, loss, images_per_second, seconds_left
epoch       epoch, epochs, loss, iou, f1, validation_loss, validation_iou, validation_f1,
            best_epoch, seconds
preview     epoch, films (``[{"image", "file"}, …]``, files relative to the run folder)
evaluating  done, films (0 while the new network is written out)
threshold   value, source (``"validation"``, ``"parent"``, ``"usual"``), films, patients,
            percent_bias: the new network's operating threshold
finished    model, folder (relative to the run folder), best_epoch, epochs, seconds
failed      kind, message, traceback
cancelled   best_epoch, model and folder (null where no epoch was finished)
=========== ===================================================================================
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, Self, get_args

RunState = Literal["running", "finished", "failed", "cancelled", "interrupted"]

LAST_WORDS: Final = ("finished", "failed", "cancelled")
"""Events that nothing follows, unless the run is taken up again."""

RUN_STATES: Final[tuple[RunState, ...]] = get_args(RunState)

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One line of a training run.

    Attributes
    ----------
    name
        What happened; see the table above.
    time
        When, in UTC.
    fields
        What belongs to it.
    """

    name: str
    time: datetime
    fields: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @classmethod
    def now(cls, name: str, /, **fields: Any) -> Self:  # noqa: ANN401 - any JSON value
        """Return an event of this moment."""
        return cls(name, datetime.now(UTC), fields)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return a field; None where the event has none of that name."""
        return self.fields.get(key)


def event_line(event: RunEvent) -> str:
    """Return an event as one line of JSON, without the line break.

    NaN is written as null, and a name that is no text (a file's, in an old encoding) so that it can
    be sent as UTF-8 and is read back as it was.
    """
    record = {
        "event": event.name,
        "time": event.time.astimezone(UTC).isoformat(timespec="milliseconds"),
        **event.fields,
    }
    text = json.dumps(_finite(record), ensure_ascii=False, allow_nan=False)
    return text.encode(errors="backslashreplace").decode()


def event_of(line: str) -> RunEvent:
    """Return the event a line tells.

    Raises
    ------
    ValueError
        The line is no event: not JSON, no name, or no time.
    """
    try:
        record = json.loads(line)
    except RecursionError as error:
        raise ValueError("is not an event of a run") from error
    if not isinstance(record, dict):
        raise ValueError("is not an event of a run")
    name, time = record.pop("event", None), record.pop("time", None)
    if not isinstance(name, str) or not isinstance(time, str):
        raise ValueError("is not an event of a run")
    told = datetime.fromisoformat(time)
    return RunEvent(name, told if told.tzinfo else told.replace(tzinfo=UTC), record)


def run_state(last: RunEvent | None, *, alive: bool) -> RunState:
    """Return how a run stands.

    Parameters
    ----------
    last
        Its latest event; None where there is none yet.
    alive
        Whether its worker is there.
    """
    if last is not None:
        for state in RUN_STATES:
            if state == last.name and state in LAST_WORDS:
                return state
    return "running" if alive else "interrupted"


def _finite(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(item) for item in value]
    return value
