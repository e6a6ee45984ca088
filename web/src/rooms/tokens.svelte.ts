/** Tokens for programs: made, seen and revoked. The token itself is kept only while it is shown. */
import { administration } from '../links/administration'
import type { MachineToken, PermissionRow } from '../kit/model'
import { Trying } from './trying.svelte'

class Tokens extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly MachineToken[] | null>(null)
  permissions = $state.raw<readonly PermissionRow[]>([])
  made = $state.raw<{ name: string; token: string } | null>(null)

  load(): Promise<boolean> {
    return this.#do(async () => {
      if (this.permissions.length === 0) this.permissions = (await administration.permissions()).items.filter((row) => row.yours)
    })
  }

  make(name: string, abilities: string[], days: number): Promise<boolean> {
    return this.#do(async () => {
      const { token } = await administration.makeToken({ name: name.trim(), abilities, expires_in_days: days })
      this.made = { name: name.trim(), token }
    })
  }

  revoke(id: string): Promise<boolean> {
    return this.#do(() => administration.revokeToken(id))
  }

  #do(work: () => Promise<void>): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.rows = (await administration.machineTokens()).items
    })
  }
}

export const tokens = new Tokens()
