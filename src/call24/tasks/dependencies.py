"""What routes ask of this room: `service: TasksDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.tasks.bulk import BulkChanges
from call24.tasks.comments import TaskComments
from call24.tasks.filters import SavedFilters
from call24.tasks.offers import TaskOffers
from call24.tasks.series import TaskSeriesService
from call24.tasks.service import TaskService

TasksDep = Annotated[TaskService, provided(TaskService)]
CommentsDep = Annotated[TaskComments, provided(TaskComments)]
BulkDep = Annotated[BulkChanges, provided(BulkChanges)]
FiltersDep = Annotated[SavedFilters, provided(SavedFilters)]
OffersDep = Annotated[TaskOffers, provided(TaskOffers)]
SeriesDep = Annotated[TaskSeriesService, provided(TaskSeriesService)]
