"""How fast a worklist of ten thousand films with records answers; with the real window.

    python tests/benchmarks/worklist.py [--films 10000] [--keep FOLDER]

Films and records are made in a folder of its own, outside the checkout, and taken away again
unless ``--keep`` names one to keep them in; a folder that is there already is used as it is. Prints
one JSON object, times in milliseconds:

``open_cold``, ``open_warm``
    from asking for the folder to the first film painted and all rows in the list, without and
    with the index; ``read_ms`` is how long it then takes until every annotation has been read;
``filters``, ``sorts``
    from asking to the list painted anew, for each of the questions and orders below, and for
    films grouped by patient (``ms``), with the longest the window's thread was held
    (``block_ms``) and its processor time (``gui_cpu_ms``); ``worst_ms`` and ``worst_block_ms``
    over all of them;
``lost_without_index``
    films that look different after the index was deleted: 0.

What the figures are is said in ``opening.py``, whose window and clocks these are.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from opacity_studio.domain.film_summary import ModelFigures
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord
from opacity_studio.domain.worklist_order import SORT_KEYS, Order
from opacity_studio.files.labelme_json import parse_annotation
from opacity_studio.files.record_json import KEY, record_to_json
from tests.benchmarks.opening import Bench, annotation, ms, write_folder

SETTLED = 1_790_000_000_000_000_000
"""Time of the annotation files: older than the clock's tick, as files of an earlier day are."""

QUESTIONS = (
    "",
    "film 99",
    "state:annotated",
    "state:returned annotator:anna",
    "percent>20 percent<60",
    "patient:17",
    "finding:pneumonia -flagged",
    "label:opacity changed:week",
    "uncertainty>50",
    "disagreement:5-20 base",
    "needs-me",
    "comment:rib",
)


def write_worklist(folder: Path, count: int) -> None:
    """Write `count` films of a third as many patients, nine in ten with a record."""
    write_folder(folder, count)
    random = np.random.default_rng(5)
    findings = ("Pneumonia", "Edema", "No finding", "")
    rows = ["filename,patientid,offset,finding"]
    day = datetime(2026, 1, 5, 8).astimezone()
    for number in range(count):
        name = f"patient {number // 3} film {number}.png"
        rows.append(f"{name},{number // 3},{number % 3 * 4},{findings[number % 4]}")
        if number % 10 == 9:
            continue
        document = annotation(name)
        opacity = np.array(document["shapes"][2]["points"])
        size = random.uniform(0.3, 2.2)
        middle = opacity.mean(axis=0)
        document["shapes"][2]["points"] = (middle + size * (opacity - middle)).tolist()
        digest = parse_annotation(json.dumps(document).encode(), folder / name).shapes_digest
        document[KEY] = record_to_json(_record(number, digest, day + timedelta(minutes=number)))
        path = (folder / name).with_suffix(".json")
        path.write_text(json.dumps(document))
        os.utime(path, ns=(SETTLED + number,) * 2)
    (folder / "metadata.csv").write_text("\n".join(rows) + "\n")


def _record(number: int, digest: str, time: datetime) -> ReviewRecord:
    def event(kind: str, reader: str, role: str, **more: Any) -> ReviewEvent:
        nonlocal time
        time += timedelta(seconds=40)
        return ReviewEvent(
            kind, time.isoformat(), reader, role, digest, program="benchmark", **more
        )

    record = ReviewRecord().with_event(
        event("annotated", ("Anna", "Ben", "Cleo")[number % 3], "annotator", seconds=35.0)
    )
    if number % 7 == 1:
        record = record.with_event(
            event("commented", "Anna", "annotator", comment="a rib at the base?")
        )
    if number % 11 == 3:
        record = record.with_event(event("flagged", "Eve", "reviewer"))
    if number % 4 == 1:
        record = record.with_event(event("approved", "Eve", "reviewer", seconds=12.0))
    elif number % 9 == 2:
        record = record.with_event(event("returned", "Eve", "reviewer", reason="base missed"))
    return record


def opened(bench: Bench, folder: Path, count: int) -> dict[str, Any]:
    """Open the folder and wait until every annotation has been read."""
    window = bench.window

    def is_there() -> bool:
        # A film that was returned comes before the folder's first.
        film = window.desk.current
        is_seen = film is not None and film.path.parent == folder and bench.shows(film.path)
        return is_seen and window.films.rowCount() == count

    figures: dict[str, Any] = bench.timed(lambda: window.open_path(folder), is_there)
    # What is left to do once the film is seen holds the window up, too.
    bench.heart.restart()
    began = time.perf_counter()
    bench.until(lambda: not window.desk.standing.is_busy, seconds=3600)
    figures["read_ms"] = ms(time.perf_counter() - began)
    later = bench.heart.stop()
    return figures | {f"{name}_while_reading": value for name, value in later.items()}


def answered(bench: Bench, act: Any) -> dict[str, float]:
    """Time `act` until the list it leads to is painted."""
    rows = bench.window.worklist.list

    def run() -> None:
        act()
        rows.viewport().repaint()

    return bench.timed(run, lambda: True)


def asked(bench: Bench) -> dict[str, Any]:
    """Ask every question, and put the list into every order."""
    panel, model = bench.window.worklist, bench.window.films
    filters = {}
    for question in QUESTIONS:
        filters[question] = answered(bench, lambda text=question: panel.search.setText(text))
        filters[question]["films"] = len(model.arrangement.films)
    panel.search.clear()
    sorts = {}
    for key in SORT_KEYS:
        for grouped in (False, True):
            name = f"{key.id} by patient" if grouped else key.id
            order = Order(key.id, by_patient=grouped)
            sorts[name] = answered(bench, lambda order=order: panel.set_order(order))
    panel.set_order(Order())
    every = [*filters.values(), *sorts.values()]
    return {
        "filters": filters,
        "sorts": sorts,
        "worst_ms": max(figure["ms"] for figure in every),
        "worst_block_ms": max(figure["block_ms"] for figure in every),
        "worst_gui_cpu_ms": max(figure["gui_cpu_ms"] for figure in every),
    }


def set_figures(bench: Bench, count: int) -> None:
    """Give every film figures of a network, as its idle work would in time."""
    random = np.random.default_rng(7)
    model = bench.window.films
    model.set_all_figures(
        (
            model.films.path_at(row),
            ModelFigures("net", *random.uniform((0, 0, 0), (80, 1, 0.4)).tolist()),
        )
        for row in range(count)
    )


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=10_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = str(home / kind)
        folder = options.keep or home / "films"
        if not folder.is_dir():
            write_worklist(folder, options.films)
        first, count = folder / "patient 0 film 0.png", options.films
        bench = Bench(home)
        report: dict[str, Any] = {"films": count, "platform": bench.application.platformName()}
        report["open_cold"] = opened(bench, folder, count)
        known = [bench.window.films.summary_of(path) for path in _paths(bench)]
        set_figures(bench, count)
        report |= asked(bench)
        elsewhere = home / "one film"
        elsewhere.mkdir()
        shutil.copy(first, elsewhere / "film.png")
        for way in ("open_warm", "open_without_index"):
            bench.window.open_path(elsewhere)
            bench.until(lambda: bench.shows(elsewhere / "film.png"))
            bench.settle()
            if way == "open_without_index":
                shutil.rmtree(home / "worklists")
            report[way] = opened(bench, folder, count)
        again = [bench.window.films.summary_of(path) for path in _paths(bench)]
        report["lost_without_index"] = sum(
            one.with_figures(None) != other.with_figures(None)
            for one, other in zip(known, again, strict=True)
        )
        bench.window.close_anyway()
    print(json.dumps(report, indent=2))


def _paths(bench: Bench) -> list[Path]:
    films = bench.window.films.films
    return [films.path_at(row) for row in range(1, len(films))]


if __name__ == "__main__":
    main()
