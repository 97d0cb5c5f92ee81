"""The agreement of readers as a page to read, tables for a spreadsheet and figures."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from opacity_studio.analysis.agreement import ReadersCompared, doubts
from opacity_studio.analysis.cells import cell, count, figure, limits, picture, table
from opacity_studio.analysis.figures import LINE, empty_axes
from opacity_studio.analysis.page import DISCLAIMER, page
from opacity_studio.domain.reader_agreement import FilmOfReaders, PairAgreement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LISTED: Final = 20
"""How many films the page lists before it folds the rest away."""

_DOTS: Final = "#0072B2"

_PAIR_COLUMNS: Final = (
    "a",
    "b",
    "films",
    "iou",
    "films_both_nonempty",
    "iou_both_nonempty",
    "dice",
    "films_with_percent",
    "percent_r",
    "percent_bias",
    "limit_low",
    "limit_high",
    "kappa_presence",
)


def agreement_page(compared: ReadersCompared, *, when: str, figures: Mapping[str, bytes]) -> str:
    """Return the page.

    Parameters
    ----------
    when
        Date for its head.
    figures
        PNG files by the names that `agreement_figures` gives them.
    """
    names = ", ".join(compared.readers)
    return page(
        f"Agreement of {names}",
        [
            f"<h1>Agreement of {escape(names)}</h1>",
            (
                f'<p class="dim">{count(len(compared.films), "film")} that at least two of '
                f"{len(compared.readers)} readers read. {escape(when)}. {DISCLAIMER}</p>"
            ),
            *(f'<p class="warning">{escape(said)}</p>' for said in doubts(compared)),
            "<h2>Every two readers</h2>",
            _pair_table(compared.pairs),
            (
                '<p class="dim">Opacity as it was drawn, inside and outside the lungs, compared '
                "pixel by pixel at the film's own size. A film on which neither drew any counts "
                "1, one on which only one of them did counts 0; the second IoU is over films on "
                "which both did. Percentage is opacity within the reader's own lungs, of their "
                "area; bias is the first reader's less the second's, in points, and the limits "
                "of agreement (Bland and Altman) are the bias ± 1.96 standard deviations. Kappa "
                "is Cohen's, of whether there is any opacity. Below each figure its 95 % "
                "interval, by bootstrap over patients.</p>"
            ),
            *(picture(data, _caption(name, compared.pairs)) for name, data in figures.items()),
            "<h2>Films, those the readers differ on most first</h2>",
            *_film_tables(compared),
            *_skipped(compared),
        ],
    )


def agreement_figures(compared: ReadersCompared) -> dict[str, Figure]:
    """Return the Bland–Altman plot of every two readers with percentages, by a name for a file."""
    drawn = {}
    for number, pair in enumerate(compared.pairs, start=1):
        if pair.films_with_percent:
            drawn[f"percentages-{number}"] = _percentages(pair, compared.films)
    return drawn


def pairs_csv(pairs: Sequence[PairAgreement]) -> str:
    """Return the pairs as CSV; an empty cell is a figure that no film tells."""
    rows = []
    for pair in pairs:
        known = pair.to_json()
        low, high = known["limits_of_agreement"]
        rows.append({**known, "limit_low": low, "limit_high": high})
    return _csv(_PAIR_COLUMNS, rows)


def films_csv(compared: ReadersCompared) -> str:
    """Return the films as CSV, each reader's percentage in a column."""
    columns = ("image", "iou", "dice", *(f"percent {reader}" for reader in compared.readers))
    rows = [
        {
            "image": film.image,
            "iou": film.iou,
            "dice": film.dice,
            **{f"percent {reader}": percent for reader, percent in film.percent.items()},
        }
        for film in compared.films
    ]
    return _csv(columns, rows)


def text_table(pairs: Sequence[PairAgreement]) -> str:
    """Return the pairs as a table for a terminal."""
    head = ("readers", "films", "IoU", "both", "Dice", "r", "bias", "limits", "kappa")
    rows = [
        (
            f"{pair.a} – {pair.b}",
            str(pair.films),
            figure(pair.iou),
            figure(pair.iou_both_nonempty),
            figure(pair.dice),
            figure(pair.percent_r),
            figure(pair.percent_bias, 1),
            limits(pair.limits_of_agreement),
            figure(pair.kappa_presence, 2),
        )
        for pair in pairs
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines) + "\n"


def _pair_table(pairs: Sequence[PairAgreement]) -> str:
    head = (
        "<tr><th>readers</th><th>films</th><th>IoU</th><th>IoU, both drew</th><th>Dice</th>"
        "<th>Pearson's r</th><th>bias, points</th><th>limits of agreement</th>"
        "<th>kappa of presence</th></tr>"
    )
    return table(head, [_pair_row(pair) for pair in pairs])


def _pair_row(pair: PairAgreement) -> list[str]:
    def shown(name: str, digits: int = 3, *, sign: bool = False) -> str:
        return cell(getattr(pair, name), pair.intervals.get(name), digits=digits, sign=sign)

    return [
        f"{escape(pair.a)} – {escape(pair.b)}",
        str(pair.films),
        shown("iou"),
        f"{shown('iou_both_nonempty')}<br><small>{count(pair.films_both_nonempty, 'film')}</small>",
        shown("dice"),
        shown("percent_r"),
        shown("percent_bias", 1, sign=True),
        limits(pair.limits_of_agreement),
        shown("kappa_presence", 2),
    ]


def _film_tables(compared: ReadersCompared) -> list[str]:
    films = sorted(compared.films, key=lambda film: (film.iou, film.image))
    parts = [_film_table(films[:LISTED], compared.readers)] if films else []
    if len(films) > LISTED:
        rest = _film_table(films[LISTED:], compared.readers)
        parts.append(
            f"<details><summary>The other {count(len(films) - LISTED, 'film')}</summary>"
            f"{rest}</details>"
        )
    return parts


def _film_table(films: Sequence[FilmOfReaders], readers: Sequence[str]) -> str:
    percents = "".join(f"<th>{escape(reader)}, %</th>" for reader in readers)
    head = f"<tr><th>film</th><th>IoU</th><th>Dice</th>{percents}</tr>"
    rows = [
        [
            escape(film.image),
            figure(film.iou),
            figure(film.dice),
            *(figure(film.percent.get(reader), 1) for reader in readers),
        ]
        for film in films
    ]
    return table(head, rows)


def _skipped(compared: ReadersCompared) -> list[str]:
    if not compared.skipped:
        return []
    items = "".join(
        f"<li>{escape(name)}: {escape(reason)}</li>" for name, reason in compared.skipped
    )
    return [f"<h2>Films left out</h2><ul>{items}</ul>"]


def _caption(name: str, pairs: Sequence[PairAgreement]) -> str:
    pair = pairs[int(name.rpartition("-")[2]) - 1]
    return (
        f"{pair.a} and {pair.b}: their percentages against each other, and the difference against "
        "the mean with bias and limits of agreement (Bland–Altman)."
    )


def _percentages(pair: PairAgreement, films: Sequence[FilmOfReaders]) -> Figure:
    both = [(film.percent.get(pair.a), film.percent.get(pair.b)) for film in films]
    values = [(one, other) for one, other in both if one is not None and other is not None]
    drawn, (left, right) = empty_axes(9.5, 4.2, 2)
    top = max([10.0, *(percent for percents in values for percent in percents)])
    left.plot([0, top], [0, top], color=LINE, lw=0.8)
    one, other = np.array(values).T
    left.scatter(one, other, s=22, color=_DOTS, zorder=3)
    left.set(xlabel=f"opacity %, {pair.a}", ylabel=f"opacity %, {pair.b}", aspect="equal")
    right.scatter((one + other) / 2, one - other, s=22, color=_DOTS, zorder=3)
    right.axhline(pair.percent_bias, color=LINE, lw=0.8)
    for limit in pair.limits_of_agreement:
        if not math.isnan(limit):
            right.axhline(limit, color=LINE, lw=0.8, ls="--")
    right.set(xlabel="mean of both, %", ylabel=f"{pair.a} less {pair.b}, points")
    return drawn


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
