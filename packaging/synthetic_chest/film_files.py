"""Films on disk: PNG in 8 and 16 bit, DICOM, LabelMe JSON and the metadata table."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

from synthetic_chest.film import Film, truth_polygons
from synthetic_chest.worklist import Sample

METADATA_COLUMNS = ("filename", "patientid", "date", "day", "view", "pattern")

# Polygons as a hand draws them: a vertex every centimetre or so rather than at every bend.
_HAND_TOLERANCE_CM = 0.12

Row = dict[str, str]


def write_png(path: Path, film: Film, bits: int = 8) -> None:
    """Write the film as a grey PNG."""
    if not cv2.imwrite(str(path), film.pixels(bits), [cv2.IMWRITE_PNG_COMPRESSION, 9]):
        raise OSError(f"{path} could not be written; check the folder and the free space.")


def write_dicom(path: Path, film: Film, sample: Sample) -> None:
    """Write the film as a 12-bit MONOCHROME1 digital radiograph (small values are bright)."""
    stored = np.round((1 - film.display) * 4095).astype(np.uint16)
    height, width = stored.shape
    head = FileMetaDataset()
    head.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    head.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[sample.name, "instance"])
    head.TransferSyntaxUID = ExplicitVRLittleEndian
    data = Dataset()
    data.file_meta = head
    data.SOPClassUID = head.MediaStorageSOPClassUID
    data.SOPInstanceUID = head.MediaStorageSOPInstanceUID
    data.StudyInstanceUID = generate_uid(entropy_srcs=[sample.name, "study"])
    data.SeriesInstanceUID = generate_uid(entropy_srcs=[sample.name, "series"])
    data.PatientID = sample.patient_id
    data.PatientName = ""
    data.PatientBirthDate = ""
    data.PatientSex = ""
    data.StudyDate = sample.day.strftime("%Y%m%d")
    data.StudyTime = ""
    data.StudyID = ""
    data.AccessionNumber = ""
    data.ReferringPhysicianName = ""
    data.SeriesNumber = 1
    data.InstanceNumber = 1
    data.Modality = "DX"
    data.Manufacturer = "Opacity Studio synthetic films"
    data.BodyPartExamined = "CHEST"
    data.ViewPosition = "AP" if film.supine else "PA"
    data.BurnedInAnnotation = "NO"
    data.PresentationIntentType = "FOR PRESENTATION"
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME1"
    data.PresentationLUTShape = "INVERSE"
    data.Rows, data.Columns = height, width
    data.BitsAllocated, data.BitsStored, data.HighBit = 16, 12, 11
    data.PixelRepresentation = 0
    data.PixelSpacing = [f"{film.spacing_mm:.5f}"] * 2
    data.ImagerPixelSpacing = data.PixelSpacing
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = "0", "1", "US"
    data.WindowCenter, data.WindowWidth = "2048", "4096"
    data.PixelData = stored.astype("<u2").tobytes()
    data.save_as(path, enforce_file_format=True)


def write_labelme(
    path: Path, film: Film, image_path: str, tolerance_px: float | None = None
) -> None:
    """Write the film's outlines as LabelMe JSON.

    Parameters
    ----------
    image_path : str
        The film as seen from the JSON's folder.
    tolerance_px : float, optional
        How far the polygon may leave the true outline; default: as a careful hand would.
    """
    height, width = film.display.shape
    if tolerance_px is None:
        tolerance_px = _HAND_TOLERANCE_CM * 10 / film.spacing_mm
    value = {
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
            for label, points in truth_polygons(film, tolerance_px)
        ],
        "imagePath": image_path,
        "imageData": None,
        "imageHeight": height,
        "imageWidth": width,
    }
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def write_metadata(folder: Path, rows: Sequence[Row]) -> None:
    """Write metadata.csv: which patient each film shows, and when."""
    with (folder / "metadata.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, METADATA_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_sample(folder: Path, sample: Sample, first_day: int) -> Row:
    """Write one film of the worklist with its truth; its row of the metadata table.

    Parameters
    ----------
    first_day : int
        Ordinal of the day of the patient's first film.
    """
    film = sample.film()
    path = folder / sample.name
    if sample.kind == "dicom":
        write_dicom(path, film, sample)
    else:
        write_png(path, film, 16 if sample.kind == "png16" else 8)
    truth = folder / "truth"
    truth.mkdir(exist_ok=True)
    write_labelme(truth / f"{path.stem}.json", film, f"../{path.name}", 0.6)
    if sample.outlined:
        write_labelme(folder / f"{path.stem}.json", film, path.name)
    return {
        "filename": sample.name,
        "patientid": sample.patient_id,
        "date": sample.day.isoformat(),
        "day": str(sample.day.toordinal() - first_day),
        "view": "AP" if film.supine else "PA",
        "pattern": sample.pattern,
    }
