"""Two networks on the same test films, for real."""

from __future__ import annotations

from pathlib import Path

from opacity_studio.analysis.comparison import compare_models
from tests.analysis.tiny_evaluation import (
    blind_predictor,
    films_of,
    predictor_in,
    predictor_that_saw,
    write_films,
)


def test_a_seeing_network_beats_a_blind_one(tmp_path: Path) -> None:
    folder = write_films(tmp_path / "films", train=1, test=8)
    seeing, blind = predictor_in(tmp_path / "a"), blind_predictor(tmp_path / "b")
    done: list[tuple[int, int]] = []
    found = compare_models(
        films_of(folder),
        seeing,
        blind,
        "opacity",
        folder,
        on_film=lambda film, films: done.append((film, films)),
    )
    assert found.comparison.verdict == "better"
    assert (found.candidate.model, found.incumbent.model) == ("opacity-tiny", "opacity-blind")
    assert found.candidate.subsets["train"].films == 0
    assert len(found.comparison.films) == 8
    assert done == [(number, 16) for number in range(1, 17)]
    back = compare_models(films_of(folder), blind, seeing, "opacity", folder).comparison
    assert back.verdict == "worse"
    assert back.difference["iou_nonempty"].value < -0.5


def test_films_the_incumbent_learnt_from_are_left_out(tmp_path: Path) -> None:
    folder = write_films(tmp_path / "films", train=1, test=3)
    films = films_of(folder)
    tested = [film.path for film in films if film.side == "test"]
    incumbent = predictor_that_saw(tmp_path / "a", *tested[:2])
    candidate = predictor_in(tmp_path / "b")
    found = compare_models(films, candidate, incumbent, "opacity", folder).comparison
    assert (found.seen_by_incumbent, len(found.films)) == (2, 1)
    assert found.verdict == "no clear difference"
    # The lungs are those of both pipelines; only the networks in question are compared.
    lungs = compare_models(films, candidate, incumbent, "lungs", folder).comparison
    assert (lungs.seen_by_incumbent, len(lungs.films)) == (0, 3)
    assert lungs.films[0].percent_candidate is None
