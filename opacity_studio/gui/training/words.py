"""Numbers and outcomes of a run in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from opacity_studio.domain.comparison import Comparison, Difference
from opacity_studio.domain.run_events import RunState
from opacity_studio.gui.training.run_follower import FollowedRun

MINUS: Final = "−"
UNKNOWN: Final = "–"


def count(number: int, what: str) -> str:
    """Return ``1 film`` or ``3 films``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def figure(value: float | None, decimals: int = 3) -> str:
    """Return a figure with a true minus; a dash where it is not known."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{value:.{decimals}f}".replace("-", MINUS)


def signed(value: float | None, decimals: int = 3) -> str:
    """Return a figure that always has its sign."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{value:+.{decimals}f}".replace("-", MINUS)


def duration(seconds: float | None) -> str:
    """Return about how long: ``40 s``, ``12 min``, ``1 h 20 min``; empty where not known."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return ""
    if seconds < 90:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


STATE_WORDS: Final[dict[RunState | None, str]] = {
    None: "starting",
    "running": "running",
    "finished": "finished",
    "failed": "failed",
    "cancelled": "stopped",
    "interrupted": "interrupted",
}


def doing(followed: FollowedRun) -> str:
    """Return in one line what the run does, or how it ended and what to do next."""
    if followed.state is None:
        return "Waiting for the training process …"
    return _TELLERS[followed.state](followed)


def _interrupted(_followed: FollowedRun) -> str:
    return (
        "Interrupted: the process is gone. Resume goes on from its last epoch; the network in use "
        "is untouched."
    )


def _finished(followed: FollowedRun) -> str:
    best = followed.progress.best_epoch
    if best == 0:
        return "Finished: no epoch was better than the network it began with."
    return f"Finished after {count(_epochs_done(followed), 'epoch')}; epoch {best} is kept."


def _stopped(followed: FollowedRun) -> str:
    done, best = _epochs_done(followed), followed.progress.best_epoch
    if not done:
        return "Stopped before the first epoch was over: there is no new network."
    if best == 0 or followed.candidate is None:
        return f"Stopped after {count(done, 'epoch')}; none was better than where it began."
    return f"Stopped after {count(done, 'epoch')}; the best so far, {best}, is kept."


def _failed(followed: FollowedRun) -> str:
    word = followed.progress.last_word
    said = followed.trouble or (str(word["message"] or "") if word is not None else "")
    return f"Failed: {said or 'the log says more.'} The network in use is untouched."


def short(followed: FollowedRun) -> str:
    """Return how a running training stands, for the status line."""
    progress = followed.progress
    if followed.state is None or progress.stage in ("starting", "preparing"):
        return "training starts"
    if progress.stage == "judging":
        return "judging"
    left = duration(progress.seconds_left)
    return f"training {progress.share:.0%}".replace("%", " %") + (f" · {left}" if left else "")


def _stage(followed: FollowedRun) -> str:
    progress = followed.progress
    if followed.is_stopping and progress.stage == "judging":
        return "Stopping before the new network is judged; it is kept."
    if followed.is_stopping:
        return "Stopping after this batch; the best epoch so far is kept."
    if progress.stage in ("starting", "preparing"):
        return "Preparing the films …"
    if progress.stage == "judging":
        done, films = progress.judged
        if not films:
            return "Writing the new network …"
        return f"Judging the new network: {done} of {count(films, 'film')}."
    epoch = min(max(progress.epoch, 1), max(progress.epochs, 1))
    parts = [f"Epoch {epoch} of at most {progress.epochs}"]
    if progress.steps and progress.step:
        parts.append(f"step {progress.step} of {progress.steps}")
    left = duration(progress.seconds_left)
    if left:
        parts.append(f"about {left} left")
    return " · ".join(parts)


_TELLERS: Final[dict[RunState, Callable[[FollowedRun], str]]] = {
    "running": _stage,
    "finished": _finished,
    "cancelled": _stopped,
    "failed": _failed,
    "interrupted": _interrupted,
}


def _epochs_done(followed: FollowedRun) -> int:
    return sum(figures.epoch > 0 for figures in followed.progress.figures)


def unjudged(followed: FollowedRun) -> str:
    """Return why there is no comparison of a run that has made a network."""
    if followed.state == "cancelled":
        return "It was not judged: the training was stopped before. Resume it to have it judged."
    return "It was not compared with another network: the log says why."


def verdict_sentence(comparison: Comparison, task: str) -> tuple[str, str]:
    """Return the verdict in a word or two, and its figures as the rest of the sentence."""
    if comparison.verdict == "nothing to compare on":
        seen = comparison.seen_by_incumbent
        if not seen:
            return "It cannot be judged", "there are no test films: mark films of more patients."
        films = "the only test film" if seen == 1 else f"all {seen} test films"
        return (
            "It cannot be judged",
            f"{comparison.incumbent} has learnt from {films}: mark films of new patients.",
        )
    what = "IoU of the lungs" if task == "lungs" else "IoU on films with opacity"
    parts = [_change(comparison.difference.get("iou_nonempty"), what)]
    error = comparison.difference.get("percent_error")
    if error is not None and math.isfinite(error.value):
        parts.append(f"the error of the opacity percentage {_moves(error, 1, ' points')}")
    films = count(len(comparison.films), "test film")
    where = f"on {films} of {count(comparison.patients, 'patient')}."
    return comparison.verdict.capitalize(), f"{', '.join(parts)}, {where}"


def left_out(comparison: Comparison) -> str:
    """Return which test films were left out; empty where none were."""
    seen = comparison.seen_by_incumbent
    if not seen or not comparison.films:
        return ""
    return f"{count(seen, 'test film')} left out: {comparison.incumbent} has learnt from them."


def _change(difference: Difference | None, what: str) -> str:
    if difference is None or not math.isfinite(difference.value):
        return f"{what} is not known"
    return f"{what} {_moves(difference, 3)}"


def _moves(difference: Difference, decimals: int, unit: str = "") -> str:
    low, high = difference.interval_95
    if not any(round(each, decimals) for each in (difference.value, low, high)):
        return "does not change"
    verb = "rises" if difference.value >= 0 else "falls"
    told = f"{verb} by {abs(difference.value):.{decimals}f}{unit}"
    if not math.isfinite(low) or not math.isfinite(high):
        return told  # films of one patient have no interval
    return f"{told} (95 % interval {signed(low, decimals)} to {signed(high, decimals)})"
