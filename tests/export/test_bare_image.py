"""Pictures lose everything but their pixels, and show the same."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from opacity_studio.export.bare_image import without_metadata
from opacity_studio.export.images import outgoing_image
from opacity_studio.files.image_header import DamagedImageError
from opacity_studio.files.radiograph_reader import read_radiograph

SECRET = "Muster, Erika"


def picture() -> Image.Image:
    ramp = np.add.outer(np.arange(40) * 3, np.arange(60)).astype(np.uint8)
    return Image.fromarray(ramp)


def saved(kind: str, *, orientation: int = 1, **options: object) -> bytes:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif[0x0112] = orientation
    picture().save(buffer, kind, exif=exif.tobytes(), **options)
    return buffer.getvalue()


def shown(data: bytes, path: Path) -> np.ndarray:
    path.write_bytes(data)
    return read_radiograph(path).pixels


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_stays_the_same_way_up(tmp_path: Path, kind: str, orientation: int) -> None:
    data = saved(kind, orientation=orientation)
    bare = without_metadata(data)
    assert bare is not None
    assert SECRET.encode() not in bare
    suffix = {"JPEG": ".jpg", "PNG": ".png"}[kind]
    assert np.array_equal(
        shown(data, tmp_path / f"a{suffix}"), shown(bare, tmp_path / f"b{suffix}")
    )
    with Image.open(io.BytesIO(bare)) as after:
        assert after.getexif().get(0x0112, 1) == orientation
    assert without_metadata(bare) == bare


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 2}])
def test_every_kind_of_jpeg_keeps_its_scans(tmp_path: Path, options: dict[str, object]) -> None:
    data = saved("JPEG", comment=SECRET.encode(), **options)
    bare = without_metadata(data + b"appended " + SECRET.encode())
    assert bare is not None
    assert SECRET.encode() not in bare
    assert np.array_equal(shown(data, tmp_path / "a.jpg"), shown(bare, tmp_path / "b.jpg"))


def test_texts_and_times_in_a_png_stay_behind() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Patient", SECRET)
    texts.add_itxt("XML:com.adobe.xmp", SECRET, zip=True)
    buffer = io.BytesIO()
    picture().save(buffer, "PNG", pnginfo=texts)
    bare = without_metadata(buffer.getvalue() + SECRET.encode())
    assert bare is not None
    with Image.open(io.BytesIO(bare)) as after:
        assert after.info == {}
        assert np.array_equal(np.asarray(after), np.asarray(picture()))


@given(st.sampled_from((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")), st.binary(max_size=60))
def test_a_broken_file_is_damaged_and_nothing_worse(start: bytes, noise: bytes) -> None:
    with contextlib.suppress(DamagedImageError):
        assert without_metadata(start + noise) is not None


def test_other_formats_are_left_to_the_decoder() -> None:
    assert without_metadata(b"BM and so on") is None


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_a_tiff_becomes_png_with_every_grey_level(
    tmp_path: Path, kind: type, photometric: str
) -> None:
    pixels = (np.add.outer(np.arange(30), np.arange(50)) * (3 if kind is np.uint8 else 700)).astype(
        kind
    )
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, pixels, photometric=photometric, description=SECRET)
    image = outgoing_image(read_radiograph(path))
    assert (image.suffix, image.form) == (".png", "PNG")
    assert SECRET.encode() not in image.data
    after = cv2.imdecode(np.frombuffer(image.data, np.uint8), cv2.IMREAD_UNCHANGED)
    expected = pixels if photometric == "minisblack" else np.iinfo(kind).max - pixels
    assert after.dtype == kind
    assert np.array_equal(after, expected)
