"""Replacing a file: whole or not at all, its rights kept, nobody's work written over."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from opacity_studio.files import atomic
from opacity_studio.files.atomic import (
    ChangedOnDiskError,
    digest_of,
    digest_on_disk,
    reason_of,
    write_atomically,
)
from opacity_studio.files.passing_files import host_mark


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_new_file_has_the_content_and_the_usual_mode(tmp_path: Path) -> None:
    target, plain = tmp_path / "film.json", tmp_path / "plain"
    digest = write_atomically(target, b"one")
    plain.touch()
    assert target.read_bytes() == b"one"
    assert digest == digest_of(b"one") == digest_on_disk(target)
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_only_the_file_itself_is_left_in_the_folder(tmp_path: Path) -> None:
    for content in (b"one", b"two", b"three"):
        write_atomically(tmp_path / "film.json", content)
    assert names(tmp_path) == ["film.json"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o660])
def test_an_existing_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "film.json"
    target.write_bytes(b"old")
    target.chmod(mode)
    write_atomically(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == mode
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_an_existing_file_keeps_its_owner_and_group(tmp_path: Path) -> None:
    target = tmp_path / "film.json"
    target.write_bytes(b"old")
    os.chown(target, 1234, 5678)
    write_atomically(target, b"new")
    assert (target.stat().st_uid, target.stat().st_gid) == (1234, 5678)


def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    real, link = tmp_path / "archive" / "film.json", tmp_path / "film.json"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_atomically(link, b"new", expected_digest=digest_of(b"old"))
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert names(tmp_path / "archive") == ["film.json"]


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    target = tmp_path / "film.json"
    write_atomically(target, b"same")
    os.utime(target, ns=(5, 5))
    before = target.stat()
    assert write_atomically(target, b"same") == digest_of(b"same")
    assert (target.stat().st_mtime_ns, target.stat().st_ino) == (5, before.st_ino)


@pytest.mark.parametrize(
    ("on_disk", "expected"),
    [(b"theirs", digest_of(b"mine")), (b"theirs", None), (None, digest_of(b"mine"))],
    ids=["changed", "created", "deleted"],
)
def test_what_somebody_else_did_is_noticed_and_left(
    tmp_path: Path, on_disk: bytes | None, expected: str | None
) -> None:
    target = tmp_path / "film.json"
    if on_disk is not None:
        target.write_bytes(on_disk)
    with pytest.raises(ChangedOnDiskError):
        write_atomically(target, b"new", expected_digest=expected)
    assert (target.read_bytes() if target.exists() else None) == on_disk
    assert names(tmp_path) == (["film.json"] if on_disk is not None else [])


def test_of_many_writers_who_read_the_same_only_one_succeeds(tmp_path: Path) -> None:
    target = tmp_path / "film.json"
    target.write_bytes(b"read by all")
    start, outcomes = threading.Barrier(8), []

    def write(number: int) -> None:
        start.wait()
        try:
            write_atomically(target, b"%d" % number, expected_digest=digest_of(b"read by all"))
        except ChangedOnDiskError:
            outcomes.append(None)
        else:
            outcomes.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    winners = [number for number in outcomes if number is not None]
    assert len(outcomes) == 8
    assert len(winners) == 1
    assert target.read_bytes() == b"%d" % winners[0]
    assert names(tmp_path) == ["film.json"]


def test_a_lock_that_cannot_be_had_does_not_keep_from_saving(tmp_path: Path) -> None:
    # A folder stands where the lock file would.
    (tmp_path / ".film.json.lock").mkdir()
    write_atomically(tmp_path / "film.json", b"new")
    assert (tmp_path / "film.json").read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="flock is POSIX")
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_does_not_keep_from_saving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuse)
    write_atomically(tmp_path / "film.json", b"new", expected_digest=None)
    assert (tmp_path / "film.json").read_bytes() == b"new"
    assert names(tmp_path) == ["film.json"]


def test_a_lock_left_behind_by_a_killed_save_does_no_harm_and_goes(tmp_path: Path) -> None:
    (tmp_path / ".film.json.lock").touch()
    write_atomically(tmp_path / "film.json", b"new")
    assert names(tmp_path) == ["film.json"]


def test_a_lock_held_for_good_is_an_error_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_LOCK_SECONDS", 0.2)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with atomic._lock_beside(tmp_path / "film.json"):
            held.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        with pytest.raises(OSError, match="locked") as caught:
            write_atomically(tmp_path / "film.json", b"new")
    finally:
        done.set()
        holder.join()
    assert "another program" in reason_of(caught.value)
    assert names(tmp_path) == []


def abandoned(target: Path, *, process: int, host: str | None = None) -> Path:
    mark = host or host_mark()
    left = target.with_name(f".{target.name}.{mark}-{process}-0123abcd.saving")
    left.write_bytes(b"half a")
    return left


NOBODY = 2**22 + 7  # beyond the largest process id Linux gives


def test_what_a_killed_save_left_is_cleared_by_the_next_one(tmp_path: Path) -> None:
    target = tmp_path / "film.json"
    abandoned(target, process=NOBODY)
    write_atomically(target, b"new")
    assert names(tmp_path) == ["film.json"]


def test_what_somebody_may_still_be_writing_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "film.json"
    mine = abandoned(target, process=os.getpid())
    elsewhere = abandoned(target, process=NOBODY, host="00000000")
    other_film = abandoned(tmp_path / "film2.json", process=NOBODY)
    write_atomically(target, b"new")
    assert names(tmp_path) == sorted([target.name, mine.name, elsewhere.name, other_film.name])
    yesterday = elsewhere.stat().st_mtime - 2 * 24 * 3600
    os.utime(elsewhere, (yesterday, yesterday))
    write_atomically(target, b"newer")
    assert names(tmp_path) == sorted([target.name, mine.name, other_film.name])


@pytest.mark.parametrize("name", ["n" * 250, "肺" * 83, "line\nbreak [*].json", ".hidden"])
def test_names_as_odd_as_the_file_system_allows(tmp_path: Path, name: str) -> None:
    for content in (b"one", b"two"):
        write_atomically(tmp_path / name, content)
        assert (tmp_path / name).read_bytes() == content
    assert names(tmp_path) == [name]


def test_a_folder_of_that_name_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "film.json").mkdir()
    with pytest.raises(OSError, match="is not a file") as caught:
        write_atomically(tmp_path / "film.json", b"new")
    assert reason_of(caught.value) == "a folder has that name"
    assert names(tmp_path) == ["film.json"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no such folder") as caught:
        write_atomically(tmp_path / "missing" / "film.json", b"new")
    assert reason_of(caught.value) == "the folder is not there"
    assert names(tmp_path) == []


def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "film.json"
    target.write_bytes(b"old")

    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["film.json"]


@pytest.mark.parametrize("refusals", [2, 99])
def test_a_file_that_somebody_reads_on_windows_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusals: int
) -> None:
    target = tmp_path / "film.json"
    target.write_bytes(b"old")
    replace, refused = Path.replace, []

    def as_on_windows(path: Path, to: Path) -> Path:
        if len(refused) < refusals:
            refused.append(path)
            raise PermissionError(errno.EACCES, "used by another process")
        return replace(path, to)

    monkeypatch.setattr(Path, "replace", as_on_windows)
    monkeypatch.setattr(atomic, "_PAUSES", (0.0, 0.0, 0.0))
    if refusals == 2:
        write_atomically(target, b"new")
    else:
        with pytest.raises(PermissionError, match="used by another"):
            write_atomically(target, b"new")
    assert target.read_bytes() == (b"new" if refusals == 2 else b"old")
    assert names(tmp_path) == ["film.json"]
