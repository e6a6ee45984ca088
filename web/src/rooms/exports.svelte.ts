/** Earlier exports of reports and calls, which are kept for some days. */
import { api } from '../links/api'
import { details } from '../links/details'
import type { ExportRow } from '../kit/model'
import { saveFile } from '../links/save'
import { Trying } from './trying.svelte'

const ASK_MS = 1500

class Exports extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly ExportRow[] | null>(null)

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve(), 'load')
  }

  get writing(): boolean {
    return this.rows?.some((one) => one.state === 'running') ?? false
  }

  /** Asks again and again how far they are; what is returned ends it. */
  follow(): () => void {
    const asking = setInterval(() => void details.exports().then((page) => (this.rows = page.items), () => undefined), ASK_MS)
    return () => clearInterval(asking)
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
      this.rows = (await details.exports()).items
    }, doing)
  }
}

export const exports = new Exports()
