"""What a report says, above all about films that prove nothing."""

from __future__ import annotations

import pytest

from opacity_studio.analysis.figures import empty_axes, png
from opacity_studio.analysis.report import headline, html_report, warnings
from opacity_studio.domain.evaluation import Evaluation, evaluate_rows
from opacity_studio.domain.judged_film import JudgedFilm, Judgement
from opacity_studio.domain.metrics import Overlap
from tests.analysis.page import Page
from tests.domain.judged_films import evaluation, judged

TRAINED = judged("trained", (80, 80, 100), (20.0, 22.0), split="train", seen=True)
TESTED = judged("tested", (50, 50, 100), (20.0, 15.0))
CLEAR = judged("clear", (0, 0, 0), (0.0, 0.0))
KNOWN = judged("known", (90, 90, 100), (20.0, 20.0), seen=True)


def page_of(found: Evaluation, **options) -> Page:
    return Page(html_report(found, folder="films", **options))


def test_percentages_are_compared_with_signs() -> None:
    page = page_of(evaluation([TRAINED, TESTED, CLEAR]))
    bias = next(row for row in page.rows if row[0] == "test patients" and len(row) == 6)
    assert bias[3].startswith("−2.5")
    assert bias[4] == "−9.4 to +4.4"
    assert "on average 2.5 points below the annotation's" in headline(
        evaluation([TRAINED, TESTED, CLEAR])
    )


def test_films_known_by_heart_are_said_loudly() -> None:
    assert warnings(evaluation([TESTED, CLEAR])) == []
    some = evaluation([TRAINED, TESTED, CLEAR, KNOWN])
    first, second = warnings(some)
    assert first.startswith("opacity-a, opacity-a or an ancestor has learnt from 2 of the 4 films")
    assert second.startswith("1 of the 3 test films are among them")
    assert headline(some).startswith("Test patients, unseen films only, 2 films of 2 patients:")
    all_known = evaluation([TRAINED, KNOWN])
    assert "has learnt from all 2 films judged here" in warnings(all_known)[0]
    assert "no figure of this folder tells what to expect" in warnings(all_known)[1]
    assert headline(all_known).startswith("Test patients, 1 film of 1 patient, all seen:")
    for sentence in warnings(all_known):
        assert sentence in page_of(all_known).text


def test_a_network_of_unknown_origin_and_missing_test_films_are_said() -> None:
    found = evaluate_rows(
        [TRAINED], model="imported", task="opacity", threshold=0.5, films_known=False
    )
    assert any("without a list of the films" in sentence for sentence in warnings(found))
    assert "None of these films is of a test patient." in warnings(found)
    assert headline(evaluation([])) == "No film could be judged."
    page_of(evaluation([]))


def test_the_worst_films_come_first_and_the_rest_is_folded_away() -> None:
    films = [judged(f"film {i:02}", (i, i, 100), (20.0, 20.0)) for i in range(1, 19)]
    page = page_of(evaluation(films))
    names = [row[0] for row in page.rows if row[0].startswith("film ")]
    assert names == [f"film {i:02}.png" for i in range(1, 19)]
    assert "The other 3 films" in page.text


def test_names_cannot_break_the_page() -> None:
    nasty = judged("<script>alert(1)</script>", (1, 2, 3), patient="a & b")
    found = evaluate_rows(
        [nasty],
        model="<b>",
        task="opacity",
        threshold=0.5,
        skipped=[("<i>.png", "<i>.png cannot be read"), ("x.png", "not marked")],
    )
    page = page_of(found)
    assert "<script>alert(1)</script>.png" in page.text
    assert "a & b" in page.text
    assert "<i>.png cannot be read" in page.text
    assert "x.png: not marked" in page.text


def test_the_page_needs_nothing_beside_it() -> None:
    page = page_of(evaluation([TESTED]), figures={"films": b"\x89PNG"})
    assert page.sources == ["data:image/png;base64,iVBORw=="]
    assert "IoU of each film." in page.text


def test_figures_have_letters_of_one_size() -> None:
    found = evaluation([TESTED])
    for width in (4.0, 9.0):
        figure, _axes = empty_axes(width, 3.0)
        said = html_report(found, folder="films", figures={"films": png(figure)})
        assert f'width="{width * 96:.0f}"' in said


@pytest.fixture
def lungs() -> list[JudgedFilm]:
    return [
        judged("l", (0, 0, 0), at={t: Judgement(Overlap(90, 95, 100)) for t in (0.4, 0.5)}),
    ]


def test_a_lung_network_has_no_percentages(lungs: list[JudgedFilm]) -> None:
    found = evaluate_rows(lungs, model="lungs-a", task="lungs", threshold=0.5)
    page = page_of(found)
    assert "Opacity percentage" not in page.text
    assert page.row("test patients")[1:] == ["1", "1", "0.857", "0.857", "0.923", "0.923"]
    assert "over the 1 with drawn lungs" in headline(found)
