/** Calling a customer back at a time of one's own choice: a task of this user, with the call and when it is due. */
import { api } from '../links/api'
import { clock } from '../kit/clock.svelte'
import type { TaskWish } from '../kit/model'
import { Problem } from '../kit/problem'
import { tasks } from './tasks.svelte'
import { Trying } from './trying.svelte'

/** The record of a call that has just ended follows within some seconds. */
const TRIES = 4
const AGAIN_MS = 1_000
/** Enough to finish what one is at, and to look who it was. */
const REMINDED_BEFORE_MS = 5 * 60_000

class LaterRoom extends Trying {
  /** The call for which a time is being chosen: it outlives the wrap-up, which may be over sooner. */
  asking = $state<string | null>(null)
  /** What was promised, and for which call. */
  made = $state.raw<{ call: string; at: string } | null>(null)

  promise(call: string, at: Date): Promise<boolean> {
    return this.try(async () => {
      const due = at.toISOString()
      const early = new Date(at.getTime() - REMINDED_BEFORE_MS)
      const reminder = early.getTime() > clock.still ? { remind_at: early.toISOString() } : {}
      await this.#add({ title: 'Call back', kind: 'callback', call_id: call, due_at: due, ...reminder })
      this.made = { call, at: due }
      this.asking = null
      void tasks.load()
    })
  }

  async #add(task: TaskWish): Promise<void> {
    for (let left = TRIES; ; left -= 1) {
      try {
        return void (await api.addTask(task))
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 404 || left <= 1) throw error
        await new Promise((resume) => setTimeout(resume, AGAIN_MS))
      }
    }
  }
}

export const later = new LaterRoom()
