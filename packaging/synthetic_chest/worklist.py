"""The sample worklist: which synthetic patients it shows, when, and in which file format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from synthetic_chest.film import Film, render
from synthetic_chest.opacities import Pattern


@dataclass(frozen=True)
class Sample:
    """One film of the worklist.

    Attributes
    ----------
    kind : str
        `png8`, `png16` or `dicom`.
    outlined : bool
        Whether the film comes with an annotation, as a reader who began would leave it.
    """

    patient: int
    day: date
    seed: int
    pattern: Pattern
    extent: float
    supine: bool = False
    size: int = 1200
    kind: str = "png8"
    outlined: bool = False

    @property
    def patient_id(self) -> str:
        """Patient id as it stands in file names, metadata and the DICOM header."""
        return f"SAMPLE-{self.patient:04d}"

    @property
    def name(self) -> str:
        """File name in the worklist."""
        suffix = "dcm" if self.kind == "dicom" else "png"
        return f"{self.patient_id}_{self.day.isoformat()}.{suffix}"

    def film(self) -> Film:
        """Render it."""
        return render(
            self.seed,
            self.size,
            patient_seed=7000 + self.patient,
            pattern=self.pattern,
            extent=self.extent,
            supine=self.supine,
        )


SAMPLES = (
    Sample(1, date(2026, 1, 8), 206, "ground-glass", 0.5),
    Sample(1, date(2026, 1, 12), 102, "ground-glass", 0.95, size=1280),
    Sample(1, date(2026, 1, 23), 103, "ground-glass", 0.6, outlined=True),
    Sample(2, date(2026, 1, 15), 104, "clear", 0.0),
    Sample(2, date(2026, 1, 21), 105, "patchy", 0.5),
    Sample(3, date(2026, 1, 8), 106, "consolidation", 0.4, size=1024, kind="png16"),
    Sample(4, date(2026, 2, 2), 107, "mixed", 0.4, size=1024, kind="dicom"),
    Sample(5, date(2026, 2, 3), 108, "mixed", 0.6, supine=True, outlined=True),
    Sample(5, date(2026, 2, 7), 109, "diffuse", 0.7, supine=True),
    Sample(6, date(2026, 2, 9), 110, "clear", 0.0, size=1400),
    Sample(7, date(2026, 2, 10), 111, "patchy", 0.25),
    Sample(8, date(2026, 2, 11), 112, "ground-glass", 0.5, supine=True, size=1024),
)
