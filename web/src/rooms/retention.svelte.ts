/** How long the organisation keeps what, and whether what is due is deleted. */
import { api } from '../links/api'
import type { OrganisationRetention } from '../kit/model'
import { Trying } from './trying.svelte'

class Retention extends Trying {
  /** Null until the first answer. */
  state = $state.raw<OrganisationRetention | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => void (this.state = await api.retention()))
  }
}

export const retention = new Retention()
