"""A comparison as a section of the report."""

from __future__ import annotations

from html import escape
from typing import Final

from opacity_studio.analysis.cells import UNKNOWN, cell, count, figure, picture, signed, table
from opacity_studio.domain.comparison import COMPARED, FEWEST_PATIENTS, Comparison
from opacity_studio.domain.evaluation import TEST
from opacity_studio.domain.model_version import Task

WORST: Final = 15
"""How many films the section lists."""

_NAMES: Final = {
    "iou_nonempty": "IoU, films with {task}",
    "f1_nonempty": "F1, films with {task}",
    "percent_error": "mean error of the percentage, points",
    "iou": "IoU, a clear film counts 1",
    "f1": "F1, a clear film counts 1",
    "iou_pooled": "IoU, all pixels",
    "percent_bias": "bias of the percentage, points",
}


def comparison_section(comparison: Comparison, task: Task, dots: bytes) -> str:
    """Return the section as HTML.

    Parameters
    ----------
    task
        What both networks draw.
    dots
        `analysis.figures.candidate_against_incumbent` as a PNG file.
    """
    parts = [
        f"<h2>Compared with {escape(comparison.incumbent)}</h2>",
        f"<p>{escape(verdict_sentence(comparison))}</p>",
    ]
    if comparison.films:
        parts += [
            _differences(comparison, task),
            (
                '<p class="dim">Both on the same test films, each at its own threshold. Intervals '
                "by bootstrap over patients, both networks' results of a patient drawn together. "
                "A network is called better or worse where the interval of the difference of the "
                "first figure or of the percentage's error excludes 0; if one got worse, it does "
                f"not help that the other got better, and fewer than {FEWEST_PATIENTS} patients "
                "prove nothing.</p>"
            ),
            picture(dots, "IoU of each test film by both networks."),
            "<h3>Test films, the largest loss first</h3>",
            _films(comparison),
        ]
    return "\n".join(parts)


def verdict_sentence(comparison: Comparison) -> str:
    """Return the verdict, and on what it stands, as sentences."""
    judged = (
        f"{count(len(comparison.films), 'test film')} of {count(comparison.patients, 'patient')}"
    )
    verdict = comparison.verdict
    if verdict == "nothing to compare on":
        said = "There is nothing to compare on"
    else:
        said = f"{comparison.candidate} is {verdict} than {comparison.incumbent} on {judged}"
        if verdict == "no clear difference":
            said = f"There is no clear difference on {judged}"
    seen = max(comparison.seen_by_incumbent, comparison.seen_by_candidate)
    left_out = (
        f" {count(seen, 'test film')} that a network had learnt from {_was(seen)} left out."
        if seen
        else ""
    )
    unknown = (
        ""
        if comparison.films_known
        else " One of the two came without a list of the films it learnt from and may know some."
    )
    return f"{said}.{left_out}{unknown}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _differences(comparison: Comparison, task: Task) -> str:
    head = (
        f"<tr><th>figure</th><th>{escape(comparison.candidate)}</th>"
        f"<th>{escape(comparison.incumbent)}</th><th>difference</th></tr>"
    )
    both = comparison.subsets[TEST]
    rows: list[list[str]] = []
    for name in COMPARED:
        change = comparison.difference[name]
        digits = 1 if name.startswith("percent") else 3
        value = cell(change.value, change.interval_95, digits=digits, sign=True)
        show = signed if name == "percent_bias" else figure
        if value != UNKNOWN:
            own = [show(getattr(f, name), digits) for f in (both.candidate, both.incumbent)]
            rows.append([_NAMES[name].format(task=task), *own, value])
    return table(head, rows)


def _films(comparison: Comparison) -> str:
    head = (
        "<tr><th>film</th><th>patient</th><th>IoU</th><th>before</th><th>change</th>"
        "<th>annotated %</th><th>predicted %</th><th>before</th></tr>"
    )
    rows = [
        [
            escape(film.image),
            escape(film.patient),
            figure(film.iou_candidate),
            figure(film.iou_incumbent),
            signed(film.iou_change, 3),
            figure(film.percent_reference, 1),
            figure(film.percent_candidate, 1),
            figure(film.percent_incumbent, 1),
        ]
        for film in comparison.films[:WORST]
    ]
    return table(head, rows)
