/** What agents choose from: reasons to pause and dispositions. Loaded at the sign-in, and when a screen asks. */
import { api } from '../links/api'
import type { Disposition, Named, PauseReason } from '../kit/model'
import { capital } from '../kit/format'

/** Reasons that every organisation has. */
const BUILT_IN = ['break', 'lunch', 'training', 'meeting', 'paperwork']
/** Reasons that the server gives. */
const SYSTEM: Record<string, string> = {
  unreachable: 'No phone reached', missed_calls: 'Missed calls', vanished: 'App not seen', supervisor: 'By a supervisor',
}

class Choices {
  pauses = $state.raw<readonly PauseReason[]>(BUILT_IN.map((id) => ({ id, name: capital(id), limit_s: null })))
  dispositions = $state.raw<readonly Named[] | null>(null)

  async load(): Promise<void> {
    const pauses = await api.pauseReasons().then((page) => page.items, () => null)
    if (pauses !== null) {
      const theirs = pauses.filter((p) => p.active !== false)
      const names = new Set(theirs.map((p) => p.name.toLowerCase()))
      const ours = BUILT_IN.filter((id) => !names.has(id)).map((id) => ({ id, name: capital(id), limit_s: null }))
      this.pauses = [...theirs.map((p) => ({ ...p, name: capital(p.name) })), ...ours]
    }
  }

  /** Those that may be given for a call of this queue; `queue` null: all. */
  async loadDispositions(queue: string | null): Promise<void> {
    const page = await api.dispositions(queue).catch(() => null)
    if (page !== null) this.dispositions = page.items.filter((d: Disposition) => d.active !== false)
  }

  /** A pause's reason as people call it. */
  reason(reason: string | null): string | null {
    if (reason === null || reason === '') return null
    return this.pauses.find((p) => p.id === reason)?.name ?? SYSTEM[reason] ?? capital(reason)
  }
}

export const choices = new Choices()
