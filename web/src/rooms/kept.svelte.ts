/** Recordings that are kept longer than their call record: a page at a time, when they are asked for. */
import { api } from '../links/api'
import type { KeptRecording } from '../kit/model'
import { Trying } from './trying.svelte'

const PAGE = '25'

class Kept extends Trying {
  /** Null until they are asked for. */
  rows = $state.raw<readonly KeptRecording[] | null>(null)
  next = $state.raw<string | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.keptRecordings({ limit: PAGE })
      ;[this.rows, this.next] = [page.items, page.next]
    }, 'rows')
  }

  more(): Promise<boolean> {
    const cursor = this.next
    if (cursor === null) return Promise.resolve(true)
    return this.try(async () => {
      const page = await api.keptRecordings({ limit: PAGE, cursor })
      this.rows = [...(this.rows ?? []), ...page.items]
      this.next = page.next
    }, 'more')
  }
}

export const kept = new Kept()
