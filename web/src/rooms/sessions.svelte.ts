/** Where the user is signed in, and signing out there. */
import { api } from '../links/api'
import type { SessionRow } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'

class Sessions {
  /** Null until the first answer. */
  rows = $state.raw<readonly SessionRow[] | null>(null)
  problem = $state.raw<Problem | null>(null)
  /** The id of a session, or `others`. */
  ending = $state<string | null>(null)

  async load(): Promise<void> {
    try {
      this.rows = (await api.sessions()).items
      this.problem = null
    } catch (error) {
      this.problem = asProblem(error)
    }
  }

  end(row: SessionRow): Promise<void> {
    return this.#end(row.id, () => api.endSession(row.id))
  }

  /** All but this one. */
  endOthers(): Promise<void> {
    return this.#end('others', () => api.endOtherSessions())
  }

  async #end(which: string, work: () => Promise<void>): Promise<void> {
    this.ending = which
    try {
      await work()
      await this.load()
    } catch (error) {
      this.problem = asProblem(error)
      // It ended meanwhile: that is what was wanted.
      if (this.problem.status === 404) await this.load()
    } finally {
      this.ending = null
    }
  }
}

export const sessions = new Sessions()
