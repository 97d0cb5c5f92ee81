"""A network's card as text for people; it says what ``model.json`` says to programs.

Cards come from other machines and other versions as well: what one does not say is left out or
shown as a dash, never an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from opacity_studio.domain.model_version import Task

_INPUTS: Final = {
    "lungs": "the whole film",
    "opacity": "the film cropped to the lungs, everything outside them black",
}

_CROSSED: Final = {
    "lung_dice": "Dice of the lungs",
    "opacity_iou_nonempty": "IoU of opacity, films that have some",
    "opacity_f1_nonempty": "F1 of opacity, films that have some",
    "iou_empty_as_one": "IoU of opacity, all films, a clear film found clear counting 1",
    "percent_r": "Pearson's r of the opacity percentage with the reader's",
    "percent_bias": "Opacity percentage less the reader's, mean, in points",
}

_TESTED: Final[Mapping[str, Mapping[str, str]]] = {
    "lungs": {"iou": "IoU of the lungs", "f1": "Dice of the lungs", "loss": "Loss"},
    "opacity": {
        "iou_nonempty": "IoU, films with opacity",
        "f1_nonempty": "F1, films with opacity",
        "iou": "IoU, all films, a clear film found clear counting 1",
        "f1": "F1, all films, likewise",
        "percent_r": "Pearson's r of the opacity percentage with the reader's",
        "percent_bias": "Opacity percentage less the reader's, mean, in points",
        "loss": "Loss",
    },
}

_MAIN: Final[Mapping[Task, tuple[tuple[str, str, str], ...]]] = {
    "lungs": (("test", "f1", "Dice"), ("cross_validation", "lung_dice", "Dice")),
    "opacity": (
        ("test", "iou_nonempty", "IoU"),
        ("test", "f1_nonempty", "F1"),
        ("cross_validation", "opacity_iou_nonempty", "IoU"),
        ("cross_validation", "opacity_f1_nonempty", "F1"),
        ("test", "iou", "IoU of all films"),
    ),
}
"""Where a list finds the one or two figures that stand for a network; the first source holds."""


_LARGEST: Final = 1e9
"""No figure is larger; whatever is, is a mistake in the card."""


def main_figures(task: Task, metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures a list shows for a network, by name; empty where nothing was measured.

    The name says so where films were among those measured on that the network had seen.

    Parameters
    ----------
    metrics
        Of its card.
    """
    found: dict[str, float] = {}
    source = ""
    for measured, key, name in _MAIN[task]:
        part = _part(metrics, measured)
        value = _value(part.get(key))
        if value is not None and source in ("", measured):
            source = measured
            found[f"{name} on seen films" if _seen(part) else name] = value
    return found


def card_text(card: Mapping[str, Any]) -> str:
    """Return a card as Markdown: the same facts as ``model.json``, to be read."""
    opening, *others = card_sections(card)
    sections = (f"## {title}\n\n{text}\n" for title, text in others)
    return "\n".join((f"# {opening[0]}\n", f"{opening[1]}\n", *sections))


def card_sections(card: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what `card_text` says in four parts, each with its title: that of the first the id."""
    parts = (
        (str(card.get("id")), _opening),
        ("Use and limits", _use),
        ("Trained on", _learnt),
        ("Measured", _measured),
    )
    return tuple((title, "\n".join(lines(card)).strip("\n")) for title, lines in parts)


def _opening(card: Mapping[str, Any]) -> Iterator[str]:
    size, task = card.get("input_size"), card.get("task")
    mirrored = (
        "; the mean of a pass and a mirrored pass" if card.get("test_time_flip", True) else ""
    )
    yield (
        f"Draws {task} on frontal chest radiographs: a U-Net with a ResNet18 encoder "
        f"({card.get('architecture')}) that sees {_INPUTS.get(str(task), 'films')}, at "
        f"{size}×{size} pixels{_reduction(card)}. "
        f"Operating threshold {card.get('operating_threshold')}"
        f"{_threshold_reason(card)}{mirrored}."
    )
    yield ""
    yield from _origin(card)


def _use(card: Mapping[str, Any]) -> Iterator[str]:
    yield str(card.get("intended_use") or "Not said.")
    if card.get("limits"):
        yield ""
        yield str(card["limits"])


def _reduction(card: Mapping[str, Any]) -> str:
    """Return how much smaller the films are that the network works on; empty where they are not."""
    value = _part(_part(card, "training"), "settings").get("reduction", 1)
    return f" (working on means of {value}×{value} of them)" if value != 1 else ""


def _threshold_reason(card: Mapping[str, Any]) -> str:
    """Return where the threshold comes from, as a part of the sentence that names it."""
    record = _part(card, "threshold")
    source = record.get("source")
    patients, films = _value(record.get("patients")) or 0, _value(record.get("films")) or 0
    on = f"{_count(films, 'validation film')} of {_count(patients, 'patient')}"
    if source == "validation":
        bias = _value(record.get("percent_bias"))
        left = "" if bias is None else f", where the percentage is {bias:+.1f} points off"
        return f", chosen on {on}{left}"
    if source not in ("parent", "usual"):
        return ""
    whose = "that of its parent" if source == "parent" else "the usual one"
    return f", {whose}" + (f" ({on}: too few to choose by)" if films else "")


def _count(number: float, what: str) -> str:
    return f"{number:.0f} {what}" if number == 1 else f"{number:.0f} {what}s"


def _origin(card: Mapping[str, Any]) -> Iterator[str]:
    imported, parent = _part(card, "imported"), card.get("parent")
    if imported:
        come = "Brought in"
        source = f"{imported.get('file')}, sha256 {imported.get('sha256')}"
    else:
        come, source = "Made", parent or "no earlier model"
    when, version = card.get("created", "at an unknown time"), card.get("code_version", "unknown")
    when = str(when).replace("T", " ").replace("+00:00", " UTC")
    yield f"{come} {when} by version {version}, from {source}."
    if card.get("published_as"):
        yield f"Published as {card['published_as']}."


def _learnt(card: Mapping[str, Any]) -> Iterator[str]:
    training = _part(card, "training")
    counts = {side: n for side, n in _part(training, "counts").items() if isinstance(n, dict)}
    if any(n.get("films") for n in counts.values()):
        yield "| side | films | patients |"
        yield "| --- | ---: | ---: |"
        for side, n in counts.items():
            yield f"| {side} | {n.get('films', '–')} | {n.get('patients', '–')} |"
        yield ""
    if training.get("films_known", True) is not True:
        whose = "an ancestor" if any(n.get("films") for n in counts.values()) else "it"
        yield (
            f"Which films {whose} was trained on is not known: comparisons cannot leave them out, "
            "so that figures on films it has seen flatter it."
        )
    if training.get("note"):
        yield str(training["note"])
    settings = _part(training, "settings")
    if settings:
        yield ""
        yield "Settings: " + ", ".join(f"{key} {value}" for key, value in settings.items()) + "."
    if training.get("data_digest"):
        yield ""
        yield "`model.json` lists the sha256 of every film that this network or an ancestor saw, so"
        yield f"that comparisons can leave them out. sha256 over them: {training['data_digest']}."


def _measured(card: Mapping[str, Any]) -> Iterator[str]:
    metrics = _part(card, "metrics")
    crossed, tested = _part(metrics, "cross_validation"), _part(metrics, "test")
    if not tested.get("films"):
        tested = {}
    if crossed:
        yield from _crossed(crossed)
    if crossed and tested:
        yield ""
    if tested:
        yield from _tested(tested, str(card.get("task")))
    if not crossed and not tested:
        yield "Nothing yet."


def _crossed(crossed: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"Out of fold on {crossed.get('films')} films of {crossed.get('patients')} patients, "
        f"{crossed.get('folds')} folds by patient, end to end with predicted lungs. Each film "
        "was predicted by networks of the same recipe that never saw its patient, not by "
        "this one, which was then trained on all of them; the threshold of a fold is that of "
        "the least biased percentage on the films it learnt from. 95 % intervals by bootstrap "
        "over patients."
    )
    yield ""
    yield "| figure | value | 95 % interval |"
    yield "| --- | ---: | --- |"
    for key, name in _CROSSED.items():
        measured = _part(crossed, key)
        if measured:
            interval = measured.get("interval_95")
            ends = interval if isinstance(interval, list) and len(interval) == 2 else (None, None)
            low, high = (_figure(end) for end in ends)
            yield f"| {name} | {_figure(measured.get('value'))} | {low} to {high} |"


def _tested(tested: Mapping[str, Any], task: str) -> Iterator[str]:
    patients = f" of {tested['patients']} patients" if tested.get("patients") else ""
    seen = _seen(tested)
    worth = (
        f"{seen:.0f} of which it or an ancestor has learnt from, so that these figures flatter it"
        if seen
        else "never trained on"
    )
    yield f"On {tested.get('films')} test films{patients}, {worth}:"
    yield ""
    yield "| figure | value |"
    yield "| --- | ---: |"
    for key, name in _TESTED.get(task, {}).items():
        if _value(tested.get(key)) is not None:
            yield f"| {name} | {_figure(tested[key])} |"


def _seen(tested: Mapping[str, Any]) -> float:
    """Return how many of the test films the network had seen by itself or an ancestor."""
    return _value(tested.get("seen")) or 0.0


def _part(card: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = card.get(key)
    return value if isinstance(value, Mapping) else {}


def _value(measured: object) -> float | None:
    """Return a figure, given plainly or with its interval; None where there is none."""
    value = measured.get("value") if isinstance(measured, Mapping) else measured
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_LARGEST < value < _LARGEST else None


def _figure(measured: object) -> str:
    value = _value(measured)
    return "–" if value is None else f"{value:.3f}"
