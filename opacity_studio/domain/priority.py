"""What matters next: an order that puts first the films whose review changes most.

Everything is told in one unit, the area that changes as a fraction of the lungs, so that nothing
has to be weighed against anything. For an annotator that is what the network is expected to get
wrong (`doubt`), for a reviewer what person and network disagree on already. A film near the cut-off
between two grades of severity counts up to a quarter more: there a small change has consequences.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.doubt import Doubt
from opacity_studio.domain.film_columns import STATUSES, FilmColumns, Floats
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.review_status import ReviewStatus, Role
from opacity_studio.domain.triage import Zone
from opacity_studio.domain.wording import marked, tr

CUT_OFFS: Final = (25.0, 50.0, 75.0)
"""Opacity percentages at which a lung's grade of involvement changes.

The quarters of the RALE score (Warren et al., Thorax 2018).
"""

WEIGHT_OF_CUT_OFF: Final = 0.5
"""What a film that is sure to change its grade would count more; no chance exceeds one half."""

FIRST: Final = 1000.0
"""Added to what somebody is waiting for: no change of area comes near."""

WORTH_TELLING: Final = 0.25
"""Chance of another grade from which on a reader is told of the cut-off."""

_PLACES: Final = {
    (RIGHT_LUNG, Zone.UPPER): marked("the model is unsure at the top of the right lung"),
    (RIGHT_LUNG, Zone.MIDDLE): marked("the model is unsure in the middle of the right lung"),
    (RIGHT_LUNG, Zone.LOWER): marked("the model is unsure at the right base"),
    (LEFT_LUNG, Zone.UPPER): marked("the model is unsure at the top of the left lung"),
    (LEFT_LUNG, Zone.MIDDLE): marked("the model is unsure in the middle of the left lung"),
    (LEFT_LUNG, Zone.LOWER): marked("the model is unsure at the left base"),
}
_SENTENCE_OF: Final = {f"{lung} {zone}": text for (lung, zone), text in _PLACES.items()}

_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def place_of(doubt: Doubt) -> str:
    """Return where most of the doubt lies, as `FilmSummary.unsure_at` has it; else empty."""
    return "" if doubt.lung is None or doubt.zone is None else f"{doubt.lung} {doubt.zone}"


def chance_of_other_grade(percent: npt.ArrayLike, change: npt.ArrayLike) -> Floats:
    """Return the chance that a percentage lies on the other side of the cut-off nearest to it.

    Parameters
    ----------
    percent
        Opacity percentage, 0 to 100; NaN where it is not known.
    change
        Fraction of the lungs that is expected to change, 0 to 1: the standard deviation of a
        normal error, as if most of it went the same way.

    Returns
    -------
    ndarray of float64
        0 to one half; 0 where either is not known.
    """
    known, moved = np.asarray(percent, np.float64), 100 * np.asarray(change, np.float64)
    away = np.min(np.abs(known[..., None] - np.array(CUT_OFFS)), axis=-1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        chance = 0.5 * _erfc(away / (moved * math.sqrt(2)))
    # Nothing changes: no other grade, not even on the cut-off itself.
    return np.nan_to_num(np.where(moved > 0, chance, 0.0))


def what_matters(films: FilmColumns, role: Role) -> Floats:
    """Return how much each film matters to a reader in `role`, the most first.

    Returned films come first for an annotator, films that lost their approval for a reviewer. A
    film of which nothing is known yet, or may be shown, has NaN and comes last.
    """
    models = films.shown_model_percent
    expected = _change_that_counts(films.shown_uncertainty, models)
    best_known = np.where(np.isnan(films.percent), models, films.percent)
    apart = _change_that_counts(films.shown_disagreement, best_known)
    if role == "reviewer":
        matters = np.where(np.isnan(apart), expected, apart)
        waited_for = films.lost_approval
    else:
        matters = np.fmax(expected, apart)
        waited_for = films.status == STATUSES.index(ReviewStatus.RETURNED)
    return np.where(waited_for, FIRST + np.nan_to_num(matters), matters)


def why_it_matters(film: FilmSummary, role: Role) -> str:
    """Say why a film stands where `what_matters` puts it; empty where nothing is known."""
    said = []
    if role == "annotator" and film.status is ReviewStatus.RETURNED:
        said.append(tr("returned to you"))
    if role == "reviewer" and film.lost_approval:
        said.append(tr("changed after it was approved"))
    change, percent = film.uncertainty, film.model_percent
    if film.disagreement is not None and (role == "reviewer" or change is None):
        said.append(
            tr("person and model differ on {share} of the lungs", share=_part(film.disagreement))
        )
        change = film.disagreement
        percent = film.model_percent if film.percent is None else film.percent
    elif change is not None:
        said.append(_unsure(film, change))
    if percent is not None and change is not None:
        said += _near_cut_off(percent, change)
    return "; ".join(said)


def _unsure(film: FilmSummary, change: float) -> str:
    if change >= 1:
        return tr("the model found no lungs")
    where = _SENTENCE_OF.get(film.unsure_at)
    place = tr(where) if where is not None else tr("the model is unsure here and there")
    return tr("{place}, {share} of the lungs expected to change", place=place, share=_part(change))


def _near_cut_off(percent: float, change: float) -> list[str]:
    if float(chance_of_other_grade(percent, change)) < WORTH_TELLING:
        return []
    nearest = min(CUT_OFFS, key=lambda cut_off: abs(cut_off - percent))
    return [
        tr(
            "{percent:.1f} % is near the cut-off at {nearest:.0f} %",
            percent=percent,
            nearest=nearest,
        )
    ]


def _change_that_counts(change: Floats, percent: Floats) -> Floats:
    return change * (1 + WEIGHT_OF_CUT_OFF * chance_of_other_grade(percent, change))


def _part(share: float) -> str:
    return f"{100 * share:.0f} %"
