"""Figures in words and in the cells of a table."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from html import escape
from typing import Final

from opacity_studio.analysis.figures import DOTS_PER_INCH
from opacity_studio.domain.subset_figures import Interval, SubsetFigures

UNKNOWN = "–"

_WIDTH_IN_PNG: Final = slice(16, 20)
"""Where a PNG file says how many pixels wide it is (its first chunk, IHDR)."""
_CSS_PIXELS_PER_INCH: Final = 96


def figure(value: float | None, digits: int = 3) -> str:
    """Return a figure with a fixed number of decimals, a dash where it is not known."""
    if value is None or math.isnan(value):
        return UNKNOWN
    return f"{value:.{digits}f}".replace("-", "−")


def signed(value: float | None, digits: int = 1) -> str:
    """Return a difference with its sign."""
    shown = figure(value, digits)
    return shown if shown.startswith((UNKNOWN, "−")) else f"+{shown}"


def count(number: int, what: str) -> str:
    """Return how many of what."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def with_interval(figures: SubsetFigures, name: str) -> str:
    """Return a figure and its 95 % interval for a sentence."""
    low, high = figures.intervals.get(name, (None, None))
    return f"{figure(getattr(figures, name))} ({figure(low)} to {figure(high)})"


def limits(interval: Interval) -> str:
    """Return limits of agreement."""
    low, high = map(signed, interval)
    return UNKNOWN if low == UNKNOWN else f"{low} to {high}"


def cell(
    value: float | None, interval: Interval | None, *, digits: int = 3, sign: bool = False
) -> str:
    """Return a figure as HTML with its interval below it, where that is known."""
    low, high = interval or (None, None)
    show = signed if sign else figure
    shown = show(value, digits)
    if UNKNOWN in (shown, show(low, digits)):
        return shown
    between = " to " if sign else "–"
    return f"{shown}<br><small>{show(low, digits)}{between}{show(high, digits)}</small>"


def table(head: str, rows: Sequence[Sequence[str]]) -> str:
    """Return an HTML table of rows of HTML cells that scrolls where it is too wide."""
    body = "".join(
        "<tr>" + "".join(f"<td>{content}</td>" for content in row) + "</tr>\n" for row in rows
    )
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>\n{body}</tbody></table></div>'


def picture(data: bytes, caption: str) -> str:
    """Return a PNG file as an HTML figure that holds it, at the size it was drawn for."""
    source = base64.b64encode(data).decode("ascii")
    width = int.from_bytes(data[_WIDTH_IN_PNG]) * _CSS_PIXELS_PER_INCH // DOTS_PER_INCH
    return (
        f'<figure><img alt="{escape(caption)}" width="{width}" '
        f'src="data:image/png;base64,{source}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
