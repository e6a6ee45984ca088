/** What is said of a call's recording where there is nothing to hear. Pure. */
import type { Outcome, RecordingShown } from './model'

const ABSENT: Record<RecordingShown['state'], string | null> = {
  open: 'The recording is being checked and stored. It appears here automatically.',
  stored: null,
  short: null,
  empty: 'The recording has no sound.',
  missing: 'The recording was lost before it could be stored.',
  deleted: 'The recording was deleted: it is kept for fewer days than the call.',
  refused: 'This call was not recorded: the server’s disk was too full.',
}

/** Null: there is something to hear. */
export function nothingToHear(recording: RecordingShown | null, outcome: Outcome): string | null {
  if (recording !== null) return ABSENT[recording.state] ?? null
  return outcome === 'answered' || outcome === 'voicemail' ? 'This call was not recorded.' : 'There was no conversation to record.'
}
