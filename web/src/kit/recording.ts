/** What is said of a call's recording where there is nothing to hear. Pure. */
import type { Outcome, RecordingShown } from './model'

const ABSENT: Record<RecordingShown['state'], string | null> = {
  open: 'The recording is being checked and stored. It appears here automatically.',
  stored: null,
  short: null,
  empty: 'The recording has no sound.',
  missing: 'The recording was lost before it could be stored.',
  deleted: 'The recording was deleted: it is kept for fewer days than the call.',
  refused: 'This call was not recorded: the recording disk was too full.',
}

/** Null: there is something to hear. `stopped`: whether the caller stopped the recording. */
export function nothingToHear(recording: RecordingShown | null, outcome: Outcome, stopped = false): string | null {
  if (recording !== null) return ABSENT[recording.state] ?? null
  if (stopped) return 'The caller stopped the recording. Nothing of it was kept.'
  return outcome === 'answered' || outcome === 'voicemail' ? 'This call was not recorded.' : 'There was no conversation to record.'
}
