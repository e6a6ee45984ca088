/** The audit log as it is looked through: what is asked for, the lines so far, and whether the whole is as it was written. */
import { api } from '../links/api'
import { saveFile } from '../links/save'
import type { AuditCheck, AuditLine, Named } from '../kit/model'
import { NOTHING, question, type AuditWish } from '../kit/audit'
import { asProblem, type Problem } from '../kit/problem'

const PAGE = 50

class Audit {
  wish = $state.raw<AuditWish>(NOTHING)
  /** Null until the first answer. */
  lines = $state.raw<readonly AuditLine[] | null>(null)
  next = $state.raw<number | null>(null)
  people = $state.raw<readonly Named[]>([])
  check = $state.raw<AuditCheck | null>(null)
  busy = $state<'lines' | 'more' | 'check' | 'file' | null>(null)
  problem = $state.raw<Problem | null>(null)
  #asked = 0

  async open(): Promise<void> {
    await this.choose(NOTHING)
    // Who may not see people searches by what and when.
    this.people = await api.people().then((found) => found.items, () => [])
  }

  async choose(change: Partial<AuditWish>): Promise<void> {
    this.wish = { ...this.wish, ...change }
    await this.#do('lines', async (current) => {
      const page = await api.audit({ ...question(this.wish), limit: String(PAGE) })
      if (current()) [this.lines, this.next] = [page.items, page.next]
    })
  }

  async more(): Promise<void> {
    const cursor = this.next
    if (cursor === null) return
    await this.#do('more', async (current) => {
      const page = await api.audit({ ...question(this.wish), limit: String(PAGE), cursor: String(cursor) })
      if (current()) [this.lines, this.next] = [[...(this.lines ?? []), ...page.items.filter((line) => line.seq < cursor)], page.next]
    })
  }

  async verify(): Promise<void> {
    await this.#do('check', async () => { this.check = await api.auditCheck() })
  }

  async save(format: 'csv' | 'jsonl'): Promise<void> {
    await this.#do('file', async () => saveFile(await api.auditFile({ ...question(this.wish), format }), `call24-audit.${format}`))
  }

  /** `current`: whether nothing was asked since; the answer to an older wish is dropped. */
  async #do(what: NonNullable<Audit['busy']>, work: (current: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++this.#asked
    this.busy = what
    try {
      await work(() => mine === this.#asked)
      if (mine === this.#asked) this.problem = null
    } catch (error) {
      if (mine === this.#asked) this.problem = asProblem(error)
    } finally {
      if (mine === this.#asked) this.busy = null
    }
  }
}

export const audit = new Audit()
