/** The doctor's checks, for operators of the installation: run on the server, one run at a time, and kept for all of them. */
import { untrack } from 'svelte'
import { administration } from '../links/administration'
import type { InstallationChecks } from '../kit/model'
import { Trying } from './trying.svelte'

const AGAIN_MS = 1_500

class Checks extends Trying {
  /** The newest run, whoever started it; null: the server has not said. */
  run = $state.raw<InstallationChecks | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => {
      this.run = await administration.installationChecks()
    })
  }

  /** A new run, or the one that goes on. */
  start(): Promise<boolean> {
    return this.try(async () => {
      this.run = await administration.runInstallationChecks()
    }, 'start')
  }

  /** While the page is open it follows a run that goes on; returns what ends it. */
  open(): () => void {
    void untrack(() => this.load())
    const timer = setInterval(() => this.run?.state === 'running' && !this.busy && void this.load(), AGAIN_MS)
    return () => clearInterval(timer)
  }
}

export const installationChecks = new Checks()
