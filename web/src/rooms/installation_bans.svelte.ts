/** Addresses that the installation keeps out, for its operators. */
import { untrack } from 'svelte'
import { administration } from '../links/administration'
import type { InstallationBan } from '../kit/model'
import { asProblem } from '../kit/problem'
import { Trying } from './trying.svelte'

const AGAIN_MS = 30_000

class InstallationBans extends Trying {
  /** Those that may be a carrier's or agents' first; null: the server has not said. */
  rows = $state.raw<readonly InstallationBan[] | null>(null)
  /** The ban that was lifted last, and whether it was over by then. */
  lifted = $state.raw<{ address: string; wasOver: boolean } | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => {
      this.rows = (await administration.installationBans()).items
    })
  }

  /** While the page is open; returns what ends it. */
  open(): () => void {
    this.lifted = null
    void untrack(() => this.load())
    const timer = setInterval(() => document.visibilityState === 'visible' && this.rows !== null && !this.busy && void this.load(), AGAIN_MS)
    return () => clearInterval(timer)
  }

  /** True also where it was over by then: it ended, or somebody else was faster. */
  async lift(ban: InstallationBan): Promise<boolean> {
    this.lifted = null
    const done = await this.try(async () => {
      let wasOver = false
      try {
        await administration.liftInstallationBan(ban.id)
      } catch (error) {
        wasOver = asProblem(error).status === 404
        if (!wasOver) throw error
      }
      this.lifted = { address: ban.address, wasOver }
    }, ban.id)
    if (done) void this.load()
    return done
  }
}

export const installationBans = new InstallationBans()
