/** The chosen report: asked anew with each change of the choice, which this device remembers; its export; and what the
 * nights found that compare call records with the telephone system's log. */
import { api } from '../links/api'
import { saveFile } from '../links/save'
import { store } from '../links/store'
import { comparedSaid, dayIn, daysOf, remembered, type Choice, type Export, type Report, type Totals } from '../kit/reports'
import { asProblem, type Problem } from '../kit/problem'
import { account } from './account.svelte'

const ASK_MS = 700
const NIGHTS = 7

class Reports {
  choice = $state.raw<Choice>(remembered(store.choice('reports')))
  /** Null until the first answer; the last one stays while the next is asked for. */
  report = $state.raw<Report | null>(null)
  /** The queue that the report is of; empty: all. */
  queue = $state('')
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
    this.choice = { ...this.choice, ...change }
    store.setChoice('reports', JSON.stringify(this.choice))
    void this.load()
  }

  #days(): [string, string] {
    return daysOf(this.choice, dayIn(this.#zone, Date.now()))
  }

  async load(): Promise<void> {
    const mine = ++this.#question
    this.loading = true
    try {
      const [from, to] = this.#days()
      const asked = this.choice.queue
      const queue: Record<string, string> = asked === '' ? {} : { queue_id: this.choice.queue }
      void this.#loadTotals(mine, { from, to, ...queue })
      const report = await api.report({ by: this.choice.by, from, to, ...queue, ...(this.choice.compare ? { compare: 'true' } : {}) })
      if (mine !== this.#question) return
      this.report = report
      this.queue = asked
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
    const queue = this.choice.queue === '' ? {} : { queue_id: this.choice.queue }
    await this.#tried(async () => {
      this.exported = await api.beginExport({ kind: 'report', format, from, to, by: this.choice.by, ...queue })
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
