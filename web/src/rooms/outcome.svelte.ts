/** What a call came to: the disposition that an agent gives in wrap-up, or during the call. */
import { api } from '../links/api'
import { asProblem, type Problem } from '../kit/problem'
import { live } from './live.svelte'

class CallOutcome {
  busy = $state<string | null>(null)
  problem = $state.raw<Problem | null>(null)

  async give(call: string, disposition: string): Promise<boolean> {
    this.busy = disposition
    try {
      await api.giveDisposition(call, disposition)
      this.problem = null
      const session = live.state?.session
      if (session) live.adoptSession({ ...session, disposition_id: disposition, disposition_due: null, disposition_required: false })
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.busy = null
    }
  }
}

export const outcome = new CallOutcome()
