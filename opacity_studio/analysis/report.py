"""An evaluation as a page to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from opacity_studio.analysis.cells import (
    cell,
    count,
    figure,
    limits,
    picture,
    table,
    with_interval,
)
from opacity_studio.analysis.overlap_table import overlap_table, some_of
from opacity_studio.analysis.page import DISCLAIMER, page
from opacity_studio.domain.evaluation import (
    SEEN,
    TEST,
    TEST_UNSEEN,
    TOGETHER,
    Evaluation,
    least_biased_threshold,
    subset_title,
)
from opacity_studio.domain.judged_film import FilmRow
from opacity_studio.domain.subset_figures import SubsetFigures

WORST: Final = 15
"""How many of the worst films the report lists before it folds the rest away."""

_NOTHING: Final[Mapping[str, bytes]] = {}

_CAPTIONS: Final = {
    "threshold_curve": "How the figures depend on the threshold. Choosing a threshold by the test "
    "patients' curve would make their figures too good.",
    "percentages": "Opacity percentage, predicted against annotated; a dot is a film, hollow where "
    "the networks have seen it.",
    "bland_altman": "Bland–Altman: difference of the percentages against their mean.",
    "films": "IoU of each film.",
}


def html_report(
    evaluation: Evaluation,
    *,
    folder: str,
    figures: Mapping[str, bytes] = _NOTHING,
    comparison: str = "",
) -> str:
    """Return a page that needs nothing beside it.

    Parameters
    ----------
    folder
        Of the films, as it was named.
    figures
        PNG files by the names `analysis.figures.evaluation_figures` gives them.
    comparison
        What `analysis.comparison_report.comparison_section` returns, where there is one.
    """
    drawn = "the lungs" if evaluation.task == "lungs" else "opacity"
    lungs = (
        ""
        if evaluation.task == "lungs"
        else f", within the lungs that {escape(evaluation.lungs_model)} finds"
    )
    about = evaluation.about
    parts = [
        f"<h1>{escape(evaluation.model)}</h1>",
        (
            f'<p class="dim">Outlines of {drawn}{lungs}, at threshold {evaluation.threshold:g}, '
            f"against those people drew. Films of {escape(folder)}. "
            f"{escape(about.get('created', '')[:10])}, Opacity Studio "
            f"{escape(about.get('code_version', ''))}. {DISCLAIMER}</p>"
        ),
        *(f'<p class="warning">{escape(said)}</p>' for said in warnings(evaluation)),
        f"<p>{escape(headline(evaluation))}</p>",
        "<h2>Overlap with the annotation</h2>",
        overlap_table(evaluation),
        _how_counted(evaluation),
        *_percent_section(evaluation),
        comparison,
        *_figures(figures),
        "<h2>Worst films first</h2>",
        _film_tables(evaluation),
        *_skipped(evaluation),
    ]
    return page(evaluation.model, parts)


def warnings(evaluation: Evaluation) -> list[str]:
    """Return what a person must know before they believe the figures, as sentences."""
    seen, test = evaluation.subsets[SEEN], evaluation.subsets[TEST]
    networks = (
        f"{evaluation.model} or an ancestor"
        if evaluation.task == "lungs"
        else f"{evaluation.model}, {evaluation.lungs_model} or an ancestor"
    )
    said: list[str] = []
    if seen.films:
        films = count(len(evaluation.films), "film")
        some = "all" if seen.films == len(evaluation.films) else f"{seen.films} of the"
        said.append(
            f"{networks} has learnt from {some} {films} judged here. Figures on them tell "
            "how well films are remembered, not how well new films would be outlined."
        )
    if test.seen and test.seen == test.films:
        said.append(
            "Every test film is among them, so no figure of this folder tells what to expect on "
            "new films: judge the network on films of other patients, or by cross-validation."
        )
    elif test.seen:
        said.append(
            f"{test.seen} of the {test.films} test films are among them; "
            f"“{subset_title(TEST_UNSEEN)}” leaves these out and is the row to quote."
        )
    if not evaluation.films_known:
        said.append(
            "A network here came from elsewhere without a list of the films it learnt from, so it "
            "may know films that are not marked as seen."
        )
    if not test.films and evaluation.subsets[TOGETHER].films:
        said.append("None of these films is of a test patient.")
    return said


def headline(evaluation: Evaluation) -> str:
    """Return the figures that matter most in a sentence or two."""
    subsets = evaluation.subsets
    name = next((n for n in (TEST_UNSEEN, TEST, TOGETHER) if subsets[n].films), TOGETHER)
    figures = subsets[name]
    if not figures.films:
        return "No film could be judged."
    drawn = "drawn lungs" if evaluation.task == "lungs" else "opacity"
    seen = f", {some_of(figures.seen, figures.films)} seen" if figures.seen else ""
    sentence = (
        f"{_upper(subset_title(name))}, {count(figures.films, 'film')} of "
        f"{count(figures.patients, 'patient')}{seen}:"
        f" IoU {with_interval(figures, 'iou_nonempty')} and F1 "
        f"{with_interval(figures, 'f1_nonempty')} over the {figures.films_nonempty} with {drawn}."
    )
    if figures.percent_films > 1:
        side = "above" if figures.percent_bias >= 0 else "below"
        sentence += (
            f" The opacity percentage is on average {abs(figures.percent_bias):.1f} points {side} "
            f"the annotation's (limits of agreement {limits(figures.limits_of_agreement)}, r = "
            f"{figure(figures.percent_r)})."
        )
    return sentence


def _how_counted(evaluation: Evaluation) -> str:
    counted = (
        "“All pixels” pools them before dividing. Masks are compared at the film's own size, at "
        "most 1024 pixels wide or high. “–” is a figure no film tells. Validation patients count "
        "as training patients."
    )
    if evaluation.task == "opacity":
        counted = (
            "A film on which nothing is outlined and nothing is found has no overlap to measure: "
            "counted as 1 it is a film recognised as clear, counted as 0 it is what naive "
            "smoothing of the formula gives. The third way leaves out every film on which nothing "
            f"is outlined. {counted} Opacity is looked for within predicted lungs even where lungs "
            "were drawn, as on a new film."
        )
    interval = "Below each figure its 95 % interval, by bootstrap over patients."
    return f'<p class="dim">{interval} {counted}</p>'


def _percent_section(evaluation: Evaluation) -> list[str]:
    rows = [
        [
            escape(subset_title(name)),
            str(figures.percent_films),
            _cell(figures, "percent_r"),
            _cell(figures, "percent_bias", digits=1, sign=True),
            limits(figures.limits_of_agreement),
            _cell(figures, "percent_error", digits=1),
        ]
        for name, figures in evaluation.subsets.items()
        if figures.percent_films
    ]
    if not rows:
        return []
    head = (
        "<tr><th>films</th><th>n</th><th>Pearson's r</th><th>bias, points</th>"
        "<th>limits of agreement</th><th>mean error, points</th></tr>"
    )
    best = least_biased_threshold(evaluation.curve.get("train", ()))
    hint = (
        f" On the training patients the percentage is least biased at threshold {best:g}."
        if best is not None
        else ""
    )
    return [
        "<h2>Opacity percentage against the annotation</h2>",
        table(head, rows),
        (
            '<p class="dim">Predicted less annotated, in points of percent of the lungs. Limits of '
            "agreement (Bland and Altman): bias ± 1.96 standard deviations, between which 95 % of "
            "the differences are expected. Films on which no lungs were drawn, or found, have no "
            f"percentage, unless they are clear: these are at 0.{hint}</p>"
        ),
    ]


def _figures(figures: Mapping[str, bytes]) -> Iterable[str]:
    if figures:
        yield "<h2>Figures</h2>"
    for name, data in figures.items():
        yield picture(data, _CAPTIONS.get(name, name))


def _film_tables(evaluation: Evaluation) -> str:
    films = evaluation.films
    table = _film_table(films[:WORST])
    if len(films) > WORST:
        table += (
            f"<details><summary>The other {len(films) - WORST} films</summary>"
            f"{_film_table(films[WORST:])}</details>"
        )
    return table


def _film_table(films: Sequence[FilmRow]) -> str:
    head = (
        "<tr><th>film</th><th>patient</th><th>part</th><th>IoU</th><th>F1</th>"
        "<th>annotated %</th><th>predicted %</th></tr>"
    )
    rows = [
        [
            escape(row.image),
            escape(row.patient),
            escape(row.folder or row.split) + (", seen" if row.seen else ""),
            figure(row.iou),
            figure(row.f1),
            figure(row.percent_reference, 1),
            figure(row.percent_predicted, 1),
        ]
        for row in films
    ]
    return table(head, rows)


def _skipped(evaluation: Evaluation) -> list[str]:
    if not evaluation.skipped:
        return []
    items = "".join(
        f"<li>{escape(why if name in why else f'{name}: {why}')}</li>"
        for name, why in evaluation.skipped
    )
    return [f"<h2>Films left out</h2><ul>{items}</ul>"]


def _cell(figures: SubsetFigures, name: str, *, digits: int = 3, sign: bool = False) -> str:
    return cell(getattr(figures, name), figures.intervals.get(name), digits=digits, sign=sign)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
