/** The organisation's flows, and what steps of them may name. */
import type { FlowSummary, NewFlow } from '../kit/api-types'
import { builtInName } from '../kit/flow_words'
import type { Hours } from '../kit/hours'
import type { QueueSettings, User } from '../kit/model'
import type { Prompt } from '../kit/prompts'
import { administration } from '../links/administration'
import { api } from '../links/api'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'
import { usedBy } from './used_by.svelte'

class Flows extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly FlowSummary[] | null>(null)
  queues = $state.raw<readonly QueueSettings[]>([])
  hours = $state.raw<readonly Hours[]>([])
  prompts = $state.raw<readonly Prompt[]>([])
  builtIn = $state.raw<readonly string[]>([])
  people = $state.raw<readonly User[]>([])
  #names = $derived(new Map<string, string>([...this.queues, ...this.hours, ...this.prompts, ...this.people].map((one) => [one.id, one.name])))

  load(): Promise<boolean> {
    return this.try(async () => {
      const queues = account.may('queues.read')
      const asked = administration.flows()
      const [flows, prompts, named, times, people] = await Promise.all([
        asked, administration.promptsAndSounds(), queues ? api.queues() : null, queues ? administration.hours() : null, account.may('users.read') ? api.users() : null, usedBy.load(asked),
      ])
      this.prompts = prompts.items
      this.builtIn = prompts.built_in
      this.queues = named?.items ?? []
      this.hours = times?.items ?? []
      this.people = people?.items ?? []
      this.rows = flows.items
    })
  }

  /** What a thing that a step names is called; of what is gone, or may not be seen, that it is not known. */
  nameOf = (id: string): string => this.#names.get(id) ?? builtInName(id) ?? (/^(que|hrs|prm|usr)_/.test(id) ? 'something that was deleted' : id)

  /** Who a user is, in a sentence; null: not known. Without the right to see users all others are colleagues. */
  who(id: string | null): string | null {
    if (id === null) return null
    if (id === account.me?.user.id) return /* @wc-include */ 'you'
    return this.people.find((one) => one.id === id)?.name ?? (this.people.length > 0 ? 'a former user' : 'a colleague')
  }

  /** The new one's id, or null when it was refused. */
  async add(wish: NewFlow): Promise<string | null> {
    let id: string | null = null
    await this.try(async () => {
      const made = await administration.addFlow(wish)
      this.rows = [...(this.rows ?? []), made].sort((a, b) => a.name.localeCompare(b.name))
      id = made.id
    })
    return id
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      await administration.dropFlow(id)
      this.rows = (this.rows ?? []).filter((row) => row.id !== id)
    })
  }

  /** As the editor has just learnt it. */
  told(flow: FlowSummary): void {
    if (this.rows !== null) this.rows = this.rows.map((row) => (row.id === flow.id ? flow : row))
  }
}

export const flows = new Flows()
