/** Callers as they are found by name or number in the calls that one may see, and colleagues by name. */
import { api } from '../links/api'
import type { Named } from '../kit/model'
import { Trying } from './trying.svelte'

export interface FoundCaller { id: string; name: string | null; number: string | null; at: string }

class Finding extends Trying {
  /** Null: nothing was looked for yet. */
  callers = $state.raw<readonly FoundCaller[] | null>(null)
  people = $state.raw<readonly Named[]>([])
  #asked = 0

  look(text: string): Promise<boolean> {
    const mine = ++this.#asked
    return this.try(async () => {
      const calls = await api.calls(50, null, text.trim())
      if (mine !== this.#asked) return
      const found = new Map<string, FoundCaller>()
      for (const row of calls.items) if (row.contact_id !== null && !found.has(row.contact_id)) found.set(row.contact_id, { id: row.contact_id, name: row.name, number: row.number, at: row.at })
      this.callers = [...found.values()]
    })
  }

  async loadPeople(): Promise<void> {
    this.people = await api.people().then((found) => found.items, () => [])
  }

  clear(): void {
    this.#asked++
    this.callers = this.problem = null
  }
}

export const finding = new Finding()
