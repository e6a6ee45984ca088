/** Earlier exports of reports and calls, which are kept for some days. */
import { api } from '../links/api'
import { details } from '../links/details'
import type { ExportRow } from '../kit/model'
import { saveFile } from '../links/save'
import { lookAgain } from './looking'
import { Trying } from './trying.svelte'

const ASK_MS = 1500

class Exports extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly ExportRow[] | null>(null)

  #asked = 0

  load(): Promise<boolean> {
    return this.try(() => this.#read(), 'load')
  }

  get writing(): boolean {
    return this.rows?.some((one) => one.state === 'running') ?? false
  }

  /** Asks how far they are, until it is refused; what is returned ends it. */
  follow(): () => void {
    return lookAgain(() => this.#read(), ASK_MS, (problem) => (this.problem = problem))
  }

  save(one: ExportRow): Promise<boolean> {
    return this.try(async () => saveFile(await api.exportFile(one.id), `call24-${one.kind}-${one.from}.${one.format}`), one.id)
  }

  drop(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropExport(id)
      await this.#read()
    }, 'drop')
  }

  /** The answer to an older question is dropped. */
  async #read(): Promise<void> {
    const mine = ++this.#asked
    const { items } = await details.exports()
    if (mine === this.#asked) this.rows = items
  }
}

export const exports = new Exports()
