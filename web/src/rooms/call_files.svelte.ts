/** A call as a file for other software, and who played its recording. */
import { details } from '../links/details'
import type { Named } from '../kit/model'
import { saveFile } from '../links/save'
import { Trying } from './trying.svelte'

export class CallFiles extends Trying {
  save(call: string): Promise<boolean> {
    return this.try(async () => saveFile(await details.callVcon(call), `${call}.vcon.json`), 'call')
  }

  saveWithSound(recording: string): Promise<boolean> {
    return this.try(async () => saveFile(await details.recordingVcon(recording), `${recording}.vcon.json`), 'sound')
  }
}

interface Playback { id: string; user: Named; at: string; address: string }

export class Playbacks extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly Playback[] | null>(null)

  constructor(readonly recording: string) {
    super()
  }

  load(): Promise<boolean> {
    return this.try(async () => void (this.rows = (await details.playbacks(this.recording)).items), 'load')
  }
}
