"""Two readers at one shared folder: is a save lost, a file broken, a conflict not told?

    python -m tests.benchmarks.two_readers [--saves 500] [--films 20] [--seed 1]

Two processes, an annotator and a reviewer, open films at random, change them (outlines drawn,
moved, deleted, steps undone and done again, comments, flags, marks, approvals, returns) and save
after every few edits, by the program's own session and its own way to disk. Each writes down what
it changed with every save and every conflict it was told of. Afterwards the files are held
against both logs. Most of the time is spent at two of the films, so that they meet.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import translate
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader, ReviewEvent, ReviewRecord
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import (
    AnnotationFile,
    annotation_path,
    load_annotation,
    save_annotation,
)
from opacity_studio.files.merged_saving import AnnotationClashError, save_merging
from opacity_studio.files.record_json import record_to_json
from opacity_studio.files.version_history import HIDDEN_FOLDER, VersionHistory
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.taking_in import take_in

WIDTH, HEIGHT = 640, 480
GONE = "gone"
"""Stands for the outline of a shape that is not there."""

READERS = (Reader("Ada"), Reader("Rea", "reviewer"))
_PROGRAM = "Opacity Studio (scripted)"


def make_films(folder: Path, count: int) -> None:
    """Put films with four outlines each into `folder`; ``group_id`` says which is which."""
    for number in range(count):
        film = folder / f"film {number:02}.png"
        cv2.imwrite(str(film), np.zeros((HEIGHT, WIDTH), np.uint8))
        shapes = (
            _box("opacity", 40 + 150 * at, 60, 90, group_id=number * 10 + at) for at in range(4)
        )
        file = _load(film)
        save_annotation(file, Annotation(film.name, WIDTH, HEIGHT, tuple(shapes)))


def _box(label: str, left: float, top: float, size: float, **extra: Any) -> Shape:
    right, bottom = left + size, top + size
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


def _load(film: Path) -> AnnotationFile:
    return load_annotation(film, width=WIDTH, height=HEIGHT)


def _films(folder: Path) -> list[Path]:
    return sorted(film for film in folder.iterdir() if film.suffix == ".png")


# One reader -------------------------------------------------------------------------------


class ScriptedReader:
    """Does at random what a reader does, and writes down what was saved."""

    def __init__(self, folder: Path, reader: Reader, seed: int, log: Path) -> None:
        self._films = _films(folder)
        self._reader = reader
        self._random = random.Random(f"{seed} {reader.name}")
        self._log = log
        self._session = ReviewSession(reader, program=_PROGRAM)
        self._saves = 0
        self._drawn = 0

    def work(self, saves: int) -> None:
        """Go from film to film until so many saves are done."""
        while self._saves < saves:
            busy = self._films[:2] if self._random.random() < 0.7 else self._films
            self._open(self._random.choice(busy))
            for _ in range(self._random.randint(1, 12)):
                for _ in range(self._random.randint(1, 3)):
                    self._act()
                self._save()
                if self._random.random() < 0.3:
                    self._look()

    def _open(self, film: Path) -> None:
        self._file = _load(film)
        self._versions = VersionHistory()
        radiograph = Radiograph(np.zeros((HEIGHT, WIDTH), np.uint8), film)
        self._session.open(radiograph, self._file.annotation)

    def _save(self) -> None:
        session = self._session
        while session.is_modified:
            annotation = session.annotation
            try:
                saved = save_merging(self._file, annotation)
            except AnnotationClashError as clash:
                self._choose(clash)
                continue
            self._versions.keep(saved.file, saved.replaced, self._reader.name)
            self._tell_of_save(self._file.annotation, annotation)
            self._file = saved.file
            session.mark_saved(annotation)
            if saved.is_merged:
                take_in(session, annotation, saved.file.annotation)
                session.mark_saved(session.annotation)

    def _choose(self, clash: AnnotationClashError) -> None:
        for each in clash.merge.clashes:
            sides = [shape for shape in (each.mine, each.theirs) if shape is not None]
            outlines = [GONE if s is None else s.outline_digest for s in (each.mine, each.theirs)]
            self._tell(conflict=sides[0].group_id, outlines=outlines)
        keep = self._random.choice(("mine", "theirs", "both"))
        take_in(self._session, self._file.annotation, clash.theirs.annotation, keep=keep)
        self._file = clash.theirs
        self._session.mark_saved(clash.theirs.annotation)

    def _look(self) -> None:
        """Take in what the other one saved, as the window does by itself."""
        theirs = _load(self._film)
        take_in(self._session, self._file.annotation, theirs.annotation)
        self._file = theirs
        self._session.mark_saved(self._session.annotation)

    @property
    def _film(self) -> Path:
        assert self._file.film is not None
        return self._file.film

    # What a reader does -------------------------------------------------------------------

    def _act(self) -> None:
        acts = (self._move, self._move, self._move, self._draw, self._delete, self._undo,
                self._redo, self._comment, self._flag, self._mark)  # fmt: skip
        self._random.choice(acts)()

    def _some_shape(self) -> Shape | None:
        shapes = self._session.annotation.shapes
        return self._random.choice(shapes) if shapes else None

    def _move(self) -> None:
        shape = self._some_shape()
        if shape is not None:
            dx, dy = self._random.uniform(-9, 9), self._random.uniform(-9, 9)
            moved = self._session.annotation.mapping([shape.key], lambda s: translate(s, dx, dy))
            self._session.commit("Move", moved)

    def _draw(self) -> None:
        self._drawn += 1
        number = 10_000 * (1 + READERS.index(self._reader)) + self._drawn
        left, top = self._random.uniform(0, 500), self._random.uniform(0, 350)
        shape = _box("opacity", left, top, self._random.uniform(20, 90), group_id=number)
        self._session.commit("Draw", self._session.annotation.adding(shape))

    def _delete(self) -> None:
        shape = self._some_shape()
        if shape is not None and len(self._session.annotation.shapes) > 2:
            self._session.delete([shape.key])

    def _undo(self) -> None:
        self._session.undo()

    def _redo(self) -> None:
        self._session.redo()

    def _comment(self) -> None:
        text = f"{self._reader.name} {self._random.random()}"
        self._session.comment(text, (), *_moment())

    def _flag(self) -> None:
        self._session.flag(self._random.random() < 0.5, *_moment())

    def _mark(self) -> None:
        session = self._session
        if self._reader.role == "annotator":
            session.mark_done(*_moment())
        elif session.is_locked:
            session.unlock(*_moment())
        elif self._random.random() < 0.5:
            session.approve(*_moment())
        else:
            session.return_film("Look again.", *_moment())

    # What is written down -----------------------------------------------------------------

    def _tell_of_save(self, before: Annotation, after: Annotation) -> None:
        self._saves += 1
        was, now = Counter(_events(before)), Counter(_events(after))
        self._tell(
            changes=list(_changes(before, after)),
            added=list((now - was).elements()),
            taken_back=list((was - now).elements()),
        )

    def _tell(self, **what: Any) -> None:
        with self._log.open("a", encoding="utf-8") as stream:
            told = {"reader": self._reader.name, "film": self._film.name, **what}
            stream.write(f"{json.dumps(told)}\n")


def _moment() -> tuple[datetime, str]:
    return datetime.now().astimezone(), _PROGRAM


def _events(annotation: Annotation) -> list[str]:
    record = annotation.review
    return [] if record is None else [_spelled(event) for event in record.events]


def _spelled(event: ReviewEvent) -> str:
    return json.dumps(record_to_json(ReviewRecord(events=(event,)))["events"][0])


def _outlines(annotation: Annotation) -> dict[int | None, Counter[str]]:
    found: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
    for shape in annotation.shapes:
        found[shape.group_id][shape.outline_digest] += 1
    return found


def _changes(before: Annotation, after: Annotation) -> Iterator[tuple[int | None, str, str]]:
    """Yield shape, outline before and outline after of all that changed."""
    was, now = _outlines(before), _outlines(after)
    for shape in was.keys() | now.keys():
        left, come = was[shape] - now[shape], now[shape] - was[shape]
        for one in left or [GONE]:
            for other in come or [GONE]:
                if one != other:
                    yield shape, one, other


# What came of it --------------------------------------------------------------------------


@dataclass(slots=True)
class Findings:
    """What the logs and the files say together."""

    saves: int = 0
    conflicts: int = 0
    events: int = 0
    shapes: int = 0
    troubles: list[str] = field(default_factory=list)


def findings(folder: Path, first: Sequence[Annotation], logs: Sequence[Path]) -> Findings:
    """Hold the files against what both readers wrote down.

    Parameters
    ----------
    first
        What the films of `folder` were given, in their order.
    """
    told = [json.loads(line) for log in logs for line in log.read_text("utf-8").splitlines()]
    found = Findings(conflicts=sum("conflict" in line for line in told))
    found.saves = len(told) - found.conflicts
    films = _films(folder)
    names = {film.name for film in films} | {annotation_path(film).name for film in films}
    strangers = {entry.name for entry in folder.iterdir()} - names - {HIDDEN_FOLDER}
    found.troubles += [f"{name} was left behind" for name in strangers]
    for film, begun in zip(films, first, strict=True):
        last = _load(film).annotation  # a broken file raises
        lines = [line for line in told if line["film"] == film.name]
        found.events += len(_events(last))
        found.shapes += len(last.shapes)
        found.troubles += _wrong_events(film.name, last, lines)
        found.troubles += _lost_outlines(film.name, begun, last, lines)
        found.troubles += _conflicts_not_told(film.name, lines)
    return found


def _wrong_events(film: str, last: Annotation, lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    expected: Counter[str] = Counter()
    for line in lines:
        expected.update(line.get("added", ()))
        expected.subtract(line.get("taken_back", ()))
    there = Counter(_events(last))
    for event in there.keys() | expected.keys():
        if there[event] != expected[event]:
            yield f"{film}: {there[event]} instead of {expected[event]} times {event}"
    times = [] if last.review is None else [event.time for event in last.review.events]
    if times != sorted(times):
        yield f"{film}: events are not in the order of time"


def _lost_outlines(
    film: str, begun: Annotation, last: Annotation, lines: Sequence[dict[str, Any]]
) -> Iterator[str]:
    """Yield what was saved and neither stands nor was changed on purpose or in a conflict."""
    there = {shape: set(outlines) for shape, outlines in _outlines(last).items()}
    known = {shape: set(outlines) for shape, outlines in _outlines(begun).items()}
    follows: defaultdict[tuple[int | None, str], set[str]] = defaultdict(set)
    decided = _decided(lines)
    saved = [(shape, GONE, outline) for shape, all_of in known.items() for outline in all_of]
    for line in lines:
        for shape, before, after in line.get("changes", ()):
            follows[shape, before].add(after)
            saved.append((shape, before, after))
    for shape, _, outline in saved:
        reached, ahead = {outline}, [outline]
        while ahead:
            new = follows[shape, ahead.pop()] - reached
            reached |= new
            ahead += new
        stands = reached & there.get(shape, {GONE})
        if not stands and not reached & decided[shape]:
            yield f"{film}: shape {shape} as saved once ({outline[:8]}) is lost"
    possible = {(shape, outline) for shape, _, outline in saved}
    for shape, outlines in there.items():
        for outline in outlines:
            if (shape, outline) not in possible and outline not in decided[shape]:
                yield f"{film}: shape {shape} has an outline nobody drew"


def _decided(lines: Sequence[dict[str, Any]]) -> defaultdict[int | None, set[str]]:
    """Return the outlines of every shape that a person chose among."""
    decided: defaultdict[int | None, set[str]] = defaultdict(set)
    for line in lines:
        if "conflict" in line:
            decided[line["conflict"]].update(line["outlines"])
    return decided


def _conflicts_not_told(film: str, lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield shapes that both changed from the same outline while nobody was asked."""
    decided = _decided(lines)
    made_of: defaultdict[tuple[int | None, str], dict[str, set[str]]] = defaultdict(dict)
    returned_to = set()
    for line in lines:
        for shape, before, after in line.get("changes", ()):
            made_of[shape, before].setdefault(line["reader"], set()).add(after)
            returned_to.add((shape, after))
    for (shape, before), by_reader in made_of.items():
        both = len(by_reader) == 2 and len(set.union(*by_reader.values())) > 1
        if before != GONE and both and (shape, before) not in returned_to and not decided[shape]:
            yield f"{film}: shape {shape} was changed by both, and nobody was asked"


# Both at once -----------------------------------------------------------------------------


def run(folder: Path, logs: Path, *, films: int, saves: int, seed: int) -> Findings:
    """Let both readers save `saves` times each in `folder`; `logs` is for what they tell."""
    make_films(folder, films)
    first = [_load(film).annotation for film in _films(folder)]
    places = [logs / f"{reader.name}.jsonl" for reader in READERS]
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.two_readers", "--saves", str(saves),
             "--seed", str(seed), "--read", reader.name, str(folder), str(place)],
            cwd=Path(__file__).parents[2],
        )
        for reader, place in zip(READERS, places, strict=True)
    ]  # fmt: skip
    codes = [process.wait() for process in readers]
    found = findings(folder, first, places)
    if any(codes):
        found.troubles.append(f"the readers ended with {codes}")
    return found


def main() -> int:
    """Run one reader, or both and the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=500, help="of each reader")
    parser.add_argument("--films", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", nargs=3, metavar=("READER", "FOLDER", "LOG"))
    chosen = parser.parse_args()
    if chosen.read is not None:
        name, folder, log = chosen.read
        reader = next(reader for reader in READERS if reader.name == name)
        ScriptedReader(Path(folder), reader, chosen.seed, Path(log)).work(chosen.saves)
        return 0
    with tempfile.TemporaryDirectory() as shared, tempfile.TemporaryDirectory() as logs:
        begun = time.monotonic()
        found = run(
            Path(shared), Path(logs), films=chosen.films, saves=chosen.saves, seed=chosen.seed
        )
        print(
            f"{found.saves} saves in {time.monotonic() - begun:.1f} s, {found.conflicts} outlines "
            f"in conflict, all told; {found.events} events and {found.shapes} shapes at the end"
        )
    for trouble in found.troubles:
        print(trouble, file=sys.stderr)
    return bool(found.troubles)


if __name__ == "__main__":
    raise SystemExit(main())
