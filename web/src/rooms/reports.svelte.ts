/** The chosen report: asked anew with each change of the choice, which this device remembers; its export; and what the
 * nights found that compare call records with the telephone system's log. */
import { api } from '../links/api'
import { saveFile } from '../links/save'
import { store } from '../links/store'
import { comparedSaid, dayIn, daysOf, remembered, type Choice, type Export, type Filters, type Report, type Totals } from '../kit/reports'
import { asProblem, type Problem } from '../kit/problem'
import { account } from './account.svelte'

const ASK_MS = 700
const NIGHTS = 7

class Reports {
  choice = $state.raw<Choice>(remembered(store.choice('reports')))
  /** Null until the first answer; the last one stays while the next is asked for. */
  report = $state.raw<Report | null>(null)
  /** What the report is narrowed to. */
  filters = $state.raw<Filters>({})
  /** What is kept of deleted calls of these days; null where there is nothing. */
  totals = $state.raw<Totals | null>(null)
  loading = $state(false)
  problem = $state.raw<Problem | null>(null)
  compared = $state.raw<ReturnType<typeof comparedSaid>>(null)
  exported = $state.raw<Export | null>(null)
  exportProblem = $state.raw<Problem | null>(null)
  /** The organisation's, once an answer named it: until then this browser's. */
  #zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  #question = 0
  #asking: ReturnType<typeof setTimeout> | undefined

  choose(change: Partial<Choice>): void {
    const fresh = change.by !== undefined && change.by !== this.choice.by ? { measures: [] } : {} // other rows have other figures
    this.choice = { ...this.choice, ...fresh, ...change }
    store.setChoice('reports', JSON.stringify(this.choice))
    void this.load()
  }

  #days(): [string, string] {
    return daysOf(this.choice, dayIn(this.#zone, Date.now()))
  }

  /** The filters as the API names them. */
  #asked(): { queue_id?: string; agent_id?: string; direction?: Exclude<Choice['direction'], ''> } {
    const { queue, agent, direction } = this.choice
    return { ...(queue && { queue_id: queue }), ...(agent && { agent_id: agent }), ...(direction && { direction }) }
  }

  async load(): Promise<void> {
    const mine = ++this.#question
    this.loading = true
    try {
      const [from, to] = this.#days()
      const { by, queue, agent, direction, compare } = this.choice
      const filters: Filters = { ...(queue && { queue }), ...(agent && { agent }), ...(direction && { direction }) }
      void this.#loadTotals(mine, { from, to, ...(queue && { queue_id: queue }) })
      const report = await api.report({ by, from, to, ...this.#asked(), ...(compare ? { compare: 'true' } : {}) })
      if (mine !== this.#question) return
      this.report = report
      this.filters = filters
      this.problem = null
      this.#zone = report.time_zone
      if (this.#days().join() !== [from, to].join()) void this.load()
    } catch (error) {
      if (mine === this.#question) this.problem = asProblem(error)
    } finally {
      if (mine === this.#question) this.loading = false
    }
  }

  /** Beside the report, and not in its way. Calls of today are there. */
  async #loadTotals(mine: number, question: { from: string } & Record<string, string>): Promise<void> {
    try {
      const found = question.from < dayIn(this.#zone, Date.now()) ? await api.reportTotals(question) : null
      if (mine === this.#question) this.totals = found !== null && found.rows.length > 0 ? found : null
    } catch {
      if (mine === this.#question) this.totals = null
    }
  }

  /** Beside the report, and not in its way: without an answer there is no line. */
  async loadCompared(): Promise<void> {
    try {
      if (account.may('calls.read_all')) this.compared = comparedSaid((await api.compared(NIGHTS)).items)
    } catch {
      this.compared = null
    }
  }

  async export(format: 'csv' | 'xlsx'): Promise<void> {
    const [from, to] = this.#days()
    await this.#tried(async () => {
      this.exported = await api.beginExport({ kind: 'report', format, from, to, by: this.choice.by, ...this.#asked() })
      this.#follow(this.exported.id)
    })
  }

  #follow(id: string): void {
    this.#asking = setTimeout(() => void this.#tried(async () => {
      const now = await api.exportState(id)
      if (this.exported?.id !== id) return
      this.exported = now
      if (now.state === 'running') this.#follow(id)
      else if (now.state === 'done') await this.#fetch(now)
    }), ASK_MS)
  }

  async #fetch(done: Export): Promise<void> {
    saveFile(await api.exportFile(done.id), `call24-report.${done.format}`)
  }

  async cancel(): Promise<void> {
    clearTimeout(this.#asking)
    const id = this.exported?.id
    this.exported = null
    if (id !== undefined) await this.#tried(() => api.dropExport(id))
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      this.exportProblem = null
      await work()
    } catch (error) {
      this.exportProblem = asProblem(error)
      this.exported = null
    }
  }
}

export const reports = new Reports()
