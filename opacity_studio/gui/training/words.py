"""Numbers and outcomes of a run in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from opacity_studio.domain.comparison import Comparison, Difference
from opacity_studio.domain.run_events import RunState
from opacity_studio.domain.run_progress import RunProgress
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.curated_count import CuratedCount
from opacity_studio.gui.training.run_follower import FollowedRun

MINUS: Final = "−"
UNKNOWN: Final = "–"
_NAMED: Final = 3


def films_text(number: int) -> str:
    """Return ``1 film`` or ``3 films``."""
    return tr_count("{count} film", "{count} films", number)


def patients_text(number: int) -> str:
    """Return ``1 patient`` or ``3 patients``."""
    return tr_count("{count} patient", "{count} patients", number)


def task_name(task: str) -> str:
    """Return what a network of `task` draws, in a word."""
    return {"opacity": tr("opacity"), "lungs": tr("lungs")}.get(task, task)


def whose(counted: CuratedCount) -> str:
    """Return who marked the new films, and how many each: ``7 by A. Name, 2 by another program``.

    More than three are too many to read: the others are counted.
    """
    named = [
        tr("{count} by {name}", count=films, name=name) for name, films in counted.readers[:_NAMED]
    ]
    others = counted.readers[_NAMED:]
    if others:
        named.append(
            tr_count(
                "{films} by {count} other",
                "{films} by {count} others",
                len(others),
                films=sum(films for _name, films in others),
            )
        )
    return ", ".join(named)


def figure(value: float | None, decimals: int = 3) -> str:
    """Return a figure with a true minus; a dash where it is not known."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{value:.{decimals}f}".replace("-", MINUS)


def signed(value: float | None, decimals: int = 3) -> str:
    """Return a figure with its sign; none where nothing but zeros would be shown."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if not round(value, decimals):
        return f"{0:.{decimals}f}"
    return f"{value:+.{decimals}f}".replace("-", MINUS)


def duration(seconds: float | None) -> str:
    """Return about how long: ``40 s``, ``12 min``, ``1 h 20 min``; empty where there is none."""
    if seconds is None or not math.isfinite(seconds) or seconds <= 0:
        return ""
    if seconds < 90:
        return tr("{seconds} s", seconds=max(5, 5 * round(seconds / 5)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return tr("{minutes} min", minutes=minutes)
    return tr("{hours} h {minutes:02d} min", hours=minutes // 60, minutes=minutes % 60)


STATE_WORDS: Final[dict[RunState | None, str]] = {
    None: tr("starting"),
    "running": tr("running"),
    "finished": tr("finished"),
    "failed": tr("failed"),
    "cancelled": tr("stopped"),
    "interrupted": tr("interrupted"),
}


def doing(followed: FollowedRun) -> str:
    """Return in one line what the run does, or how it ended and what to do next."""
    if followed.state is None:
        return tr("Waiting for the training process …")
    return _TELLERS[followed.state](followed)


def _interrupted(_followed: FollowedRun) -> str:
    return tr(
        "Interrupted: Resume goes on from its last epoch. Its process is gone; the network in "
        "use is untouched."
    )


def _finished(followed: FollowedRun) -> str:
    best = followed.progress.best_epoch
    if best == 0:
        return tr("Finished: no epoch was better than the network it began with.")
    return tr_count(
        "Finished after {count} epoch; epoch {best} is kept.",
        "Finished after {count} epochs; epoch {best} is kept.",
        _epochs_done(followed),
        best=best,
    )


def _stopped(followed: FollowedRun) -> str:
    done, best = _epochs_done(followed), followed.progress.best_epoch
    if not done:
        return tr("Stopped before the first epoch was over: there is no new network.")
    if best == 0 or followed.candidate is None:
        return tr_count(
            "Stopped after {count} epoch; none was better than where it began.",
            "Stopped after {count} epochs; none was better than where it began.",
            done,
        )
    return tr_count(
        "Stopped after {count} epoch; the best so far, {best}, is kept.",
        "Stopped after {count} epochs; the best so far, {best}, is kept.",
        done,
        best=best,
    )


def _failed(followed: FollowedRun) -> str:
    word = followed.progress.last_word
    said = followed.trouble or (str(word["message"] or "") if word is not None else "")
    return tr(
        "Failed: {reason} The network in use is untouched.",
        reason=said or tr("the log says more."),
    )


def short(followed: FollowedRun) -> str:
    """Return how a running training stands, for the status line."""
    progress = followed.progress
    if followed.state is None or progress.stage in ("starting", "preparing"):
        return tr("training starts")
    left = duration(progress.seconds_left)
    if progress.stage == "judging":
        return f"{tr('judging')} · {left}" if left else tr("judging")
    far = tr("training {percent:.0f} %", percent=progress.share * 100)
    return f"{far} · {left}" if left else far


def _stage(followed: FollowedRun) -> str:
    progress = followed.progress
    if followed.is_stopping and progress.stage == "judging":
        return tr("Stopping before the new network is judged; it is kept.")
    if followed.is_stopping:
        return tr("Stopping after this batch; the best epoch so far is kept.")
    if progress.stage in ("starting", "preparing"):
        return _preparing(progress)
    if progress.stage == "judging":
        done, films = progress.judged
        if not films:
            return tr("Writing the new network …")
        told = tr_count(
            "Judging the new network: {done} of {count} prediction",
            "Judging the new network: {done} of {count} predictions",
            films,
            done=done,
        )
        return " · ".join([told, *_time_left(progress)])
    epoch = min(max(progress.epoch, 1), max(progress.epochs, 1))
    parts = [tr("Epoch {epoch} of at most {epochs}", epoch=epoch, epochs=progress.epochs)]
    if progress.steps and progress.step:
        parts.append(tr("step {step} of {steps}", step=progress.step, steps=progress.steps))
    return " · ".join([*parts, *_time_left(progress)])


def _time_left(progress: RunProgress) -> list[str]:
    left = duration(progress.seconds_left)
    return [tr("about {time} left", time=left)] if left else []


def _preparing(progress: RunProgress) -> str:
    if not progress.counts:
        return tr("Looking through the films …")
    films = sum(int(side.get("films", 0)) for side in progress.counts.values())
    return tr("Preparing {films} and the network …", films=films_text(films))


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
        return tr(
            "It was not judged: the training was stopped before. Resume it to have it judged."
        )
    return tr("It was not compared with another network: the log says why.")


def verdict_sentence(comparison: Comparison, task: str) -> tuple[str, str]:
    """Return the verdict in a word or two, and its figures as the rest of the sentence."""
    if comparison.verdict == "nothing to compare on":
        seen = comparison.seen_by_incumbent
        if not seen:
            return (
                tr("It cannot be judged"),
                tr("there are no test films: mark films of more patients."),
            )
        return (
            tr("It cannot be judged"),
            tr_count(
                "{network} has learnt from the only test film: mark films of new patients.",
                "{network} has learnt from all {count} test films: mark films of new patients.",
                seen,
                network=comparison.incumbent,
            ),
        )
    iou = _IOU_OF_LUNGS if task == "lungs" else _IOU_WITH_OPACITY
    parts = [_change(comparison.difference.get("iou_nonempty"), iou, 3)]
    error = comparison.difference.get("percent_error")
    if error is not None and math.isfinite(error.value):
        parts.append(_change(error, _PERCENT_ERROR, 1))
    where = tr_count(
        "on {count} test film of {patients}.",
        "on {count} test films of {patients}.",
        len(comparison.films),
        patients=patients_text(comparison.patients),
    )
    return _VERDICTS[comparison.verdict], f"{', '.join(parts)}, {where}"


def left_out(comparison: Comparison) -> str:
    """Return which test films were left out; empty where none were."""
    seen = comparison.seen_by_incumbent
    if not seen or not comparison.films:
        return ""
    return tr_count(
        "{count} test film left out: {network} has learnt from it.",
        "{count} test films left out: {network} has learnt from them.",
        seen,
        network=comparison.incumbent,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What is said of a figure that differs between two networks."""

    rises: str
    falls: str
    stays: str
    unknown: str = ""


_IOU_OF_LUNGS: Final = _Change(
    tr("IoU of the lungs rises by {amount}"),
    tr("IoU of the lungs falls by {amount}"),
    tr("IoU of the lungs does not change"),
    tr("IoU of the lungs is not known"),
)
_IOU_WITH_OPACITY: Final = _Change(
    tr("IoU on films with opacity rises by {amount}"),
    tr("IoU on films with opacity falls by {amount}"),
    tr("IoU on films with opacity does not change"),
    tr("IoU on films with opacity is not known"),
)
_PERCENT_ERROR: Final = _Change(
    tr("the error of the opacity percentage rises by {amount} points"),
    tr("the error of the opacity percentage falls by {amount} points"),
    tr("the error of the opacity percentage does not change"),
)
_VERDICTS: Final[dict[str, str]] = {
    "better": tr("Better"),
    "worse": tr("Worse"),
    "no clear difference": tr("No clear difference"),
}


def _change(difference: Difference | None, words: _Change, decimals: int) -> str:
    if difference is None or not math.isfinite(difference.value):
        return words.unknown
    low, high = difference.interval_95
    if not any(round(each, decimals) for each in (difference.value, low, high)):
        return words.stays
    told = words.rises if difference.value >= 0 else words.falls
    told = told.format(amount=f"{abs(difference.value):.{decimals}f}")
    if not math.isfinite(low) or not math.isfinite(high):
        return told  # films of one patient have no interval
    low_text, high_text = signed(low, decimals), signed(high, decimals)
    interval = tr("95 % interval {low} to {high}", low=low_text, high=high_text)
    return f"{told} ({interval})"
