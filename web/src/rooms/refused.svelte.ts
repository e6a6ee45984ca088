/** What does not get in by the organisation's trunks: calls that were refused, and addresses that are banned. */
import { administration } from '../links/administration'
import type { Ban, RefusedCall } from '../kit/refused'
import { Trying } from './trying.svelte'

class Refused extends Trying {
  bans = $state.raw<readonly Ban[]>([])
  calls = $state.raw<readonly RefusedCall[]>([])

  load(withCalls: boolean): Promise<boolean> {
    return this.try(async () => {
      this.bans = (await administration.bans()).items
      this.calls = withCalls ? (await administration.refusedCalls()).items : []
    })
  }

  lift(id: string): Promise<boolean> {
    return this.try(async () => {
      await administration.liftBan(id)
      this.bans = (await administration.bans()).items
    }, id)
  }
}

export const refused = new Refused()
