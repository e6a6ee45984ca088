/** Closing the organisation: what would go, until when it can be kept; and the banner's word that it is being closed. */
import { api } from '../links/api'
import type { ClosingPlan, OrganisationClosing } from '../kit/model'
import { Trying } from './trying.svelte'

const AGAIN_MS = 3_600_000

class ClosingOrganisation extends Trying {
  /** Null: the server has not said. */
  state = $state.raw<OrganisationClosing | null>(null)
  plan = $state.raw<ClosingPlan | null>(null)
  #timer = 0

  start(): void {
    const look = (): void => void this.#look()
    look()
    this.#timer = window.setInterval(look, AGAIN_MS)
  }

  /** Where the server does not say, there is no banner: calls come first. */
  async #look(): Promise<void> {
    this.state = await api.closing().catch(() => this.state)
  }

  load(): Promise<boolean> {
    return this.try(async () => {
      const [state, plan] = await Promise.all([api.closing(), api.closingPlan()])
      this.state = state
      this.plan = plan
    }, 'load')
  }

  close(name: string): Promise<boolean> {
    return this.try(async () => {
      this.state = await api.closeOrganisation(name)
    }, 'close')
  }

  keep(): Promise<boolean> {
    return this.try(async () => {
      await api.keepOrganisation()
      await this.#look()
    }, 'keep')
  }

  stop(): void {
    clearInterval(this.#timer)
    this.state = this.plan = this.problem = null
  }
}

export const closing = new ClosingOrganisation()
