"""Render synthetic chest radiographs: the shipped sample worklist, or any number of extra films.

    python packaging/render_samples.py --out DIR --count 300 --seed 1 --size 512
    python packaging/render_samples.py --worklist resources/samples

The first writes PNG films with their true outlines as LabelMe JSON beside them, and metadata.csv.
The second writes the sample worklist that travels with the program, its truth in `truth/`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from synthetic_chest import render
from synthetic_chest.film_files import (
    Row,
    write_labelme,
    write_metadata,
    write_png,
    write_sample,
)
from synthetic_chest.worklist import SAMPLES


def render_many(folder: Path, count: int, first_seed: int, size: int) -> None:
    """Render `count` films of as many patients, with true outlines beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    started = time.perf_counter()
    for number in range(count):
        patient = f"SYNTH-{first_seed + number:06d}"
        film = render(first_seed + number, size)
        path = folder / f"{patient}_2026-01-01.png"
        write_png(path, film)
        write_labelme(path.with_suffix(".json"), film, path.name, 0.6)
        rows.append(
            {
                "filename": path.name,
                "patientid": patient,
                "date": "2026-01-01",
                "day": "0",
                "view": "AP" if film.supine else "PA",
                "pattern": film.pattern,
            }
        )
        if (number + 1) % 50 == 0:
            each = (time.perf_counter() - started) / (number + 1)
            print(f"{number + 1} of {count} films, {each:.2f} s each", file=sys.stderr)
    write_metadata(folder, rows)


def render_worklist(folder: Path) -> None:
    """Render the films, truth and metadata of the sample worklist."""
    folder.mkdir(parents=True, exist_ok=True)
    first_day: dict[int, int] = {}
    rows = []
    for sample in SAMPLES:
        start = first_day.setdefault(sample.patient, sample.day.toordinal())
        rows.append(write_sample(folder, sample, start))
        print(sample.name, file=sys.stderr)
    write_metadata(folder, rows)


def main(arguments: list[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for extra films")
    parser.add_argument("--worklist", type=Path, metavar="DIR", help="folder for the samples")
    parser.add_argument("--count", type=int, default=100, help="how many extra films")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first extra film")
    parser.add_argument("--size", type=int, default=512, help="longer side of extra films, px")
    chosen = parser.parse_args(arguments)
    if chosen.out is None and chosen.worklist is None:
        parser.error("name a folder with --out or --worklist")
    if chosen.count < 1 or chosen.size < 128:
        parser.error("--count must be at least 1 and --size at least 128")
    if chosen.out is not None:
        render_many(chosen.out, chosen.count, chosen.seed, chosen.size)
    if chosen.worklist is not None:
        render_worklist(chosen.worklist)
    return 0


if __name__ == "__main__":
    sys.exit(main())
