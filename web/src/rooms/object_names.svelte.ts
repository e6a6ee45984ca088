/** Names of what the audit log has ids of, as they are today; asked for when a line needs them, and only where one may. */
import { SvelteMap } from 'svelte/reactivity'
import { phoneNumber } from '../kit/format'
import { administration } from '../links/administration'
import { api } from '../links/api'
import type { Permission } from '../kit/permissions'
import { account } from './account.svelte'

type Name = readonly [id: string, name: string]
const named = (rows: { items: readonly { id: string; name: string }[] }): Name[] => rows.items.map((row) => [row.id, row.name])

/** How an id begins -> what it needs to be read, and the reading. */
const LISTS: Record<string, readonly [Permission, () => Promise<Name[]>]> = {
  usr: ['users.read', async () => named(await api.people())],
  que: ['queues.read', async () => named(await api.queues())],
  hrs: ['queues.read', async () => named(await api.hours())],
  trk: ['trunks.read', async () => named(await api.trunks())],
  num: ['numbers.read', async () => (await api.numbers()).items.map((row) => [row.id, phoneNumber(row.number)])],
  flw: ['flows.read', async () => named(await administration.flows())],
  prm: ['flows.read', async () => named(await administration.prompts())],
  rol: ['roles.read', async () => named(await api.roles())],
  app: ['organisation.read', async () => named(await administration.applications())],
  crm: ['crm.read', async () => named(await administration.crmConnections())],
}

class ObjectNames {
  #known = new SvelteMap<string, string>()
  #asked = new Set<string>()

  of(id: string): string | null {
    return this.#known.get(id) ?? null
  }

  /** Reads what these ids need and was not read yet; a list that cannot be read leaves its ids without names. */
  async learn(ids: readonly string[]): Promise<void> {
    const kinds = new Set(ids.filter((id) => !this.#known.has(id)).map((id) => id.slice(0, 3)))
    await Promise.all([...kinds].map(async (kind) => {
      const list = LISTS[kind]
      if (list === undefined || this.#asked.has(kind) || !account.may(list[0])) return
      this.#asked.add(kind)
      for (const [id, name] of await list[1]().catch(() => [])) this.#known.set(id, name)
    }))
  }

  /** What was renamed or made since is read anew. */
  forget(): void {
    this.#asked.clear()
  }
}

export const objectNames = new ObjectNames()
