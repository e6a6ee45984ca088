/** The organisation's roles, what there is to be permitted, and who has which role. */
import { administration } from '../links/administration'
import { api } from '../links/api'
import { namedRoles } from '../kit/role_words'
import { NEW_ROLE_BASE } from '../kit/roles'
import type { PermissionRow, Role, User } from '../kit/model'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class Roles extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Role[] | null>(null)
  permissions = $state.raw<readonly PermissionRow[]>([])
  /** Null for who may not see users. */
  users = $state.raw<readonly User[] | null>(null)
  /** What a new role begins with: the id of a role. */
  base = $state(NEW_ROLE_BASE)

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve())
  }

  /** The new role's id; null when it was refused. */
  async add(name: string, permissions: string[]): Promise<string | null> {
    let made: Role | null = null
    await this.#do(async () => void (made = await administration.addRole({ name: name.trim(), permissions })))
    return (made as Role | null)?.id ?? null
  }

  /** Of one's own role, what one may do is another at once. */
  change(id: string, changes: { name?: string; permissions?: string[] }): Promise<boolean> {
    return this.#do(async () => {
      await administration.editRole(id, changes)
      if (account.me?.user.role === id) await account.renew()
    })
  }

  remove(id: string): Promise<boolean> {
    return this.#do(() => administration.dropRole(id))
  }

  #do(work: () => Promise<unknown>): Promise<boolean> {
    return this.try(async () => {
      await work()
      const [permissions, roles, users] = await Promise.all([administration.permissions(), api.roles(), account.may('users.read') ? api.users() : null])
      this.permissions = permissions.items
      this.users = users?.items ?? null
      this.rows = namedRoles(roles.items)
    })
  }
}

export const roles = new Roles()
