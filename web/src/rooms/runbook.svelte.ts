/** The page of the documentation that says what to do about a part of the installation. */
import { api } from '../links/api'
import { Trying } from './trying.svelte'

class Runbook extends Trying {
  /** Markdown; null: it is not there yet. */
  text = $state.raw<string | null>(null)

  #newest = ''

  /** Of several, the one that was asked for last is shown, whichever answers last. */
  load(name: string): Promise<boolean> {
    this.text = null
    this.#newest = name
    return this.try(async () => {
      try {
        const { text } = await api.runbook(name)
        if (name === this.#newest) this.text = text
      } catch (error) {
        if (name === this.#newest) throw error
      }
    })
  }
}

export const runbook = new Runbook()
