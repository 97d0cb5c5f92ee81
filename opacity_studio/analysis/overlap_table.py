"""The table of the study: IoU and F1 on every subset, each way of counting clear films."""

from __future__ import annotations

from html import escape
from typing import Final

from opacity_studio.analysis.cells import cell, figure, table
from opacity_studio.domain.evaluation import SEEN, Evaluation, subset_title
from opacity_studio.domain.model_version import Task
from opacity_studio.domain.subset_figures import SubsetFigures

_OVERLAPS: Final = (("iou", "IoU"), ("f1", "F1 (Dice)"))


def _ways(task: Task) -> dict[str, tuple[str, str]]:
    """Return each way of counting by the end of its figure's name, in short and in full.

    Lungs are on every film they are judged on, so there are no clear films to count.
    """
    if task == "lungs":
        return {"": ("mean", "mean over films"), "_pooled": ("pooled", "all pixels")}
    return {
        "": ("1", "clear film counts 1"),
        "_empty_zero": ("0", "clear film counts 0"),
        "_nonempty": ("left out", "only films with opacity"),
        "_pooled": ("pooled", "all pixels"),
    }


def text_table(evaluation: Evaluation) -> str:
    """Return the table as lines for the terminal, under two lines of header."""
    ways = _ways(evaluation.task)
    header = ["", "films", "patients", *(short for short, _full in ways.values())]
    header += header[3:]
    rows = [
        [
            subset_title(name),
            str(figures.films),
            str(figures.patients),
            *(figure(getattr(figures, overlap + way)) for overlap, _ in _OVERLAPS for way in ways),
        ]
        for name, figures in evaluation.subsets.items()
    ]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [
        "  ".join(
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (header, *rows)
    ]
    group = sum(widths[3 : 3 + len(ways)]) + 2 * (len(ways) - 1)
    counted = "" if evaluation.task == "lungs" else ", clear as"
    titles = [f"{title.split(' ')[0]}{counted}".rjust(group) for _overlap, title in _OVERLAPS]
    above = "  ".join(["", *(" " * width for width in widths[:3])])[2:]
    return "\n".join(["  ".join([above, *titles]), *lines, ""])


def overlap_table(evaluation: Evaluation) -> str:
    """Return the table as HTML, each figure with its interval."""
    ways = _ways(evaluation.task)
    groups = "".join(f'<th colspan="{len(ways)}">{title}</th>' for _overlap, title in _OVERLAPS)
    columns = "".join(f"<th>{full}</th>" for _short, full in ways.values()) * len(_OVERLAPS)
    head = (
        f'<tr class="groups"><th></th><th></th><th></th>{groups}</tr>'
        f"<tr><th>films</th><th>n</th><th>patients</th>{columns}</tr>"
    )
    rows = [
        [
            escape(subset_title(name)) + _seen_note(name, figures),
            str(figures.films),
            str(figures.patients),
            *(
                cell(getattr(figures, overlap + way), figures.intervals.get(overlap + way))
                for overlap, _title in _OVERLAPS
                for way in ways
            ),
        ]
        for name, figures in evaluation.subsets.items()
    ]
    return table(head, rows)


def _seen_note(name: str, figures: SubsetFigures) -> str:
    if not figures.seen or name == SEEN:
        return ""
    return f"<br><small>{some_of(figures.seen, figures.films)} seen</small>"


def some_of(some: int, films: int) -> str:
    """Return how many of some films, in words."""
    return "all" if some == films else f"{some} of them"
