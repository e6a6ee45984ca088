/** Earlier exports of reports and calls, which are kept for some days. */
import { api } from '../links/api'
import { details } from '../links/details'
import type { ExportRow } from '../kit/model'
import { asProblem } from '../kit/problem'
import { saveFile } from '../links/save'
import { Trying } from './trying.svelte'

const ASK_MS = 1500

class Exports extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly ExportRow[] | null>(null)

  #asked = 0

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve(), 'load')
  }

  get writing(): boolean {
    return this.rows?.some((one) => one.state === 'running') ?? false
  }

  /** Asks how far they are, again after each answer, until it is refused; what is returned ends it. */
  follow(): () => void {
    let ended = false
    const ask = async (): Promise<void> => {
      const mine = ++this.#asked
      try {
        const { items } = await details.exports()
        // The answer to an older question is dropped.
        if (mine === this.#asked) this.rows = items
      } catch (error) {
        const problem = asProblem(error)
        if (!ended && !problem.away) this.problem = problem
        ended ||= !problem.away
      }
      if (!ended) timer = setTimeout(() => void ask(), ASK_MS)
    }
    let timer = setTimeout(() => void ask(), ASK_MS)
    return () => {
      ended = true
      clearTimeout(timer)
    }
  }

  save(one: ExportRow): Promise<boolean> {
    return this.try(async () => saveFile(await api.exportFile(one.id), `call24-${one.kind}-${one.from}.${one.format}`), one.id)
  }

  drop(id: string): Promise<boolean> {
    return this.#do(() => api.dropExport(id), 'drop')
  }

  #do(work: () => Promise<unknown>, doing: string): Promise<boolean> {
    return this.try(async () => {
      await work()
      const mine = ++this.#asked
      const { items } = await details.exports()
      if (mine === this.#asked) this.rows = items
    }, doing)
  }
}

export const exports = new Exports()
