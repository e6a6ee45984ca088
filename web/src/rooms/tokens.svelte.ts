/** Tokens for programs: made, seen and revoked. The token itself is kept only while it is shown. */
import { api } from '../links/api'
import type { MachineToken, PermissionRow } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'

class Tokens {
  /** Null until the first answer. */
  rows = $state.raw<readonly MachineToken[] | null>(null)
  permissions = $state.raw<readonly PermissionRow[]>([])
  made = $state.raw<{ name: string; token: string } | null>(null)
  problem = $state.raw<Problem | null>(null)
  busy = $state(false)

  load(): Promise<boolean> {
    return this.#do(async () => {
      if (this.permissions.length === 0) this.permissions = (await api.permissions()).items.filter((row) => row.yours)
    })
  }

  make(name: string, abilities: string[], days: number): Promise<boolean> {
    return this.#do(async () => {
      const { token } = await api.makeToken({ name: name.trim(), abilities, expires_in_days: days })
      this.made = { name: name.trim(), token }
    })
  }

  revoke(id: string): Promise<boolean> {
    return this.#do(() => api.revokeToken(id))
  }

  async #do(work: () => Promise<void>): Promise<boolean> {
    this.busy = true
    this.problem = null
    try {
      await work()
      this.rows = (await api.machineTokens()).items
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.busy = false
    }
  }
}

export const tokens = new Tokens()
