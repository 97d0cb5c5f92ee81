"""The index of a worklist: a cache that may be deleted, damaged or impossible to write."""

import os
import sqlite3
from pathlib import Path

import pytest

from opacity_studio.domain.film_summary import FilmSummary, Mark, ModelFigures
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.annotation_stamps import (
    NO_FILE,
    Stamp,
    annotation_stamps,
    changed_films,
    stamp_of,
)
from opacity_studio.files.annotation_store import annotation_path
from opacity_studio.files.worklist_index import LIMIT, WorklistIndex

STAMP = Stamp("a.json", 1_700_000_000_000_000_000, 120)
SUMMARY = FilmSummary(
    "a.png",
    ReviewStatus.RETURNED,
    annotator="Ada",
    percent=12.5,
    labels=("opacity",),
    comments=("straße, \ud83d",),
    last_time="2026-01-01T08:00:00+01:00",
    marks=(Mark("annotated", "2026-01-01T08:00:00+01:00", "Ada", "annotator", 3.5),),
)


@pytest.fixture
def index(tmp_path: Path) -> WorklistIndex:
    return WorklistIndex(tmp_path / "cache", tmp_path / "films")


def test_what_was_kept_comes_back_while_the_file_is_the_same(index: WorklistIndex):
    index.keep([("a.png", STAMP, SUMMARY)])
    assert index.summaries({"a.png": STAMP}) == {"a.png": SUMMARY}
    for other in (
        Stamp("jsons/a.json", STAMP.mtime_ns, STAMP.size),
        Stamp("a.json", STAMP.mtime_ns + 1, STAMP.size),
        Stamp("a.json", STAMP.mtime_ns, STAMP.size + 1),
    ):
        assert index.summaries({"a.png": other}) == {}
    assert index.summaries({}) == {}
    index.keep([("a.png", STAMP, FilmSummary("a.png"))])
    assert index.summaries({"a.png": STAMP}) == {"a.png": FilmSummary("a.png")}
    index.forget(["a.png"])
    assert index.summaries({"a.png": STAMP}) == {}


def test_figures_outlive_a_change_of_the_annotation_but_not_the_disagreement(index: WorklistIndex):
    said = ModelFigures("net-1", 10.0, 0.3, 0.1, "left base")
    index.keep_figures([("a.png", STAMP, said), ("b.png", NO_FILE, ModelFigures("net-1", 5.0))])
    assert index.figures("net-1", {"a.png": STAMP}) == {
        "a.png": said,
        "b.png": ModelFigures("net-1", 5.0),
    }
    assert index.figures("net-1", {})["a.png"] == ModelFigures(
        "net-1", 10.0, 0.3, unsure_at="left base"
    )
    assert index.figures("net-2", {"a.png": STAMP}) == {}


def test_a_file_that_may_change_within_its_tick_is_read_again(index: WorklistIndex, tmp_path: Path):
    fresh = tmp_path / "a.json"
    fresh.write_bytes(b"{}")
    stamp = stamp_of(tmp_path / "a.png")
    index.keep([("a.png", stamp, SUMMARY)])
    assert index.summaries({"a.png": stamp}) == {}
    os.utime(fresh, ns=(STAMP.mtime_ns, STAMP.mtime_ns))
    settled = stamp_of(tmp_path / "a.png")
    index.keep([("a.png", settled, SUMMARY)])
    assert index.summaries({"a.png": settled}) == {"a.png": SUMMARY}


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 100, None])
def test_a_damaged_index_is_begun_anew(index: WorklistIndex, damage: bytes | None):
    index.keep([("a.png", STAMP, SUMMARY)])
    whole = index.path.read_bytes()
    index.path.write_bytes(whole[:5000] if damage is None else damage)
    assert index.summaries({"a.png": STAMP}) in ({}, {"a.png": SUMMARY})
    index.keep([("a.png", STAMP, SUMMARY)])
    index.keep([("a.png", STAMP, SUMMARY)])
    assert index.summaries({"a.png": STAMP}) == {"a.png": SUMMARY}


def test_an_index_of_another_format_is_begun_anew(index: WorklistIndex):
    index.keep([("a.png", STAMP, SUMMARY)])
    with sqlite3.connect(index.path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert index.summaries({"a.png": STAMP}) == {}
    index.keep([("a.png", STAMP, SUMMARY)])
    assert index.summaries({"a.png": STAMP}) == {"a.png": SUMMARY}


def test_an_entry_that_says_nonsense_is_left_out(index: WorklistIndex):
    index.keep([("a.png", STAMP, SUMMARY), ("b.png", STAMP, SUMMARY)])
    with sqlite3.connect(index.path) as connection:
        connection.execute("UPDATE summary SET body = '[1, 2' WHERE name = 'b.png'")
    connection.close()
    assert set(index.summaries({"a.png": STAMP, "b.png": STAMP})) == {"a.png"}


def test_a_cache_that_cannot_be_written_costs_nothing(tmp_path: Path):
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file where the folder should be")
    index = WorklistIndex(in_the_way, tmp_path)
    index.keep([("a.png", STAMP, SUMMARY)])
    assert index.summaries({"a.png": STAMP}) == {}
    assert index.figures("net", {}) == {}
    index.forget(["a.png"])


def test_a_locked_index_is_left_alone(index: WorklistIndex):
    index.keep([("a.png", STAMP, SUMMARY)])
    other = sqlite3.connect(index.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert index.summaries({"a.png": STAMP}) == {}
    index.keep([("b.png", STAMP, SUMMARY)])
    other.rollback()
    other.close()
    assert index.summaries({"a.png": STAMP}) == {"a.png": SUMMARY}


def test_only_the_last_worklists_are_kept(tmp_path: Path):
    for number in range(LIMIT + 3):
        index = WorklistIndex(tmp_path, Path(f"folder {number}"))
        index.keep([("a.png", STAMP, SUMMARY)])
        os.utime(index.path, (number, number))
    assert len(list(tmp_path.iterdir())) == LIMIT


def test_stamps_find_the_same_file_as_the_store(tmp_path: Path):
    names = ["a.png", "b.png", "c.dcm", "1.2.840.7", "d.json", "none.png"]
    (tmp_path / "jsons").mkdir()
    for place in ("a.json", "jsons/a.json", "jsons/b.json", "c.json", "1.2.840.7.json", "d.json"):
        (tmp_path / place).write_text(place)
    stamps = annotation_stamps(tmp_path, names)
    for name in names:
        path = annotation_path(tmp_path / name)
        expected = path.relative_to(tmp_path).as_posix() if path.exists() else ""
        assert stamps.get(name, NO_FILE).place == expected
        assert stamps.get(name, NO_FILE) == stamp_of(tmp_path / name)
    assert annotation_stamps(tmp_path / "nowhere", names) == {}
    apart = tmp_path / "annotations" / "ada"
    apart.mkdir(parents=True)
    (apart / "a.json").write_text("{}")
    stamps = annotation_stamps(tmp_path, names, apart=apart)
    assert set(stamps) == {"a.png", "d.json"}
    for name in names:
        assert stamps.get(name, NO_FILE) == stamp_of(tmp_path / name, apart=apart)


def test_changed_films_are_those_whose_file_came_went_or_changed(tmp_path: Path):
    names = ["a.png", "b.png", "c.png", "d.png"]
    for stem in "abc":
        (tmp_path / f"{stem}.json").write_text("{}")
    before = annotation_stamps(tmp_path, names)
    (tmp_path / "a.json").unlink()
    (tmp_path / "b.json").write_text("{ }")
    (tmp_path / "d.json").write_text("{}")
    after = annotation_stamps(tmp_path, names)
    assert changed_films(before, after, names) == ["a.png", "b.png", "d.png"]


def test_names_that_are_no_text_are_read_anew_and_keep_nothing_else_out(index: WorklistIndex):
    odd = os.fsdecode(b"R\xf6ntgen.png")
    beside = Stamp(os.fsdecode(b"/films \xf6/a.json"), STAMP.mtime_ns, STAMP.size)
    index.keep([(odd, STAMP, SUMMARY), ("b.png", beside, SUMMARY), ("a.png", STAMP, SUMMARY)])
    stamps = {odd: STAMP, "b.png": beside, "a.png": STAMP}
    assert index.summaries(stamps) == {"a.png": SUMMARY}
    said = ModelFigures("net-1", 10.0)
    index.keep_figures([(odd, STAMP, said), ("a.png", STAMP, said)])
    assert index.figures("net-1", stamps) == {"a.png": said}
    index.forget([odd, "a.png"])
    assert index.summaries(stamps) == {}
