/** What agents choose from, for those who decide it: dispositions and pause reasons. */
import { lastOrder, moved, type Code, type CodeWish } from '../kit/reason_codes'
import { administration } from '../links/administration'
import type { Items } from '../links/api'
import { Trying } from './trying.svelte'

interface Operations {
  list(): Promise<Items<Code>>
  add(wish: CodeWish & { order: number }): Promise<Code>
  change(id: string, changes: Partial<CodeWish> & { order?: number; active?: boolean }): Promise<Code>
  retire(id: string): Promise<void>
}

class ReasonCodes extends Trying {
  /** Null until the first answer; also retired ones. */
  rows = $state.raw<readonly Code[] | null>(null)

  constructor(readonly ask: Operations) {
    super()
  }

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve())
  }

  add(wish: CodeWish): Promise<boolean> {
    return this.#do(() => this.ask.add({ ...wish, order: lastOrder(this.rows ?? []) }))
  }

  change(id: string, wish: Partial<CodeWish>): Promise<boolean> {
    return this.#do(() => this.ask.change(id, wish))
  }

  retire(id: string): Promise<boolean> {
    return this.#do(() => this.ask.retire(id))
  }

  bringBack(id: string): Promise<boolean> {
    return this.#do(() => this.ask.change(id, { active: true, order: lastOrder(this.rows ?? []) }))
  }

  move(id: string, by: number): Promise<boolean> {
    return this.#do(async () => {
      for (const { id: one, order } of moved(this.rows ?? [], id, by)) await this.ask.change(one, { order })
    })
  }

  #do(work: () => Promise<unknown>): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.rows = (await this.ask.list()).items
    })
  }
}

export const dispositions = new ReasonCodes({ list: administration.dispositions, add: administration.addDisposition, change: administration.changeDisposition, retire: administration.retireDisposition })
export const pauseReasons = new ReasonCodes({ list: administration.pauseReasons, add: administration.addPauseReason, change: administration.changePauseReason, retire: administration.retirePauseReason })
