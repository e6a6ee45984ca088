/** The installation's self-audits, and whether a new one is due. It is run on the machine; here it is read. */
import { api } from '../links/api'
import { clock } from '../kit/clock.svelte'
import type { SelfAudit, SelfAuditList } from '../kit/model'
import { auditReminder } from '../kit/self_audit'
import { saveFile } from '../links/save'
import { Trying } from './trying.svelte'

const AGAIN_MS = 6 * 3_600_000

class SelfAudits extends Trying {
  /** Null: the server has not said. */
  list = $state.raw<SelfAuditList | null>(null)
  #timer = 0
  #run = 0

  /** Asked again some times a day, since the app stays open. */
  start(): void {
    const look = (): void => void this.#look().catch(() => undefined)
    look()
    this.#timer = window.setInterval(look, AGAIN_MS)
  }

  /** Null: none is due, or it is not known. */
  get reminder(): string | null {
    return auditReminder(this.list, clock.still)
  }

  load(): Promise<boolean> {
    return this.try(() => this.#look())
  }

  /** What is answered after `stop` is dropped: somebody else may be here. */
  async #look(): Promise<void> {
    const mine = this.#run
    const list = await api.selfAudits()
    if (mine === this.#run) this.list = list
  }

  save(audit: SelfAudit): void {
    saveFile(new Blob([`${JSON.stringify(audit, null, 1)}\n`], { type: 'application/json' }), `call24-self-audit-${audit.at.slice(0, 10)}.json`)
  }

  stop(): void {
    this.#run += 1
    clearInterval(this.#timer)
    this.list = this.problem = null
  }
}

export const selfAudits = new SelfAudits()
