/** The organisation's webhooks: where they go, how they fare, and what became of each message. A secret is kept only while it is shown. */
import { administration } from '../links/administration'
import type { Delivery, Webhook, WebhookKind, WebhookWish } from '../kit/model'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class Webhooks extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Webhook[] | null>(null)
  /** What may be subscribed to by this user. */
  kinds = $state.raw<readonly WebhookKind[]>([])
  /** The secret that was just made. */
  secret = $state.raw<string | null>(null)
  /** Of the webhook that is looked at; null until the first answer. */
  deliveries = $state.raw<readonly Delivery[] | null>(null)
  next = $state.raw<string | null>(null)
  dead = $state(false)
  #of = ''

  load(): Promise<boolean> {
    return this.#do(async () => {
      if (this.kinds.length === 0) this.kinds = (await administration.webhookKinds()).items.filter((row) => row.needs === null || account.may(row.needs))
    })
  }

  add(wish: WebhookWish): Promise<boolean> {
    return this.#do(async () => void (this.secret = (await administration.addWebhook(wish)).secret))
  }

  change(id: string, wish: Partial<WebhookWish>): Promise<boolean> {
    return this.#do(() => administration.changeWebhook(id, wish))
  }

  remove(id: string): Promise<boolean> {
    return this.#do(() => administration.dropWebhook(id))
  }

  renewSecret(id: string): Promise<boolean> {
    return this.#do(async () => void (this.secret = (await administration.renewWebhookSecret(id)).secret))
  }

  test(id: string): Promise<boolean> {
    return this.#do(() => administration.testWebhook(id), 'test')
  }

  again(delivery: Delivery): Promise<boolean> {
    return this.#do(() => administration.resendDelivery(this.#of, delivery.id), delivery.id)
  }

  /** Looks at one; `dead`: only what was given up. */
  open(id: string, dead = false): Promise<boolean> {
    if (id !== this.#of) this.deliveries = null
    this.#of = id
    this.dead = dead
    return this.#do(() => Promise.resolve())
  }

  older(): Promise<boolean> {
    return this.try(async () => {
      const [of, dead] = [this.#of, this.dead]
      const page = await administration.deliveries(of, dead, this.next)
      if (of === this.#of && dead === this.dead) [this.deliveries, this.next] = [[...(this.deliveries ?? []), ...page.items], page.next]
    })
  }

  close(): void {
    this.#of = ''
    this.secret = this.deliveries = this.next = this.problem = null
    this.dead = false
  }

  #do(work: () => Promise<unknown>, doing?: string): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.rows = (await administration.webhooks()).items
      const [of, dead] = [this.#of, this.dead]
      if (!this.rows.some((row) => row.id === of)) return
      const page = await administration.deliveries(of, dead, null)
      if (of === this.#of && dead === this.dead) [this.deliveries, this.next] = [page.items, page.next]
    }, doing)
  }
}

export const webhooks = new Webhooks()
