/** The keys that recordings are encrypted with: which there are, and a new one. The keys themselves are never shown. */
import { officer } from '../links/officer'
import type { RecordingKey } from '../kit/model'
import { Trying } from './trying.svelte'

class RecordingKeys extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly RecordingKey[] | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => void (this.rows = (await officer.recordingKeys()).items), 'load')
  }

  renew(): Promise<boolean> {
    return this.try(async () => {
      await officer.newRecordingKey()
      this.rows = (await officer.recordingKeys()).items
    }, 'renew')
  }
}

export const recordingKeys = new RecordingKeys()
