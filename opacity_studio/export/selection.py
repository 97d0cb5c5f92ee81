"""Which films go out, and why the others stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.wording import marked
from opacity_studio.export.order import ExportOrder, Side
from opacity_studio.export.survey import Survey, SurveyedFilm

CANNOT_BE_READ: Final = marked("cannot be read")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A film that stays behind.

    Attributes
    ----------
    film
        Which.
    reason
        A clause for a film that was not asked for (in English; `tr` it to show it), a sentence
        where something is wrong.
    is_trouble
        Whether something is wrong with it.
    """

    film: SurveyedFilm
    reason: str
    is_trouble: bool = False

    @property
    def clause(self) -> str:
        """The reason in few words that name no film."""
        return CANNOT_BE_READ if self.is_trouble else self.reason


@dataclass(frozen=True, slots=True)
class Selection:
    """The films of a survey, sorted out by an order.

    Attributes
    ----------
    films
        Those that go out.
    left_out
        The others.
    """

    films: tuple[SurveyedFilm, ...]
    left_out: tuple[LeftOut, ...]

    def on_side(self, order: ExportOrder, side: Side) -> int:
        """Return how many films are on a side of the order's split; all without one."""
        if order.split is None:
            return len(self.films)
        return sum(order.split.side_of(film.patient) == side for film in self.films)

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Return each reason with its number of films, the commonest first; troubles count as one.

        In English, as `LeftOut.reason`.
        """
        return tuple(Counter(left.clause for left in self.left_out).most_common())

    def states(self) -> tuple[tuple[ReviewStatus, int], ...]:
        """Return how many of the films that go out are in each state, the best first."""
        counts = Counter(film.status for film in self.films)
        return tuple(
            (status, counts[status]) for status in reversed(ReviewStatus) if counts[status]
        )


def select_films(survey: Survey, order: ExportOrder) -> Selection:
    """Sort the films of `survey` out."""
    films: list[SurveyedFilm] = []
    left_out: list[LeftOut] = []
    for film in survey.films:
        if film.problem is not None:
            left_out.append(LeftOut(film, film.problem, is_trouble=True))
            continue
        reason = _why_not(film, order)
        if reason is None:
            films.append(film)
        else:
            left_out.append(LeftOut(film, reason))
    return Selection(tuple(films), tuple(left_out))


def labels_of(films: Iterable[SurveyedFilm], order: ExportOrder) -> tuple[str, ...]:
    """Return the labels that go out, sorted."""
    changed = (order.label_of(label) for film in films for label in film.labels)
    return tuple(sorted({label for label in changed if label is not None}))


def unknown_labels(survey: Survey, order: ExportOrder) -> tuple[str, ...]:
    """Return the labels the order changes that no film has: misspelt, most likely."""
    return tuple(sorted(set(order.labels) - set(survey.labels)))


def _why_not(film: SurveyedFilm, order: ExportOrder) -> str | None:
    if film.status is ReviewStatus.UNREAD and film.is_empty:
        # Without a single outline it would pass for a film without opacity.
        return marked("not read yet")
    wanted = {
        "all": tuple(ReviewStatus),
        "annotated": (ReviewStatus.ANNOTATED, ReviewStatus.APPROVED),
        "approved": (ReviewStatus.APPROVED,),
    }
    return None if film.status in wanted[order.only] else _where_it_stands(film)


def _where_it_stands(film: SurveyedFilm) -> str:
    if film.status is ReviewStatus.ANNOTATED:
        return marked("annotated, not approved")
    if film.status is ReviewStatus.RETURNED:
        return marked("returned to the annotator")
    if film.lost is ReviewStatus.APPROVED:
        return marked("changed since it was approved")
    if film.lost is not None:
        return marked("changed since it was marked as annotated")
    return marked("not marked as done")
