/**
 * What stands beside a customer and is asked for by itself, for one of them: records of connected CRMs, and what the
 * caller agreed or objected to. A call waits for neither.
 */
import { api } from '../links/api'
import type { CrmPersonRecord } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import type { CallerConsent, ConsentAct } from '../kit/consents'

/** After this the pane stays without them. */
const CRM_MS = 800

export type CrmAbout = { person_id: string } | { contact_id: string }

export class CustomerRecords {
  shown = $state.raw<readonly CrmPersonRecord[]>([])

  async load(about: CrmAbout): Promise<void> {
    try {
      this.shown = (await api.crmRecords(about, CRM_MS)).items.filter((one) => /^https?:\/\//.test(one.link))
    } catch {
      // The customer is shown without.
    }
  }
}

export class CustomerConsents {
  states = $state.raw<readonly CallerConsent[]>([])
  problem = $state.raw<Problem | null>(null)
  busy = $state(false)

  constructor(readonly contact: string) {}

  async load(): Promise<void> {
    try {
      this.states = (await api.callerConsents(this.contact)).items
    } catch {
      // Of a caller who is not stored there is nothing to show.
    }
  }

  /** What the caller said just now; true when it holds. */
  async enter(purpose: CallerConsent['purpose'], act: ConsentAct): Promise<boolean> {
    this.busy = true
    this.problem = null
    try {
      await api.enterConsent(this.contact, purpose, act)
      await this.load()
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.busy = false
    }
  }
}
