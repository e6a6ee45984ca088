/** The organisation's queues, their settings and their agents. */
import type { Disposition, Named, QueueSettings, User } from '../kit/model'
import type { Prompt } from '../kit/prompts'
import { queueChanges } from '../kit/queue_settings'
import { administration } from '../links/administration'
import { api } from '../links/api'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class Queues extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly QueueSettings[] | null>(null)
  hours = $state.raw<readonly Named[]>([])
  /** Who may be an agent of a queue: their role takes calls, and they are not disabled. */
  people = $state.raw<readonly User[]>([])
  /** Where callers can go who cannot stay: published flows, and what they hear first. */
  flows = $state.raw<readonly Named[]>([])
  prompts = $state.raw<readonly Prompt[]>([])
  builtIn = $state.raw<readonly string[]>([])
  dispositions = $state.raw<readonly Disposition[]>([])
  /** Whether these four were asked for and answered. */
  targetsKnown = $state(false)

  load(): Promise<boolean> {
    return this.try(async () => {
      const [queues, hours, users, roles] = await Promise.all([
        api.queues(),
        api.hours().catch(() => ({ items: [] })),
        account.may('users.read') ? api.users() : { items: [] },
        account.may('roles.read') ? api.roles() : null,
      ])
      const answering = roles === null ? null : new Set(roles.items.filter((role) => role.permissions.includes('phone.use')).map((role) => role.id))
      this.rows = queues.items
      this.hours = hours.items
      this.people = users.items.filter((user) => !user.disabled && (answering === null || answering.has(user.role)))
    })
  }

  /** The new queue's id, or null when it was refused. */
  async add(name: string, members: string[], hours: string | null = null): Promise<string | null> {
    let made: QueueSettings | null = null
    await this.try(async () => {
      made = await api.addQueue({ name: name.trim(), members, ...(hours === null ? {} : { hours_id: hours }) })
      this.rows = [...(this.rows ?? []), made]
    })
    return (made as QueueSettings | null)?.id ?? null
  }

  /** What a queue's settings may name, for who looks at them. What is not there, or may not be seen, is not offered. */
  async loadTargets(): Promise<void> {
    const flows = account.may('flows.read')
    const [found, sounds, codes] = await Promise.all([
      flows ? administration.flows().catch(() => null) : null,
      flows ? administration.promptsAndSounds().catch(() => null) : null,
      account.may('session.change') ? administration.dispositions().catch(() => null) : null,
    ])
    this.flows = found?.items.filter((flow) => flow.published !== null) ?? []
    this.prompts = sounds?.items ?? []
    this.builtIn = sounds?.built_in ?? []
    this.dispositions = codes?.items ?? []
    this.targetsKnown = true
  }

  save(queue: QueueSettings, changed: QueueSettings): Promise<boolean> {
    return this.try(async () => this.#took(await api.changeQueue(queue.id, queueChanges(queue, changed))))
  }

  /** Adds to, or takes from, who is in it now: what somebody else did meanwhile stays. */
  setMembers(id: string, add: readonly string[], take: readonly string[]): Promise<boolean> {
    return this.try(() => this.#setMembers(id, add, take))
  }

  /** The same of one person and several queues. Those before one that is refused are changed. */
  setQueues(person: string, add: readonly string[], take: readonly string[]): Promise<boolean> {
    return this.try(async () => {
      for (const id of add) await this.#setMembers(id, [person], [])
      for (const id of take) await this.#setMembers(id, [], [person])
    })
  }

  async #setMembers(id: string, add: readonly string[], take: readonly string[]): Promise<void> {
    const now = (await api.queue(id)).members
    const members = [...new Set([...now, ...add])].filter((one) => !take.includes(one))
    this.#took(await api.changeQueue(id, { members }))
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropQueue(id)
      this.rows = (this.rows ?? []).filter((row) => row.id !== id)
    })
  }

  #took(saved: QueueSettings): void {
    this.rows = (this.rows ?? []).map((row) => (row.id === saved.id ? saved : row))
  }
}

export const queues = new Queues()
