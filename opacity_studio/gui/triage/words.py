"""What is said of one difference between person and model."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.labels import RIGHT_LUNG
from opacity_studio.domain.triage import Difference, Kind, Zone
from opacity_studio.domain.wording import tr

_MINUS: Final = "\N{MINUS SIGN}"


def title_of(difference: Difference) -> str:
    """Return who drew it, and where: "Only the model · right lower"."""
    kinds = {
        Kind.EXTRA: tr("Only outlined"),
        Kind.MISSED: tr("Only the model"),
        Kind.DIFFERENT: tr("Differs"),
    }
    return _placed(kinds[difference.kind], difference)


def short_title_of(difference: Difference) -> str:
    """Return the same where there is little room: "Model · right lower"."""
    kinds = {Kind.EXTRA: tr("Outlined"), Kind.MISSED: tr("Model"), Kind.DIFFERENT: tr("Differs")}
    return _placed(kinds[difference.kind], difference)


def longest_title() -> str:
    """Return the title that wants the most room."""
    return _joined(tr("Only the model"), tr("right middle"))


def _placed(kind: str, difference: Difference) -> str:
    return _joined(kind, place_of(difference))


def _joined(kind: str, place: str) -> str:
    return f"{kind} · {place}" if place else kind


def place_of(difference: Difference) -> str:
    """Return lung and zone in words; empty where no lungs are known."""
    if difference.lung is None or difference.zone is None:
        return ""
    if difference.lung == RIGHT_LUNG:
        return {
            Zone.UPPER: tr("right upper"),
            Zone.MIDDLE: tr("right middle"),
            Zone.LOWER: tr("right lower"),
        }[difference.zone]
    return {
        Zone.UPPER: tr("left upper"),
        Zone.MIDDLE: tr("left middle"),
        Zone.LOWER: tr("left lower"),
    }[difference.zone]


def sizes_of(difference: Difference) -> str:
    """Return how large it is, in per cent of the lungs, and how far both sides agree."""
    sizes = _sizes_of(difference)
    if not difference.is_settled:
        return sizes
    return tr("kept · {sizes}", sizes=sizes) if sizes else tr("kept")


def _sizes_of(difference: Difference) -> str:
    one, other = difference.percent, difference.other_percent
    if difference.kind is not Kind.DIFFERENT:
        return "" if one is None else tr("{percent} % of the lungs", percent=f"{one:.1f}")
    iou = f"IoU {difference.iou:.2f}"
    if one is None or other is None:
        return iou
    sizes = tr("{one} %, model {other} %", one=f"{one:.1f}", other=f"{other:.1f}")
    return f"{sizes} · {iou}"


def change_of(difference: Difference) -> str:
    """Return what taking the model's would add to the film's percentage: "+2.3 %"."""
    if difference.change is None:
        return ""
    sign = _MINUS if round(difference.change, 1) < 0 else "+"
    return f"{sign}{abs(difference.change):.1f} %"


def spoken(difference: Difference) -> str:
    """Return all of it in a sentence, for a tip and for screen readers."""
    parts = [title_of(difference), sizes_of(difference)]
    if difference.change is not None:
        parts.append(
            tr(
                "the model's would change the film's percentage by {change}",
                change=change_of(difference),
            )
        )
    return ", ".join(part for part in parts if part)
