/** Saved reports: the list, the one that is open, saving, deleting, and sending one to oneself. */
import type { ReportTimes, SavedReport, SavedReportWish } from '../kit/model'
import { choiceOf } from '../kit/saved_reports'
import { asProblem, type Problem } from '../kit/problem'
import { supervising } from '../links/supervising'
import { reports } from './reports.svelte'
import { Trying } from './trying.svelte'

class SavedReports extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly SavedReport[] | null>(null)
  /** The one that the address names, as it was read. */
  opened = $state.raw<SavedReport | null>(null)
  /** Why it could not be opened. */
  missing = $state.raw<Problem | null>(null)
  /** What a schedule comes to, and who can be sent reports; null until the answer. */
  times = $state.raw<ReportTimes | null>(null)
  /** Why there is no answer. */
  timeless = $state.raw<Problem | null>(null)
  /** Which one was sent now. */
  sent = $state<string | null>(null)
  #seen: string | null = null
  #question = 0
  #asked = 0

  load(): Promise<boolean> {
    return this.try(() => this.#read(), 'load')
  }

  /** What the address names; null: none. */
  async open(id: string | null): Promise<void> {
    const mine = ++this.#question
    this.opened = null
    this.missing = null
    this.sent = null
    if (id === null) return
    try {
      const { body, etag } = await supervising.savedReport(id)
      if (mine !== this.#question) return
      this.opened = body
      this.#seen = etag
      reports.choose(choiceOf(body))
    } catch (error) {
      if (mine === this.#question) this.missing = asProblem(error)
    }
  }

  /** `over`: the open one is replaced; else one more is saved. The id of what is saved; null: it was not. */
  async save(wish: SavedReportWish, over: boolean): Promise<string | null> {
    let id: string | null = null
    await this.try(async () => {
      if (over && this.opened !== null) {
        const changed = (await supervising.changeSavedReport(this.opened.id, wish, this.#seen)).body
        id = changed.id
        this.opened = changed
        this.#seen = (await supervising.savedReport(id)).etag
      } else {
        id = (await supervising.saveReport(wish)).id
      }
    }, 'save')
    if (id !== null) void this.#read().catch(() => undefined)
    return id
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      await supervising.removeSavedReport(id)
      if (this.opened?.id === id) this.opened = null
      this.rows = this.rows?.filter((one) => one.id !== id) ?? null
    }, 'remove')
  }

  async sendNow(id: string): Promise<void> {
    this.sent = null
    if (await this.try(() => supervising.sendSavedReport(id), id)) this.sent = id
  }

  /** The answer to an older question is dropped. */
  async ask(schedule: { every: string; hour: number; weekday?: number; day?: number }): Promise<void> {
    const mine = ++this.#asked
    try {
      const question = Object.fromEntries(Object.entries(schedule).map(([name, value]) => [name, String(value)]))
      const found = await supervising.reportTimes(question)
      if (mine !== this.#asked) return
      this.times = found
      this.timeless = null
    } catch (error) {
      if (mine !== this.#asked) return
      this.times = null
      this.timeless = asProblem(error)
    }
  }

  async #read(): Promise<void> {
    this.rows = (await supervising.savedReports()).items
  }
}

export const saved = new SavedReports()
