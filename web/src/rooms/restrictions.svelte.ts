/** Whose data is restricted: the list, one with its history, and its recordings once an officer has opened them with a reason. */
import { api } from '../links/api'
import type { RestrictedRecording, Restriction, RestrictionOpening } from '../kit/model'
import { Trying } from './trying.svelte'

const PAGE = '50'

class Restrictions extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Restriction[] | null>(null)
  next = $state.raw<string | null>(null)
  active = $state(true)
  /** The one that is looked at. */
  one = $state.raw<Restriction | null>(null)
  /** Null until they are opened. */
  recordings = $state.raw<readonly RestrictedRecording[] | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.restrictions({ active: String(this.active), limit: PAGE })
      ;[this.rows, this.next] = [page.items, page.next]
    }, 'rows')
  }

  choose(active: boolean): Promise<boolean> {
    this.active = active
    return this.load()
  }

  more(): Promise<boolean> {
    const cursor = this.next
    if (cursor === null) return Promise.resolve(true)
    return this.try(async () => {
      const page = await api.restrictions({ active: String(this.active), limit: PAGE, cursor })
      this.rows = [...(this.rows ?? []), ...page.items]
      this.next = page.next
    }, 'more')
  }

  look(id: string): Promise<boolean> {
    if (this.one?.id !== id) this.one = this.recordings = null
    return this.try(async () => void (this.one = await api.restriction(id)), 'look')
  }

  open(id: string, why: RestrictionOpening): Promise<boolean> {
    return this.try(async () => {
      this.one = await api.openRestriction(id, why)
      this.recordings = (await api.restrictedRecordings(id)).items
    }, 'open')
  }
}

export const restrictions = new Restrictions()
