/** The page of the documentation that says what to do about a part of the installation. */
import { api } from '../links/api'
import { Trying } from './trying.svelte'

class Runbook extends Trying {
  /** Markdown; null: it is not there yet. */
  text = $state.raw<string | null>(null)

  load(name: string): Promise<boolean> {
    this.text = null
    return this.try(async () => (this.text = (await api.runbook(name)).text))
  }
}

export const runbook = new Runbook()
