/** Erasing a caller: the plan first, then doing it, and the receipt. */
import { api } from '../links/api'
import type { CallerErasure, CallerErasurePlan, CallerErasureWish, ErasureNotice, ErasureReceipt } from '../kit/model'
import { saveFile } from '../links/save'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class Erasing extends Trying {
  /** Null until the first answer. */
  plan = $state.raw<CallerErasurePlan | null>(null)
  done = $state.raw<CallerErasure | null>(null)
  /** Passed on to processors, the newest first. */
  notices = $state.raw<readonly ErasureNotice[]>([])
  /** When the erasure that is under way began, epoch ms. */
  began = $state<number | null>(null)

  load(contact: string): Promise<boolean> {
    if (this.plan?.contact_id !== contact) this.plan = null
    if (this.done?.contact_id !== contact) this.done = null
    return this.try(async () => void (this.plan = await api.erasurePlan(contact)), 'plan')
  }

  async erase(contact: string, reason: CallerErasureWish['reason']): Promise<boolean> {
    this.began = Date.now()
    const erased = await this.try(async () => void (this.done = await api.eraseCaller(contact, reason)), 'erase')
    this.began = null
    return erased
  }

  save(receipt: ErasureReceipt): void {
    saveFile(new Blob([`${JSON.stringify(receipt, null, 1)}\n`], { type: 'application/json' }), `call24-receipt-${receipt.id}.json`)
  }

  /** Before a caller is chosen: what processors answered to the last erasures. */
  async list(): Promise<void> {
    this.plan = this.done = this.problem = null
    if (account.may('processors.read')) await this.try(async () => void (this.notices = (await api.erasureNotices()).items), 'list')
  }
}

export const erasing = new Erasing()
