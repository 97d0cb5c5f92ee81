"""Who has a film open, as others on the same folder see it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opacity_studio.domain.review_status import Reader
from opacity_studio.files.hidden_folder import HIDDEN_FOLDER
from opacity_studio.files.lease import STALE_AFTER, FilmLease, folder_of
from tests.poor_disks import as_somebody_else

SINCE = datetime(2026, 11, 22, 10, 32, tzinfo=UTC)
ADA, REA = Reader("Ada"), Reader("Rea", "reviewer")


def names(lease: FilmLease, folder: Path) -> list[tuple[str, str]]:
    return [(other.reader, other.film) for other in lease.others(folder)]


def take(lease: FilmLease, folder: Path, name: str, reader: Reader) -> None:
    lease.take(folder / f"{name}.json", folder / f"{name}.png", reader, SINCE)


def test_others_see_who_has_a_film_open_and_since_when(tmp_path: Path):
    mine, theirs = FilmLease(), FilmLease()
    take(mine, tmp_path, "a", ADA)
    take(theirs, tmp_path, "a", REA)
    (other,) = mine.others(tmp_path)
    assert (other.annotation, other.film, other.reader) == ("a.json", "a.png", "Rea")
    assert other.host
    assert other.since == SINCE
    assert names(theirs, tmp_path) == [("Ada", "a.png")]


def test_going_on_to_another_film_gives_the_first_one_back(tmp_path: Path):
    mine, theirs = FilmLease(), FilmLease()
    take(theirs, tmp_path, "a", REA)
    take(theirs, tmp_path, "b", REA)
    assert names(mine, tmp_path) == [("Rea", "b.png")]
    theirs.release()
    assert names(mine, tmp_path) == []


def test_a_window_that_is_closed_leaves_nothing_behind(tmp_path: Path):
    lease = FilmLease()
    take(lease, tmp_path, "a", ADA)
    lease.release()
    assert list(tmp_path.iterdir()) == []
    lease.release()


def test_a_worklist_that_is_left_for_another_has_nothing_left_behind(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    lease = FilmLease()
    take(lease, one, "a", ADA)
    take(lease, other, "a", ADA)
    assert list(one.iterdir()) == []
    assert names(FilmLease(), other) == [("Ada", "a.png")]


def test_earlier_versions_stay_when_the_last_lease_goes(tmp_path: Path):
    (tmp_path / HIDDEN_FOLDER / "versions").mkdir(parents=True)
    lease = FilmLease()
    take(lease, tmp_path, "a", ADA)
    lease.release()
    assert [entry.name for entry in (tmp_path / HIDDEN_FOLDER).iterdir()] == ["versions"]


def aged(folder: Path, seconds: float) -> None:
    for place in folder_of(folder).iterdir():
        past = time.time() - seconds
        os.utime(place, (past, past))


def test_a_lease_nobody_refreshes_counts_for_nothing(tmp_path: Path):
    mine, theirs = FilmLease(), FilmLease()
    take(theirs, tmp_path, "a", REA)
    aged(tmp_path, STALE_AFTER + 60)
    assert names(mine, tmp_path) == []
    theirs.refresh()
    assert names(mine, tmp_path) == [("Rea", "a.png")]
    aged(tmp_path, 25 * 3600)
    assert names(mine, tmp_path) == []
    assert list(folder_of(tmp_path).iterdir()) == []


def test_a_lease_that_was_cleared_away_comes_back(tmp_path: Path):
    mine, theirs = FilmLease(), FilmLease()
    take(theirs, tmp_path, "a", REA)
    for place in folder_of(tmp_path).iterdir():
        place.unlink()
    folder_of(tmp_path).rmdir()
    theirs.refresh()
    assert names(mine, tmp_path) == [("Rea", "a.png")]


def test_a_computer_whose_clock_is_wrong_is_seen_all_the_same(tmp_path: Path, monkeypatch):
    mine, theirs = FilmLease(), FilmLease()
    take(mine, tmp_path, "b", ADA)
    take(theirs, tmp_path, "a", REA)
    fast = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: fast)
    assert names(mine, tmp_path) == [("Rea", "a.png")]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '"x"', "{}", '{"schema": 2}',
             json.dumps({"schema": 1, "film": "a", "reader": "R", "host": "h", "process": 1,
                         "since": "now"}),
             json.dumps({"schema": 1, "film": "a", "reader": "R", "host": "h", "process": 1,
                         "since": "2026-11-22T10:00:00"})],
)  # fmt: skip
def test_a_lease_of_nonsense_counts_for_nothing(tmp_path: Path, text: str):
    lease = FilmLease()
    take(lease, tmp_path, "b", ADA)
    folder = folder_of(tmp_path)
    (folder / "a.json.0123456789abcdef").write_text(text)
    (folder / "a.json.0123456789abcdef.writing").write_text("")
    (folder / "README").write_text("")
    assert names(lease, tmp_path) == []


OPEN_ELSEWHERE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from opacity_studio.domain.review_status import Reader
from opacity_studio.files.lease import FilmLease
folder = Path(sys.argv[1])
lease = FilmLease()
lease.take(folder / "a.json", folder / "a.png", Reader("Nobody"), datetime.now(UTC))
lease.refresh()
print([other.reader for other in lease.others(folder)])
sys.stdout.flush()
sys.stdin.read()
"""


@contextlib.contextmanager
def another_window(folder: Path, *before: str) -> Iterator[str]:
    """Yield what a window of another process sees; it is killed at the end."""
    process = subprocess.Popen(
        [*before, sys.executable, "-c", OPEN_ELSEWHERE, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process.stdout.readline().strip()
        process.kill()


def test_a_program_of_this_computer_that_was_killed_has_nothing_open(tmp_path: Path):
    lease = FilmLease()
    with another_window(tmp_path):
        assert names(lease, tmp_path) == [("Nobody", "a.png")]
    assert len(list(folder_of(tmp_path).iterdir())) == 1
    assert names(lease, tmp_path) == []


def test_where_nothing_can_be_written_others_are_seen_all_the_same(public_folder: Path):
    theirs = FilmLease()
    take(theirs, public_folder, "a", REA)
    with another_window(public_folder, *as_somebody_else()) as seen:
        assert seen == "['Rea']"
        assert names(theirs, public_folder) == []


def test_in_a_folder_for_everybody_everybody_has_leases(public_folder: Path):
    public_folder.chmod(0o777)
    mine = FilmLease()
    take(mine, public_folder, "b", ADA)
    with another_window(public_folder, *as_somebody_else()) as seen:
        assert seen == "['Ada']"
        assert names(mine, public_folder) == [("Nobody", "a.png")]


def test_a_folder_without_leases_or_that_is_gone_has_nobody(tmp_path: Path):
    assert FilmLease().others(tmp_path) == ()
    assert FilmLease().others(tmp_path / "gone") == ()
