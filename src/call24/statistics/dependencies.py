"""What routes ask of this room: `service: ReportsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.statistics.counted_calls import CountedCalls
from call24.statistics.service import Reports
from call24.statistics.today import TodayFigures
from call24.statistics.totals import Totals

ReportsDep = Annotated[Reports, provided(Reports)]
CountedCallsDep = Annotated[CountedCalls, provided(CountedCalls)]
TotalsDep = Annotated[Totals, provided(Totals)]
TodayFiguresDep = Annotated[TodayFigures, provided(TodayFigures)]
