"""Image films: what is read, how it is turned, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from opacity_studio.domain.display import default_window, render_grey
from opacity_studio.domain.errors import RadiographError
from opacity_studio.files.radiograph_reader import MAX_PIXELS, read_radiograph, read_thumbnail
from opacity_studio.files.rendering import png_rendering

HEIGHT, WIDTH = 60, 40


@pytest.fixture
def grey() -> np.ndarray:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return (rows * 3 + columns).astype(np.uint8)


@pytest.fixture
def deep(grey: np.ndarray) -> np.ndarray:
    return grey.astype(np.uint16) * 250 + 17


def pillow_bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def tiff_bytes(pixels: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def opencv_bytes(suffix: str, pixels: np.ndarray) -> bytes:
    return cv2.imencode(suffix, pixels)[1].tobytes()


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RadiographError) as caught:
        read_radiograph(path)
    message = caught.value.message
    assert message.startswith(path.name + " ")
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.path == path
    return message.removeprefix(path.name + " ")


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_eight_bit_films_are_read_as_stored(tmp_path: Path, grey: np.ndarray, kind: str):
    data = pillow_bytes(Image.fromarray(grey), kind)
    film = read_radiograph(saved(tmp_path, "Röntgen 胸.png", data))
    assert film.pixels.dtype == np.uint8
    assert np.array_equal(film.pixels, grey)
    assert film.digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bit_films_stay_so(tmp_path: Path, deep: np.ndarray, suffix: str):
    film = read_radiograph(saved(tmp_path, "a" + suffix, opencv_bytes(suffix, deep)))
    assert film.pixels.dtype == np.uint16
    assert np.array_equal(film.pixels, deep)


def test_jpeg(tmp_path: Path, grey: np.ndarray):
    data = pillow_bytes(Image.fromarray(grey), "JPEG", quality=98)
    film = read_radiograph(saved(tmp_path, "a.jpg", data))
    assert np.abs(film.pixels.astype(int) - grey).max() <= 3


def test_content_decides_not_the_name(tmp_path: Path, grey: np.ndarray):
    path = saved(tmp_path, "a.jpg", pillow_bytes(Image.fromarray(grey), "PNG"))
    assert np.array_equal(read_radiograph(path).pixels, grey)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "P", "L", "RGBA", "LA")),
        *(("TIFF", mode) for mode in ("RGB", "P", "L", "RGBA", "LA", "CMYK")),
        *(("BMP", mode) for mode in ("RGB", "P", "L", "RGBA")),
        *(("JPEG", mode) for mode in ("RGB", "L", "CMYK")),
    ],
)
def test_grey_films_in_colour_files(tmp_path: Path, grey: np.ndarray, kind: str, mode: str):
    image = Image.fromarray(grey)
    image = image.convert("RGB").convert(mode) if mode == "CMYK" else image.convert(mode)
    data = pillow_bytes(image, kind, **({"quality": 98} if kind == "JPEG" else {}))
    film = read_radiograph(saved(tmp_path, "a.img", data))
    assert film.pixels.dtype == np.uint8
    assert np.abs(film.pixels.astype(int) - grey).max() <= (8 if kind == "JPEG" else 1)


def test_sixteen_bit_colour_keeps_its_levels(tmp_path: Path, deep: np.ndarray):
    data = opencv_bytes(".png", np.stack([deep] * 3, axis=-1))
    assert (
        np.abs(read_radiograph(saved(tmp_path, "a.png", data)).pixels - deep.astype(int)).max() <= 1
    )


def test_colour_becomes_luma(tmp_path: Path):
    colours = np.zeros((8, 24, 3), dtype=np.uint8)
    for index in range(3):
        colours[:, index * 8 : index * 8 + 8, index] = 255
    film = read_radiograph(saved(tmp_path, "a.png", pillow_bytes(Image.fromarray(colours), "PNG")))
    assert film.pixels[0, ::8].tolist() == pytest.approx([76, 150, 29], abs=1)


def test_one_bit_films_are_black_and_white(tmp_path: Path, grey: np.ndarray):
    image = Image.fromarray(np.where(grey > 100, 255, 0).astype(np.uint8)).convert("1")
    film = read_radiograph(saved(tmp_path, "a.png", pillow_bytes(image, "PNG")))
    assert np.array_equal(film.pixels, np.where(grey > 100, 255, 0))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_orientation_is_applied(tmp_path: Path, grey: np.ndarray, kind: str, orientation: int):
    exif = Image.Exif()
    exif[0x112] = orientation
    options = {"JPEG": {"quality": 100}, "TIFF": {"compression": "tiff_lzw"}, "PNG": {}}[kind]
    data = pillow_bytes(Image.fromarray(grey), kind, exif=exif, **options)
    path = saved(tmp_path, f"a.{kind.lower()}", data)
    with Image.open(path) as reference:
        reference.load()  # which turns a TIFF already
        expected = np.asarray(reference if kind == "TIFF" else ImageOps.exif_transpose(reference))
    film = read_radiograph(path)
    assert film.pixels.shape == expected.shape
    assert np.abs(film.pixels.astype(int) - expected).max() <= 2
    assert read_thumbnail(path, 1000).shape == expected.shape
    if kind == "TIFF":
        tag = [(0x112, "H", 1, orientation, True)]
        deep = tiff_bytes(grey.astype(np.uint16) * 257, extratags=tag)
        assert np.array_equal(
            read_radiograph(saved(tmp_path, "b.tif", deep)).pixels // 257, expected
        )


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_tiffs_whose_white_is_zero_look_like_the_others(tmp_path: Path, kind: type):
    dark_to_bright = np.arange(256, dtype=kind).reshape(16, 16) * (1 if kind == np.uint8 else 257)
    black = read_radiograph(
        saved(tmp_path, "b.tif", tiff_bytes(dark_to_bright, photometric="minisblack"))
    )
    top = np.iinfo(kind).max
    white = read_radiograph(
        saved(tmp_path, "w.tif", tiff_bytes(top - dark_to_bright, photometric="miniswhite"))
    )
    shown = [render_grey(film, default_window(film)).astype(int) for film in (black, white)]
    assert np.abs(shown[0] - shown[1]).max() <= 1


def test_signed_tiffs_keep_their_values(tmp_path: Path):
    values = np.array([[-32768, -5], [0, 32767]], dtype=np.int16)
    film = read_radiograph(saved(tmp_path, "a.tif", tiff_bytes(values)))
    assert np.array_equal(film.pixels * film.value_slope + film.value_offset, values)


@pytest.mark.parametrize(
    "options", [{"compression": "tiff_lzw"}, {"compression": "packbits"}, {"big_tiff": True}]
)
def test_tiff_variants(tmp_path: Path, grey: np.ndarray, options: dict[str, object]):
    data = pillow_bytes(Image.fromarray(grey), "TIFF", **options)
    assert np.array_equal(read_radiograph(saved(tmp_path, "a.tif", data)).pixels, grey)


def test_tiled_and_big_endian_tiffs(tmp_path: Path, deep: np.ndarray):
    big = tiff_bytes(np.tile(deep, (4, 4)), tile=(64, 64), byteorder=">")
    assert np.array_equal(
        read_radiograph(saved(tmp_path, "a.tif", big)).pixels, np.tile(deep, (4, 4))
    )


def test_a_reduced_copy_in_a_tiff_is_no_second_film(tmp_path: Path, grey: np.ndarray):
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(grey)
        writer.write(grey[::2, ::2], subfiletype=1)
    assert np.array_equal(read_radiograph(saved(tmp_path, "a.tif", buffer.getvalue())).pixels, grey)


def test_several_films_in_one_tiff_are_refused(tmp_path: Path, grey: np.ndarray):
    data = tiff_bytes(np.stack([grey] * 3), photometric="minisblack")
    assert "holds 3 images" in refusal(saved(tmp_path, "a.tif", data))


@pytest.mark.parametrize("kind", [np.float32, np.uint32, np.int8, np.float64])
def test_pixels_no_film_has_are_refused(tmp_path: Path, grey: np.ndarray, kind: type):
    data = tiff_bytes((grey // 2).astype(kind))
    assert "8 or 16 bits" in refusal(saved(tmp_path, "a.tif", data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "progressive JPEG"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_truncated_films_are_refused(tmp_path: Path, grey: np.ndarray, kind: str, share: float):
    noise = np.random.default_rng(3).integers(0, 256, (200, 200), dtype=np.uint8)
    options = {"progressive": True} if kind.startswith("progressive") else {}
    data = pillow_bytes(Image.fromarray(noise), kind.rsplit(maxsplit=1)[-1], **options)
    message = refusal(saved(tmp_path, "a.png", data[: int(len(data) * share)]))
    assert "incomplete" in message or "damaged" in message or "ends in the middle" in message


def test_a_jpeg_with_its_second_half_blank_is_refused(tmp_path: Path):
    noise = np.random.default_rng(3).integers(0, 256, (200, 200), dtype=np.uint8)
    data = pillow_bytes(Image.fromarray(noise), "JPEG")
    half = len(data) // 2
    assert "incomplete" in refusal(saved(tmp_path, "a.jpg", data[:half] + bytes(half)))


def test_bytes_after_a_jpeg_do_no_harm(tmp_path: Path, grey: np.ndarray):
    data = pillow_bytes(Image.fromarray(grey), "JPEG") + b"trailer" * 9
    assert read_radiograph(saved(tmp_path, "a.jpg", data)).width == WIDTH


def test_a_flipped_bit_in_a_png_is_refused(tmp_path: Path, grey: np.ndarray):
    data = bytearray(pillow_bytes(Image.fromarray(grey), "PNG"))
    data[len(data) // 2] ^= 4
    assert "checksum" in refusal(saved(tmp_path, "a.png", bytes(data)))


def test_an_absurd_size_is_refused_before_it_is_decoded(tmp_path: Path, grey: np.ndarray):
    data = bytearray(pillow_bytes(Image.fromarray(grey), "BMP"))
    data[18:26] = (60_000).to_bytes(4, "little") + (50_000).to_bytes(4, "little")
    data[30:34] = (1).to_bytes(4, "little")  # run-length coded: no length to check against
    message = refusal(saved(tmp_path, "a.bmp", bytes(data)))
    assert "60000 × 50000" in message
    assert f"{MAX_PIXELS // 1_000_000} megapixels" in message


def test_a_png_bomb_costs_no_memory(tmp_path: Path):
    blank = Image.new("1", (20_000, 20_000))
    path = saved(tmp_path, "a.png", pillow_bytes(blank, "PNG"))
    assert path.stat().st_size < 100_000
    assert "more than any film" in refusal(path)


@pytest.mark.parametrize(
    ("data", "clause"),
    [
        (b"", "is empty"),
        (b"just some text\n" * 20, "is not an image"),
        (b"%PDF-1.4 " + bytes(500), "is not an image"),
        (b"\x89PNG\r\n\x1a\n", "is incomplete"),
        (b"\xff\xd8\xff", "is incomplete"),
        (b"II*\0", "ends in the middle of its header"),
        (b"BM", "is not an image"),
    ],
)
def test_what_is_no_film_says_so(tmp_path: Path, data: bytes, clause: str):
    assert refusal(saved(tmp_path, "a.png", data)).startswith(clause)


def test_a_folder_and_a_missing_file_say_so(tmp_path: Path):
    (tmp_path / "folder.png").mkdir()
    assert "is a folder" in refusal(tmp_path / "folder.png")
    assert "is not there" in refusal(tmp_path / "gone.png")


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.png")
    assert "not an ordinary file" in refusal(tmp_path / "pipe.png")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to change user")
def test_a_film_that_may_not_be_read_says_so(tmp_path: Path, grey: np.ndarray):
    path = saved(tmp_path, "closed.png", pillow_bytes(Image.fromarray(grey), "PNG"))
    path.chmod(0o600)
    # pytest closes its folders to others: let the other user reach this one.
    for folder in tmp_path.parents:
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o755)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from opacity_studio.domain.errors import RadiographError\n"
        "from opacity_studio.files.radiograph_reader import read_radiograph\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: read_radiograph(Path(sys.argv[1]))\n"
        "except RadiographError as error: print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("closed.png may not be read by you")


def test_refusals_leave_the_console_alone(
    tmp_path: Path, grey: np.ndarray, capfd: pytest.CaptureFixture[str]
):
    for kind in ("PNG", "JPEG", "TIFF", "BMP"):
        data = pillow_bytes(Image.fromarray(grey), kind)
        refusal(saved(tmp_path, f"a.{kind.lower()}", data[: len(data) // 2]))
    assert capfd.readouterr() == ("", "")


def test_a_film_embedded_in_an_annotation(tmp_path: Path, grey: np.ndarray):
    image = base64.b64encode(pillow_bytes(Image.fromarray(grey), "PNG")).decode()
    path = saved(tmp_path, "a.json", json.dumps({"imageData": image, "shapes": []}).encode())
    assert np.array_equal(read_radiograph(path).pixels, grey)


@pytest.mark.parametrize(
    "data", [b"{}", b'{"imageData": null}', b"[1]", b"{", b'{"imageData":""}', b'{"imageData": 5}']
)
def test_an_annotation_without_a_film_says_so(tmp_path: Path, data: bytes):
    assert "none embedded" in refusal(saved(tmp_path, "a.json", data))


@pytest.mark.parametrize("edge", [16, 100, 128, 5000])
def test_thumbnails_keep_the_proportions(tmp_path: Path, edge: int):
    pixels = np.random.default_rng(1).integers(0, 256, (900, 600), dtype=np.uint8)
    pixels = cv2.GaussianBlur(pixels, (0, 0), 40)
    for kind in ("JPEG", "PNG"):
        path = saved(tmp_path, f"a.{kind.lower()}", pillow_bytes(Image.fromarray(pixels), kind))
        small = read_thumbnail(path, edge)
        assert max(small.shape) == min(edge, 900)
        assert small.shape[1] / small.shape[0] == pytest.approx(600 / 900, rel=0.05)
        expected = cv2.resize(pixels, small.shape[::-1], interpolation=cv2.INTER_AREA)
        assert np.abs(small.astype(int) - expected).mean() < 2


def test_thumbnails_of_broken_films_are_refused_too(tmp_path: Path, grey: np.ndarray):
    data = pillow_bytes(Image.fromarray(grey), "JPEG")
    with pytest.raises(RadiographError, match="incomplete"):
        read_thumbnail(saved(tmp_path, "a.jpg", data[:-30]), 16)


def test_the_rendering_is_the_film_as_shown(tmp_path: Path, deep: np.ndarray):
    film = read_radiograph(saved(tmp_path, "a.png", opencv_bytes(".png", deep)))
    picture = np.asarray(Image.open(io.BytesIO(png_rendering(film))))
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, render_grey(film, default_window(film)))


def test_all_real_films_are_read(covid_cxr: Path, shared_data: Path):
    films = [
        path
        for folder in (covid_cxr, shared_data / "unlabelled")
        for path in sorted(folder.iterdir())
        if path.suffix not in (".json", ".csv")
    ]
    assert len(films) == 125
    for path in films:
        film = read_radiograph(path)
        note = path.with_suffix(".json")
        if note.is_file():
            said = json.loads(note.read_bytes())
            assert (film.width, film.height) == (said["imageWidth"], said["imageHeight"])
