/** The task that this agent is asked to take, while there is one: accepted or declined within its time. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { TaskOffer } from '../kit/model'
import { asProblem } from '../kit/problem'
import { live } from './live.svelte'
import { Trying } from './trying.svelte'

const GONE_MS = 8_000

class TaskOffers extends Trying {
  current = $state.raw<TaskOffer | null>(null)
  /** Why the last one is gone, where it went before it was answered. */
  gone = $state<string | null>(null)
  #stop: (() => void) | null = null
  #run = 0

  start(): void {
    this.#stop ??= $effect.root(() => {
      $effect(() => {
        void live.taskOffers
        void live.link
        untrack(() => void this.load())
      })
    })
  }

  stop(): void {
    this.#run += 1
    this.#stop?.()
    this.#stop = null
    this.current = null
    this.gone = null
  }

  async load(): Promise<void> {
    const mine = this.#run
    try {
      const found = (await api.taskOffers()).items[0] ?? null
      if (mine !== this.#run) return
      if (found !== null) this.gone = null
      this.current = found
    } catch {
      // It is asked again with the next event; what is shown can be answered, or the server says why not.
    }
  }

  /** True when the task is this agent's. */
  accept(): Promise<boolean> {
    return this.#answer('accept')
  }

  decline(): Promise<boolean> {
    return this.#answer('decline')
  }

  async #answer(what: 'accept' | 'decline'): Promise<boolean> {
    const offer = this.current
    if (offer === null) return false
    return await this.try(async () => {
      try {
        await (what === 'accept' ? api.acceptTask(offer.task.id) : api.declineTask(offer.task.id))
      } catch (error) {
        if (asProblem(error).code !== 'task_offer_over') throw error
        this.gone = 'The task was withdrawn, or somebody else has it.'
        setTimeout(() => (this.gone = null), GONE_MS)
        this.current = null
        if (what === 'accept') throw error
        return
      }
      this.current = null
    }, what)
  }
}

export const taskOffers = new TaskOffers()
