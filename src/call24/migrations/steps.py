"""All steps, in the order in which they are done. The number of the last one is `SCHEMA` (kit/version.py)."""

from __future__ import annotations

from call24.migrations import step_0001_task_words, step_0002_spool_segments
from call24.migrations.step import Step

STEPS: tuple[Step, ...] = (step_0001_task_words.STEP, step_0002_spool_segments.STEP)
