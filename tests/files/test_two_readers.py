"""Two programs that save into one folder at the same time, and what is left of their work."""

from __future__ import annotations

from pathlib import Path

from opacity_studio.files.annotation_store import load_annotation
from tests.benchmarks.two_readers import HEIGHT, WIDTH, findings, make_films, run


def test_two_readers_at_one_folder_lose_nothing(tmp_path: Path):
    shared, logs = tmp_path / "shared", tmp_path / "logs"
    shared.mkdir()
    logs.mkdir()
    found = run(shared, logs, films=20, saves=100, seed=7)
    assert found.troubles == []
    assert found.saves >= 200

    # And if something were lost, it would be noticed.
    first = tmp_path / "first"
    first.mkdir()
    make_films(first, 20)
    (shared / "film 00.json").write_bytes((first / "film 00.json").read_bytes())
    films = sorted(first.glob("*.png"))
    begun = [load_annotation(film, width=WIDTH, height=HEIGHT).annotation for film in films]
    lost = findings(shared, begun, sorted(logs.iterdir())).troubles
    assert any("lost" in trouble for trouble in lost)
    assert any("instead of" in trouble for trouble in lost)
