/** What the organisation states in its privacy policy. */
import { api } from '../links/api'
import type { PolicyStatements } from '../kit/model'
import { Trying } from './trying.svelte'

class Statements extends Trying {
  /** Null until the first answer. */
  stated = $state.raw<PolicyStatements | null>(null)
  saved = $state(false)

  load(): Promise<boolean> {
    this.saved = false
    return this.try(async () => void (this.stated = await api.policyStatements()), 'load')
  }

  change(changes: Partial<Omit<PolicyStatements, 'address'>>): Promise<boolean> {
    return this.try(async () => {
      this.stated = await api.changePolicyStatements(changes)
      this.saved = true
    }, 'change')
  }
}

export const statements = new Statements()
