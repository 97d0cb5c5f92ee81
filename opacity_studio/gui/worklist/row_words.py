"""What a row of the worklist says in words."""

from __future__ import annotations

from opacity_studio.domain.film_columns import FilmFacts
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.domain.worklist_matching import STATUS_NAMES
from opacity_studio.files.worklist import Film


def describe_patient(film: Film | FilmFacts) -> str:
    """Return ``patient 17 · day 3``, as much of it as is known."""
    return " · ".join(filter(None, (name_patient(film), film.day_text)))


def name_patient(film: Film | FilmFacts) -> str:
    """Return whose film it is; empty where nobody says."""
    if not film.patient:
        return ""
    # An id with letters says itself that it is one; a bare number does not.
    return tr("patient {id}", id=film.patient) if film.patient.isdigit() else film.patient


def describe_group(first: Film | FilmFacts, last: Film | FilmFacts, count: int) -> tuple[str, str]:
    """Return who the patient of some films is, how many they are and of which days."""
    days = [film.day_text for film in (first, last)]
    if days[0] and days[1] and days[0] != days[1]:
        # "day 2 – 14" rather than "day 2 – day 14".
        word = days[0].split(" ")[0] + " "
        end = days[1].removeprefix(word) if days[0].startswith(word) else days[1]
        span = f"{days[0]} – {end}"
    else:
        span = days[0] or days[1]
    films = tr_count("{count} film", "{count} films", count)
    title = name_patient(first) or tr("Patient not known")
    return title, " · ".join(filter(None, (films, span if first.patient else "")))


def describe(film: FilmSummary, *, elsewhere: str = "") -> list[str]:
    """Return lines about a film: what a tooltip shows and a screen reader says."""
    if film.problem:
        return [tr("problem: {sentence}", sentence=film.problem)]
    lines = [_stands(film)]
    if film.return_reason:
        lines.append(tr("returned: {reason}", reason=film.return_reason))
    if film.lost_approval:
        lines.append(tr("changed since it was approved"))
    if film.is_flagged:
        lines.append(tr("flagged"))
    if film.comments:
        lines.append(tr_count("{count} comment", "{count} comments", len(film.comments)))
    if elsewhere:
        lines.append(tr("open at {reader}", reader=elsewhere))
    return lines


def _stands(film: FilmSummary) -> str:
    text = tr(STATUS_NAMES[film.status])
    if film.percent is not None:
        return text + ", " + tr("opacity {percent} %", percent=f"{film.percent:.1f}")
    if film.shows_model and film.model_percent is not None:
        percent = f"{film.model_percent:.1f}"
        return text + ", " + tr("opacity {percent} % (model)", percent=percent)
    return text


def note(shows: str, film: FilmSummary) -> str:
    """Return the figure an order is by, as the rows show it; empty where it has none."""
    value = getattr(film, shows) if shows else None
    return f"{100 * value:.0f} %" if isinstance(value, float) else ""
