"""The tools, in the order of the tool bar; another tool is another file and another row."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.review.tools.add import AddTool
from opacity_studio.review.tools.brush import BrushTool, EraserTool
from opacity_studio.review.tools.cut import CutTool
from opacity_studio.review.tools.freehand import FreehandTool
from opacity_studio.review.tools.local_threshold import LocalThresholdTool
from opacity_studio.review.tools.measure import MeasureTool
from opacity_studio.review.tools.polygon import PolygonTool
from opacity_studio.review.tools.probability_brush import ProbabilityBrushTool
from opacity_studio.review.tools.select import SelectTool
from opacity_studio.review.tools.tool import Tool, ToolRow

__all__ = ["TOOLS", "Tool", "ToolRow"]

TOOLS: Final[tuple[ToolRow, ...]] = (
    ToolRow("select", tr("Select"), "V", SelectTool),
    ToolRow("polygon", tr("Polygon"), "P", PolygonTool),
    ToolRow("freehand", tr("Freehand"), "F", FreehandTool),
    ToolRow("brush", tr("Brush"), "B", BrushTool),
    ToolRow("eraser", tr("Eraser"), "E", EraserTool),
    ToolRow("probability_brush", tr("Probability brush"), "Q", ProbabilityBrushTool),
    ToolRow("cut", tr("Cut"), "X", CutTool),
    ToolRow("add", tr("Click to add"), "C", AddTool),
    ToolRow("local_threshold", tr("Local threshold"), "O", LocalThresholdTool),
    ToolRow("measure", tr("Measure"), "Shift+M", MeasureTool),
)
