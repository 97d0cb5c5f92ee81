"""Figures hold what was measured, and come out as pictures."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
from matplotlib.figure import Figure

from opacity_studio.analysis.figures import (
    bland_altman,
    candidate_against_incumbent,
    evaluation_figures,
    percent_scatter,
    png,
)
from opacity_studio.domain.comparison import compare
from opacity_studio.domain.evaluation import Evaluation, evaluate_rows
from opacity_studio.domain.judged_film import Judgement
from opacity_studio.domain.metrics import Overlap
from tests.domain.judged_films import evaluation, judged

FILMS = [
    judged("a", (50, 60, 100), (20.0, 25.0)),
    judged("b", (0, 0, 0), (0.0, 0.0), seen=True),
    judged("c", (10, 60, 100), (10.0, 5.0), split="train"),
    judged("d", (10, 60, 100), (40.0, None), split="outside", folder="clinic B"),
]


def with_curve() -> Evaluation:
    at = {t: Judgement(Overlap(50, 100 * (1 - t), 100), 100 * (1 - t)) for t in (0.2, 0.5, 0.8)}
    films = [
        judged(name, (0, 0, 100), (30.0, None), at=at, split=name) for name in ("train", "test")
    ]
    return evaluate_rows(films, model="m", task="opacity", threshold=0.5)


def is_drawn(figure: Figure) -> bool:
    picture = cv2.imdecode(np.frombuffer(png(figure), np.uint8), cv2.IMREAD_COLOR)
    return picture.shape[0] > 300 and picture.min() < 120 and picture.max() == 255


def dots(figure: Figure) -> list[tuple[float, float]]:
    return sorted(
        (float(x), float(y))
        for axes in figure.axes
        for collection in axes.collections
        for x, y in collection.get_offsets()
    )


def test_an_evaluation_is_drawn_as_far_as_it_has_data() -> None:
    figures = evaluation_figures(with_curve())
    assert list(figures) == ["threshold_curve", "percentages", "bland_altman", "films"]
    assert all(is_drawn(figure) for figure in figures.values())
    assert list(evaluation_figures(evaluation([judged("l", (5, 5, 9))]))) == ["films"]
    assert evaluation_figures(evaluation([])) == {}


def test_the_curve_shows_every_threshold_of_both_sides() -> None:
    overlaps, bias = evaluation_figures(with_curve())["threshold_curve"].axes
    labels = overlaps.get_legend_handles_labels()[1]
    assert labels == ["training patients (1)", "test patients (1)"]
    lines = [line for line in bias.lines if len(line.get_xdata()) == 3]
    assert [round(float(y), 6) for y in lines[0].get_ydata()] == [50.0, 20.0, -10.0]


def test_percentages_leave_out_what_is_unknown_and_mark_what_was_seen() -> None:
    found = evaluation(FILMS)
    scatter = percent_scatter(found.films)
    assert dots(scatter) == [(0.0, 0.0), (10.0, 5.0), (20.0, 25.0)]
    assert set(scatter.axes[0].get_legend_handles_labels()[1]) == {
        "training (1)", "test (1)", "test, seen (1)",
    }  # fmt: skip
    plot = bland_altman(found.films, found.subsets["test"].limits_of_agreement, found)
    assert dots(plot) == [(0.0, 0.0), (7.5, -5.0), (22.5, 5.0)]
    texts = [text.get_text() for text in plot.axes[0].texts]
    assert texts == ["bias − 1.96 SD\n−4.4", "bias\n+2.5", "bias + 1.96 SD\n+9.4"]


def test_candidate_and_incumbent_are_drawn_film_by_film() -> None:
    new = [judged("a", (60, 60, 100)), judged("b", (0, 0, 0)), judged("c", (10, 10, 100))]
    old = [judged("a", (50, 50, 100)), judged("b", (0, 9, 0)), judged("c", (20, 20, 100))]
    found = compare(evaluation(new, "new"), evaluation(old, "old"), seen_by_incumbent=())
    figure = candidate_against_incumbent(found)
    assert dots(figure) == [(0.0, 1.0), (0.2, 0.1), (0.5, 0.6)]
    assert is_drawn(figure)
    assert "new" in figure.axes[0].get_ylabel()
    nothing = compare(evaluation([], "new"), evaluation([], "old"), seen_by_incumbent=())
    assert is_drawn(candidate_against_incumbent(nothing))


def test_equal_figures_are_equal_files() -> None:
    assert png(percent_scatter(evaluation(FILMS).films)) == png(
        percent_scatter(evaluation(FILMS).films)
    )


def test_matplotlib_is_imported_with_the_first_figure_only_and_without_its_global_state() -> None:
    script = (
        "import sys\n"
        "import opacity_studio.analysis.figures as f, opacity_studio.analysis.report\n"
        "assert 'matplotlib' not in sys.modules\n"
        "f.percent_scatter([])\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
