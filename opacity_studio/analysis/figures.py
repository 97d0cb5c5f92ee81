"""Evaluations and comparisons drawn. Matplotlib is imported when the first figure is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from opacity_studio.domain.comparison import Comparison
from opacity_studio.domain.evaluation import TEST, TOGETHER, TRAIN, Evaluation, subset_title
from opacity_studio.domain.judged_film import OUTSIDE, FilmRow
from opacity_studio.domain.subset_figures import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOTS_PER_INCH: Final = 150

# Okabe and Ito's colours, told apart by colour-blind eyes as well.
_TRAIN, _TEST, _OUTSIDE, LINE = "#0072B2", "#D55E00", "#009E73", "#666666"
_OUTSIDE_LINES: Final = ("-", "--", ":", "-.")


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG file's content."""
    data = io.BytesIO()
    # Without the version of Matplotlib, so that equal figures are equal files.
    figure.savefig(data, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return data.getvalue()


def evaluation_figures(evaluation: Evaluation) -> dict[str, Figure]:
    """Return every figure that `evaluation` has data for, by a name fit for a file."""
    figures: dict[str, Figure] = {}
    if evaluation.curve:
        figures["threshold_curve"] = threshold_curve(evaluation)
    if any(row.percent_difference is not None for row in evaluation.films):
        figures["percentages"] = percent_scatter(evaluation.films)
        figures["bland_altman"] = bland_altman(
            evaluation.films, _limits_shown(evaluation), evaluation
        )
    if evaluation.films:
        figures["films"] = film_overlaps(evaluation)
    return figures


def threshold_curve(evaluation: Evaluation) -> Figure:
    """Draw IoU and F1 over films that have something, and the percentage's bias, by threshold."""
    names = [name for name in evaluation.curve if name != TOGETHER] or [TOGETHER]
    has_percentages = any(
        point.figures.percent_films for name in names for point in evaluation.curve[name]
    )
    figure, plots = empty_axes(9.5, 3.8, 2) if has_percentages else empty_axes(5.2, 3.8)
    outside = 0
    for name in names:
        points = evaluation.curve[name]
        x = [point.threshold for point in points]
        colour = {TRAIN: _TRAIN, TEST: _TEST}.get(name, _OUTSIDE)
        style = "-" if colour != _OUTSIDE else _OUTSIDE_LINES[outside % len(_OUTSIDE_LINES)]
        outside += colour == _OUTSIDE
        label = f"{subset_title(name)} ({points[0].figures.films})"
        plots[0].plot(
            x, [p.figures.iou_nonempty for p in points], color=colour, ls=style, label=label
        )
        plots[0].plot(x, [p.figures.f1_nonempty for p in points], color=colour, ls=style, alpha=0.4)
        if has_percentages:
            bias = [point.figures.percent_bias for point in points]
            plots[1].plot(x, bias, color=colour, ls=style, label=label)
    drawn = "lungs" if evaluation.task == "lungs" else "opacity"
    plots[0].set(ylim=(0, 1), ylabel=f"IoU (strong), F1 (pale), films with {drawn}")
    if has_percentages:
        plots[1].axhline(0, color=LINE, lw=0.8)
        plots[1].set(ylabel="bias of the opacity percentage (points)")
    for axes in plots:
        axes.axvline(evaluation.threshold, color=LINE, lw=0.8, ls=":")
        axes.set(xlabel="threshold (dotted: the one reported)")
    plots[0].legend(frameon=False, fontsize=8)
    return figure


def percent_scatter(films: Sequence[FilmRow]) -> Figure:
    """Draw the predicted against the annotated opacity percentage, a dot a film."""
    known = [row for row in films if row.percent_difference is not None]
    figure, (axes,) = empty_axes(4.8, 4.6)
    axes.plot([0, 100], [0, 100], color=LINE, lw=0.8)
    _dots(axes, [(row, row.percent_reference, row.percent_predicted) for row in known])
    top = max([10.0, *(p for r in known for p in (r.percent_reference, r.percent_predicted) if p)])
    axes.set(
        xlim=(-1, top * 1.04),
        ylim=(-1, top * 1.04),
        aspect="equal",
        xlabel="opacity, annotated (% of lungs)",
        ylabel="opacity, predicted (% of lungs)",
    )
    _legend(axes)
    return figure


def bland_altman(films: Sequence[FilmRow], limits: Interval, evaluation: Evaluation) -> Figure:
    """Draw the difference of the two percentages against their mean, with limits of agreement."""
    known = [row for row in films if row.percent_difference is not None]
    figure, (axes,) = empty_axes(6.4, 4.2)
    middles = [(_number(r.percent_reference) + _number(r.percent_predicted)) / 2 for r in known]
    _dots(
        axes,
        [(row, x, row.percent_difference) for row, x in zip(known, middles, strict=True)],
    )
    axes.axhline(0, color=LINE, lw=0.6)
    low, high = limits
    if low == low:  # noqa: PLR0124 - NaN where there are too few films
        bias = (low + high) / 2
        for level, text in ((low, "bias − 1.96 SD"), (bias, "bias"), (high, "bias + 1.96 SD")):
            axes.axhline(level, color="black", lw=1, ls="-" if text == "bias" else "--")
            axes.annotate(  # beside the plot, where no dot lies upon it
                f"{text}\n{level:+.1f}".replace("-", "−"),
                (1, level),
                xycoords=("axes fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
    axes.set(
        xlabel="mean of annotated and predicted (% of lungs)",
        ylabel="predicted − annotated (points)",
        title=f"bias and limits of agreement of the {subset_title(limits_subset(evaluation))}",
    )
    axes.title.set_fontsize(9)
    _legend(axes)
    return figure


def film_overlaps(evaluation: Evaluation) -> Figure:
    """Draw the IoU of every film, sorted within its part of the films."""
    figure, (axes,) = empty_axes(7.5, 3.4)
    start = 0
    for name, rows, colour in _by_split(evaluation.films):
        positions = range(start, start + len(rows))
        overlaps = sorted(row.iou for row in rows)
        axes.vlines(positions, 0, overlaps, color=colour, lw=0.6, alpha=0.5)
        axes.scatter(positions, overlaps, s=14, color=colour, clip_on=False, zorder=3)
        axes.annotate(
            f"{name} ({len(rows)})",
            (start, 1.04),
            fontsize=8,
            color=colour,
            xycoords=("data", "axes fraction"),
        )
        start += len(rows) + 3
    axes.set(ylim=(0, 1), xlabel="films, sorted by IoU", ylabel="IoU", xticks=[])
    return figure


def candidate_against_incumbent(comparison: Comparison) -> Figure:
    """Draw each test film's IoU by both networks; above the diagonal the candidate is better."""
    figure, (axes,) = empty_axes(4.8, 4.6)
    axes.plot([0, 1], [0, 1], color=LINE, lw=0.8)
    for has_opacity, label, marker in (
        (True, "with opacity", "o"),
        (False, "without opacity", "x"),
    ):
        films = [film for film in comparison.films if film.has_opacity is has_opacity]
        if films:
            axes.scatter(
                [film.iou_incumbent for film in films],
                [film.iou_candidate for film in films],
                s=22,
                color=_TEST,
                marker=marker,
                alpha=0.8,
                label=f"{label} ({len(films)})",
                clip_on=False,
                zorder=3,
            )
    axes.set(
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
        xlabel=f"IoU, {comparison.incumbent}",
        ylabel=f"IoU, {comparison.candidate}",
    )
    if comparison.films:
        axes.legend(frameon=False, fontsize=8, loc="lower right")
    return figure


def limits_subset(evaluation: Evaluation) -> str:
    """Return the subset whose limits of agreement are drawn: the test films, if there are two."""
    figures = evaluation.subsets[TEST]
    return TEST if figures.percent_films >= 2 else TOGETHER


def _limits_shown(evaluation: Evaluation) -> Interval:
    return evaluation.subsets[limits_subset(evaluation)].limits_of_agreement


def empty_axes(width: float, height: float, count: int = 1) -> tuple[Figure, list[Axes]]:
    """Return an empty figure of a size in inches, and its axes side by side."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - half a second that few verbs need

    figure = Figure(figsize=(width, height), layout="constrained")
    plots = list(figure.subplots(1, count, squeeze=False)[0])
    for axes in plots:
        axes.spines[["top", "right"]].set_visible(False)
    return figure, plots


def _dots(axes: Axes, dots: Iterable[tuple[FilmRow, float | None, float | None]]) -> None:
    dots = list(dots)
    for name, rows, colour in _by_split([row for row, _x, _y in dots]):
        chosen = {id(row) for row in rows}
        for seen in (False, True):
            some = [(x, y) for row, x, y in dots if id(row) in chosen and row.seen is seen]
            if some:
                x, y = zip(*some, strict=True)
                label = f"{name}{', seen' if seen else ''} ({len(some)})"
                face = "none" if seen else colour
                axes.scatter(x, y, s=22, facecolors=face, edgecolors=colour, label=label, zorder=3)


def _by_split(films: Sequence[FilmRow]) -> list[tuple[str, list[FilmRow], str]]:
    """Return training, test and outside films with their name and colour, where there are any."""
    parts: Mapping[str, list[FilmRow]] = {TRAIN: [], TEST: [], OUTSIDE: []}
    for row in films:
        parts[row.split if row.split in (TEST, OUTSIDE) else TRAIN].append(row)
    titles = {TRAIN: "training", TEST: "test", OUTSIDE: "outside"}
    colours = {TRAIN: _TRAIN, TEST: _TEST, OUTSIDE: _OUTSIDE}
    return [(titles[name], rows, colours[name]) for name, rows in parts.items() if rows]


def _legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=8)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
