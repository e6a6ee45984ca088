/** Who belongs to the organisation, who is invited, and whether everybody needs a second factor. */
import { namedRoles, roleWord } from '../kit/role_words'
import { administration } from '../links/administration'
import { api } from '../links/api'
import { account } from './account.svelte'
import { saveFile } from '../links/save'
import type { Invitation, LeavingReason, Named, SentInvitation, User } from '../kit/model'
import { pictures } from './pictures.svelte'
import { Trying } from './trying.svelte'

class People extends Trying {
  /** Null until the first answer. */
  users = $state.raw<readonly User[] | null>(null)
  invitations = $state.raw<readonly Invitation[]>([])
  roles = $state.raw<readonly Named[]>([])
  required = $state<boolean | null>(null)
  /** The organisation has an identity provider, with which accounts can be connected. */
  provider = $state(false)
  /** The invitation that was just sent, with its link where no e-mail goes out. */
  sent = $state.raw<SentInvitation | null>(null)

  load(): Promise<boolean> {
    return this.#do(async () => {
      const [roles, organisation, provider] = await Promise.all([
        account.may('roles.read') ? api.roles() : null,
        account.may('organisation.read') ? api.organisation() : null,
        api.myProvider().catch(() => null),
      ])
      this.provider = provider?.offered === true
      const mine = new Set(account.me?.permissions)
      // Nobody gives what they lack; the server would refuse it.
      this.roles = namedRoles<Named>(roles?.items.filter((role) => role.permissions.every((one) => mine.has(one))) ?? [{ id: 'agent', name: '' }])
      this.required = organisation?.mfa_required ?? null
    })
  }

  roleName(id: string): string {
    return this.roles.find((role) => role.id === id)?.name ?? roleWord(id, id)
  }

  invite(email: string, name: string, role: string, queues: readonly string[] = []): Promise<boolean> {
    const joins = queues.length > 0 ? { queues: [...queues] } : {}
    return this.#do(async () => void (this.sent = await administration.invite({ email: email.trim(), name: name.trim(), role, ...joins })))
  }

  resend(id: string): Promise<boolean> {
    return this.#do(async () => void (this.sent = await administration.resendInvitation(id)))
  }

  withdraw(id: string): Promise<boolean> {
    return this.#do(async () => {
      await administration.withdrawInvitation(id)
      if (this.sent?.id === id) this.sent = null
    })
  }

  changeRole(id: string, role: string): Promise<boolean> {
    return this.#do(async () => void (await administration.changeRole(id, role)))
  }

  disable(id: string): Promise<boolean> {
    return this.#do(async () => void (await administration.disableUser(id)))
  }

  enable(id: string): Promise<boolean> {
    return this.#do(async () => void (await administration.enableUser(id)))
  }

  unlinkProvider(id: string): Promise<boolean> {
    return this.#do(() => administration.unlinkProvider(id))
  }

  removePicture(id: string): Promise<boolean> {
    return this.#do(async () => {
      await administration.removePicture(id)
      await pictures.load()
    })
  }

  removeFactors(id: string): Promise<boolean> {
    return this.#do(() => administration.removeFactors(id))
  }

  /** Null when they could not be read. */
  async skillsOf(id: string): Promise<Record<string, number> | null> {
    let found: Record<string, number> | null = null
    await this.try(async () => void (found = (await administration.skills(id)).skills))
    return found
  }

  /** As they are kept then; null when they were refused. Each name stands once. */
  async setSkills(id: string, rows: readonly { name: string; level: number }[]): Promise<Record<string, number> | null> {
    let kept: Record<string, number> | null = null
    await this.try(async () => void (kept = (await administration.setSkills(id, Object.fromEntries(rows.map((row) => [row.name.trim(), row.level])))).skills))
    return kept
  }

  delete(id: string, reason: LeavingReason): Promise<boolean> {
    return this.#do(() => administration.deleteUser(id, reason))
  }

  /** Closes a child's account at once; it is deleted, at the latest after their call. */
  reportChild(id: string): Promise<boolean> {
    return this.#do(() => administration.reportChild(id))
  }

  /** A link to a new password, for who has lost theirs; its link is null where it went out by e-mail. */
  async reset(id: string): Promise<{ link: string | null } | null> {
    let made: { link: string | null } | null = null
    await this.try(async () => void (made = await administration.resetUser(id)))
    return made
  }

  save(id: string): Promise<boolean> {
    return this.#do(async () => saveFile(await administration.userFile(id), 'call24-person.zip'))
  }

  require(on: boolean): Promise<boolean> {
    return this.#do(async () => void (this.required = (await api.changeOrganisation({ mfa_required: on })).mfa_required))
  }

  #do(work: () => Promise<void>): Promise<boolean> {
    return this.try(async () => {
      await work()
      const [users, invitations] = await Promise.all([api.users(), administration.invitations()])
      this.users = users.items
      this.invitations = invitations.items
    })
  }
}

export const people = new People()
