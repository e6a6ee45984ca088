/** What a call came to: the disposition that an agent gives in wrap-up, or during the call. */
import { api } from '../links/api'
import { live } from './live.svelte'
import { Trying } from './trying.svelte'

class CallOutcome extends Trying {
  give(call: string, disposition: string): Promise<boolean> {
    return this.try(async () => {
      await api.giveDisposition(call, disposition)
      const session = live.state?.session
      if (session) live.adoptSession({ ...session, disposition_id: disposition, disposition_due: null, disposition_required: false })
    }, disposition)
  }
}

export const outcome = new CallOutcome()
