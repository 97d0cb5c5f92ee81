"""The study's table, on the page and on the terminal."""

from __future__ import annotations

from opacity_studio.analysis.overlap_table import overlap_table, text_table
from opacity_studio.domain.evaluation import evaluate_rows
from tests.analysis.page import Page
from tests.domain.judged_films import THRESHOLD, evaluation, judged

TRAINED = judged("trained", (80, 80, 100), split="train", seen=True)
TESTED = judged("tested", (50, 50, 100))
CLEAR = judged("clear", (0, 0, 0))
EACH_WAY = ["0.750", "0.250", "0.500", "0.500", "0.833", "0.333", "0.667", "0.667"]


def test_clear_films_are_counted_each_way_with_intervals() -> None:
    page = Page(overlap_table(evaluation([TRAINED, TESTED, CLEAR])))
    assert page.rows[0][3:] == ["IoU", "F1 (Dice)"]
    assert page.rows[1][5] == "only films with opacity"
    tested = page.row("test patients")
    assert tested[1:3] == ["2", "2"]
    assert [figure[:5] for figure in tested[3:]] == EACH_WAY
    assert tested[3] == "0.7500.500–1.000"
    assert page.row("films without opacity")[5] == "–"
    assert page.row("training patients")[0] == "training patientsall seen"
    assert page.row("both together")[0] == "both together1 of them seen"


def test_the_terminal_shows_the_same_within_a_line_a_subset() -> None:
    lines = text_table(evaluation([TRAINED, TESTED, CLEAR])).splitlines()
    assert lines[0].split() == ["IoU,", "clear", "as", "F1,", "clear", "as"]
    assert lines[1].split() == ["films", "patients", *["1", "0", "left", "out", "pooled"] * 2]
    assert len(lines) == 9
    (tested,) = [line for line in lines if line.startswith("test patients  ")]
    assert tested.split()[2:] == ["2", "2", *EACH_WAY]
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= 120


def test_lungs_are_never_clear() -> None:
    found = evaluate_rows([TESTED], model="lungs-a", task="lungs", threshold=THRESHOLD)
    lines = text_table(found).splitlines()
    assert lines[0].split() == ["IoU", "F1"]
    assert lines[1].split() == ["films", "patients", "mean", "pooled", "mean", "pooled"]
    assert Page(overlap_table(found)).rows[1][3:] == ["mean over films", "all pixels"] * 2
