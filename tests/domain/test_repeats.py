from __future__ import annotations

from pathlib import PurePath

from hypothesis import assume, given
from hypothesis import strategies as st

from opacity_studio.domain.film_summary import FilmSummary, Mark
from opacity_studio.domain.repeats import (
    RepeatPlan,
    comes_back,
    due_films,
    other_name,
    other_patient,
)
from opacity_studio.domain.review_status import ReviewStatus

NAMES = [f"film-{number:04d}.png" for number in range(400)]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


def marked(names: list[str], reader: str = "Ada") -> dict[str, FilmSummary]:
    """Films marked one minute after another, in the order of their names."""
    return {
        name: FilmSummary(
            name,
            ReviewStatus.ANNOTATED,
            marks=(
                Mark("annotated", f"2026-03-02T{at // 60:02d}:{at % 60:02d}:00+00:00", reader,
                     "annotator"),
            ),
        )
        for at, name in enumerate(names)
    }  # fmt: skip


@given(TEXTS, TEXTS, st.floats(0, 1), st.floats(0, 1))
def test_whoever_comes_back_at_a_share_comes_back_at_a_larger_one(
    reader: str, film: str, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert not comes_back(RepeatPlan(reader, low, 5), "films", film) or comes_back(
        RepeatPlan(reader, high, 9), "films", film
    )
    assert comes_back(RepeatPlan(reader, 1.0, 0), "films", film)
    assert not comes_back(RepeatPlan(reader, 0.0, 0), "films", film)


def test_about_the_share_comes_back_and_not_the_same_films_to_everybody() -> None:
    chosen = {
        reader: {name for name in NAMES if comes_back(RepeatPlan(reader, 0.2, 0), "films", name)}
        for reader in ("Ada", "Ben")
    }
    assert all(50 < len(films) < 110 for films in chosen.values())
    assert chosen["Ada"] != chosen["Ben"]


@given(st.floats(0, 1), st.integers(0, 60), st.integers(1, 60))
def test_only_films_with_enough_others_in_between_are_due(
    share: float, distance: int, count: int
) -> None:
    films = marked(NAMES[:count])
    due = due_films(RepeatPlan("Ada", share, distance), "films", films)
    assert due == [name for name in films if name in due]
    assert all(count - 1 - NAMES.index(name) >= distance for name in due)
    everything = due_films(RepeatPlan("Ada", 1.0, distance), "films", films)
    assert len(everything) == max(0, count - distance)


def test_what_others_marked_or_nobody_stays_away() -> None:
    films = {**marked(NAMES[:5], "Ben"), NAMES[6]: FilmSummary(NAMES[6])}
    assert due_films(RepeatPlan("Ada", 1.0, 0), "films", films) == []


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=20, unique=True),
    st.sampled_from(["Ada", "Ben"]),
)
def test_another_name_is_new_always_the_same_and_looks_like_the_others(
    names: list[str], reader: str
) -> None:
    film = names[0]
    made = other_name(film, reader, names, NAMES)
    assert made == other_name(film, reader, list(reversed(names)), NAMES)
    assert made not in NAMES
    assert PurePath(made).suffix == ".png"
    assert made.startswith("film-")
    assert len(made) == len(film)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=5))
def test_no_name_is_given_twice_whatever_the_names(film: str, names: list[str]) -> None:
    assume(all("/" not in name and "\0" not in name for name in (film, *names)))
    taken: list[str] = [film, *names]
    for round_ in range(3):
        made = other_name(film, f"reader {round_}", names, taken)
        assert PurePath(made).stem.casefold() not in {PurePath(t).stem.casefold() for t in taken}
        taken.append(made)


def test_another_patient_has_nobodys_id() -> None:
    everybody = [str(number) for number in range(10, 90)]
    assert other_patient("54", "Ada", "film.png", everybody) not in everybody
    full = [str(number) for number in range(10, 100)]
    assert other_patient("54", "Ada", "film.png", full) not in full
