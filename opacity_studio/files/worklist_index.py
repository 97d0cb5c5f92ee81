"""What was read from the annotation files of a worklist, kept so that it need not be read again.

A cache and never the truth: an entry counts only while the annotation file has the time and size
it had when it was read. Deleting the index, damaging it, or a disk that takes nothing costs the
time to read the files again and nothing else; no method here raises for any of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, Final, Self

import platformdirs

from opacity_studio.domain.film_summary import FilmSummary, Mark, ModelFigures
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.annotation_stamps import NO_FILE, Stamp

FORMAT: Final = 1
"""Raised whenever what a summary holds, or how it is computed, changes."""

LIMIT: Final = 24
"""Worklists an index is kept of; those not opened for longest go first."""

_FIGURES: Final = frozenset({"model", "model_percent", "uncertainty", "disagreement", "unsure_at"})
_FIELDS: Final = tuple(
    field.name for field in fields(FilmSummary) if field.name not in {"image", *_FIGURES}
)
_STATUS: Final = {status.value: status for status in ReviewStatus}
_TABLES: Final = """
CREATE TABLE about (folder TEXT);
CREATE TABLE summary (
    name TEXT PRIMARY KEY, place TEXT, mtime_ns INTEGER, size INTEGER, body TEXT
) WITHOUT ROWID;
CREATE TABLE figures (
    name TEXT, model TEXT, mtime_ns INTEGER, size INTEGER,
    percent REAL, uncertainty REAL, disagreement REAL, unsure_at TEXT,
    PRIMARY KEY (name, model)
) WITHOUT ROWID;
"""
_TROUBLE: Final = (OSError, sqlite3.Error, ValueError, TypeError, KeyError, OverflowError)


class WorklistIndex:
    """Summaries of the films of one folder.

    Every method opens the file, works, and closes it again, so that any thread may call it and
    two windows may share it. Not for the window's thread: a slow disk takes its time.

    Parameters
    ----------
    cache
        Folder of all indexes, made when something is put in.
    folder
        The worklist's films.
    """

    def __init__(self, cache: Path, folder: Path) -> None:
        self._folder = folder
        digest = hashlib.sha256(_hex(folder).encode()).hexdigest()
        self.path = cache / f"{digest[:32]}.sqlite"

    @classmethod
    def standard(cls, folder: Path) -> Self:
        """Return the index of `folder` in this user's cache folder."""
        root = platformdirs.user_cache_path("opacity-studio", appauthor=False)
        return cls(root / "worklists", folder)

    def summaries(self, stamps: Mapping[str, Stamp]) -> dict[str, FilmSummary]:
        """Return the summaries that still hold, by film name, without a network's figures.

        Parameters
        ----------
        stamps
            The annotation files as they are now, by film name; see `annotation_stamps`.
        """
        found: dict[str, FilmSummary] = {}
        for name, place, mtime_ns, size, body in self._rows("SELECT * FROM summary"):
            stamp = stamps.get(name)
            if stamp is None or (stamp.place, stamp.mtime_ns, stamp.size) != (
                place,
                mtime_ns,
                size,
            ):
                continue
            with contextlib.suppress(*_TROUBLE):
                found[name] = _decoded(name, body)
        return found

    def figures(self, model: str, stamps: Mapping[str, Stamp]) -> dict[str, ModelFigures]:
        """Return what the network `model` was found to say, by film name.

        The disagreement only where the annotation is still the one it was computed from.
        """
        found: dict[str, ModelFigures] = {}
        for name, _, mtime_ns, size, percent, uncertainty, apart, unsure_at in self._rows(
            "SELECT * FROM figures WHERE model = ?", (model,)
        ):
            stamp = stamps.get(name, NO_FILE)
            holds = (stamp.mtime_ns, stamp.size) == (mtime_ns, size)
            disagreement = apart if holds else None
            found[name] = ModelFigures(model, percent, uncertainty, disagreement, unsure_at)
        return found

    def keep(self, read: Iterable[tuple[str, Stamp, FilmSummary]]) -> None:
        """Keep what was read of some films, all in one go; nothing where it cannot be kept.

        Files so young that another change might not show in their time are left out, and so are
        films without an annotation file: there is nothing to read of them.
        """
        rows = [
            (name, stamp.place, stamp.mtime_ns, stamp.size, _encoded(summary))
            for name, stamp, summary in read
            if stamp != NO_FILE
            and stamp.is_settled
            and not summary.problem
            and _is_text(name, stamp.place)
        ]
        self._write("INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?)", rows)

    def keep_figures(self, found: Iterable[tuple[str, Stamp, ModelFigures]]) -> None:
        """Keep what networks say of some films beside the annotations that was compared with."""
        rows = [
            (
                *(name, said.model, stamp.mtime_ns, stamp.size),
                *(said.percent, said.uncertainty, said.disagreement, said.unsure_at),
            )
            for name, stamp, said in found
            if _is_text(name)
        ]
        self._write("INSERT OR REPLACE INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def forget(self, names: Iterable[str]) -> None:
        """Drop the summaries of some films; they are read anew the next time."""
        if self.path.exists():
            self._write(
                "DELETE FROM summary WHERE name = ?", [(name,) for name in names if _is_text(name)]
            )

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            if not self.path.is_file():
                return
            with closing(self._connect()) as connection:
                if not self._is_ours(connection):
                    return
                # All at once: a disk that fails half way leaves a part nobody can tell apart.
                yield from connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._remove()
        except OSError:
            return

    def _write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        for _ in range(2):
            try:
                self._put(statement, rows)
            except sqlite3.OperationalError:
                # Locked by another window, read-only, or the disk is full.
                return
            except sqlite3.DatabaseError:
                self._remove()
            except OSError:
                return
            else:
                return

    def _put(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        is_new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            if not self._is_ours(connection):
                self._begin(connection)
            with connection:
                connection.executemany(statement, rows)
        if is_new:
            self._trim()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=0.5)
        # What a crash loses is read again.
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    def _is_ours(self, connection: sqlite3.Connection) -> bool:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found != FORMAT:
            return False
        about = connection.execute("SELECT folder FROM about").fetchone()
        return about is not None and about[0] == _hex(self._folder)

    def _begin(self, connection: sqlite3.Connection) -> None:
        with connection:
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                connection.execute(f'DROP TABLE "{name}"')
            for table in _TABLES.split(";")[:-1]:
                connection.execute(table)
            connection.execute("INSERT INTO about VALUES (?)", (_hex(self._folder),))
            connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _remove(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink()

    def _trim(self) -> None:
        with contextlib.suppress(OSError):
            kept = sorted(
                (path for path in self.path.parent.iterdir() if path.suffix == ".sqlite"),
                key=lambda path: path.stat().st_mtime_ns,
            )
            for path in kept[:-LIMIT]:
                path.unlink(missing_ok=True)


def _is_text(*names: str) -> bool:
    """Whether a database takes names of files, which need not be text; few are not."""
    try:
        "".join(names).encode()
    except UnicodeEncodeError:
        return False
    return True


def _hex(folder: Path) -> str:
    return str(folder).encode("utf-8", "surrogatepass").hex()


def _encoded(summary: FilmSummary) -> str:
    made = {name: getattr(summary, name) for name in _FIELDS}
    made["marks"] = [astuple(mark) for mark in summary.marks]
    return json.dumps(list(made.values()))


def _decoded(name: str, body: str) -> FilmSummary:
    # By place: ten thousand dictionaries by name would double the time a worklist takes to open.
    (
        status, annotator, reviewer, percent, right, left, regions, labels, is_flagged, comments,
        return_reason, last_time, seconds, lost_approval, awaits_reviewer, marks, problem,
    ) = json.loads(body)  # fmt: skip
    return FilmSummary(
        name,
        _STATUS[status],
        annotator,
        reviewer,
        percent,
        right,
        left,
        regions,
        tuple(labels),
        is_flagged,
        tuple(comments),
        return_reason,
        last_time,
        seconds,
        lost_approval,
        awaits_reviewer,
        tuple(Mark(*mark) for mark in marks),
        problem=problem,
    )
