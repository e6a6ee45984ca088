/** What agents choose from: reasons to pause and dispositions. Loaded at the sign-in, and when a screen asks. */
import { api } from '../links/api'
import type { Disposition, PauseReason } from '../kit/model'
import { capital } from '../kit/format'

/** Reasons that every organisation has. */
const BUILT_IN: Record<string, string> = { break: 'Break', lunch: 'Lunch', training: 'Training', meeting: 'Meeting', paperwork: 'Paperwork' }
/** Reasons that the server gives. */
const SYSTEM: Record<string, string> = {
  unreachable: 'Phone unreachable', missed_calls: 'Missed calls', vanished: 'App disconnected', supervisor: 'By a supervisor',
}

type Pause = Pick<PauseReason, 'id' | 'name' | 'limit_s'>

class Choices {
  pauses = $state.raw<readonly Pause[]>(Object.entries(BUILT_IN).map(([id, name]) => ({ id, name, limit_s: null })))
  /** Also of what nobody can choose any more: what is past keeps its name. */
  #names = $state.raw<ReadonlyMap<string, string>>(new Map())
  dispositions = $state.raw<readonly Disposition[] | null>(null)

  async load(): Promise<void> {
    const pauses = await api.pauseReasons().then((page) => page.items, () => null)
    if (pauses !== null) {
      this.#names = new Map([...this.#names, ...pauses.map((p) => [p.id, p.name] as const)])
      const theirs = pauses.filter((p) => p.active)
      const names = new Set(theirs.map((p) => p.name.toLowerCase()))
      const ours = Object.entries(BUILT_IN).filter(([id, name]) => !names.has(id) && !names.has(name.toLowerCase())).map(([id, name]) => ({ id, name, limit_s: null }))
      this.pauses = [...theirs.map((p) => ({ ...p, name: capital(p.name) })), ...ours]
    }
  }

  /** Those that may be given for a call of this queue; `queue` null: all. */
  async loadDispositions(queue: string | null): Promise<void> {
    const page = await api.dispositions(queue).catch(() => null)
    if (page !== null) this.dispositions = page.items.filter((d) => d.active)
  }

  async loadNames(): Promise<void> {
    const page = await api.dispositions(null).catch(() => null)
    if (page !== null) this.#names = new Map([...this.#names, ...page.items.map((d) => [d.id, d.name] as const)])
  }

  /** A disposition's name; null while it is not known. */
  disposition(id: string): string | null {
    return this.#names.get(id) ?? null
  }

  /** All that are known, also of what nobody can choose any more. `prefix`: of their ids. */
  named(prefix: string): { id: string; name: string }[] {
    return [...this.#names].filter(([id]) => id.startsWith(prefix)).map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name))
  }

  /** A pause's reason as people call it. */
  reason(reason: string | null): string | null {
    if (reason === null || reason === '') return null
    return capital(this.#names.get(reason) ?? SYSTEM[reason] ?? BUILT_IN[reason] ?? reason)
  }
}

export const choices = new Choices()
