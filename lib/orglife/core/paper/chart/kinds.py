"""Every kind of chart that a figure can show."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from orglife.core.paper.chart.bars import Bars
from orglife.core.paper.chart.heat_map import HeatMap
from orglife.core.paper.chart.network import Network
from orglife.core.paper.chart.timeline import Timeline

AnyChart = Annotated[Bars | Timeline | Network | HeatMap, Field(discriminator="kind")]
