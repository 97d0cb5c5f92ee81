"""Render synthetic chest radiographs: the shipped sample worklist, or any number of extra films.

    python packaging/render_samples.py --out DIR --count 300 --seed 1 --size 512
    python packaging/render_samples.py --worklist resources/samples

The first writes PNG films with their true outlines as LabelMe JSON beside them, and metadata.csv.
The second writes the sample worklist that travels with the program.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from pathlib import Path

import cv2
from synthetic_chest import Film, render, truth_polygons

METADATA_COLUMNS = ("filename", "patientid", "day", "view", "pattern")


def labelme_json(film: Film, image_name: str) -> dict[str, object]:
    """LabelMe's JSON object with the film's true outlines."""
    height, width = film.display.shape
    return {
        "version": "5.0.1",
        "flags": {},
        "shapes": [
            {
                "label": label,
                "points": points,
                "group_id": None,
                "description": "",
                "shape_type": "polygon",
                "flags": {},
                "mask": None,
            }
            for label, points in truth_polygons(film)
        ],
        "imagePath": image_name,
        "imageData": None,
        "imageHeight": height,
        "imageWidth": width,
    }


def write_json(path: Path, value: object) -> None:
    """Write one JSON file."""
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def write_metadata(folder: Path, rows: list[dict[str, str]]) -> None:
    """Write metadata.csv: which patient each film shows, and when."""
    with (folder / "metadata.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, METADATA_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def render_many(folder: Path, count: int, first_seed: int, size: int) -> None:
    """Render `count` films of as many patients, with true outlines beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    started = time.perf_counter()
    for number in range(count):
        seed = first_seed + number
        film = render(seed, size)
        name = f"SYNTH-{seed:06d}_2026-01-01.png"
        cv2.imwrite(str(folder / name), film.pixels())
        write_json(folder / f"{Path(name).stem}.json", labelme_json(film, name))
        rows.append(
            {
                "filename": name,
                "patientid": f"SYNTH-{seed:06d}",
                "day": "0",
                "view": "AP" if film.supine else "PA",
                "pattern": film.pattern,
            }
        )
        if (number + 1) % 50 == 0:
            each = (time.perf_counter() - started) / (number + 1)
            print(f"{number + 1} of {count} films, {each:.2f} s each", file=sys.stderr)
    write_metadata(folder, rows)


def main(arguments: list[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, help="folder for extra films")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="seed of the first film")
    parser.add_argument("--size", type=int, default=512, help="longer side in pixels")
    chosen = parser.parse_args(arguments)
    if chosen.out is None:
        parser.error("name a folder with --out")
    render_many(chosen.out, chosen.count, chosen.seed, chosen.size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
