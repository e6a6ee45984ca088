/** Who belongs to the organisation, who is invited, and whether everybody needs a second factor. */
import { administration } from '../links/administration'
import { api } from '../links/api'
import { account } from './account.svelte'
import { saveFile } from '../links/save'
import type { Invitation, LeavingReason, Named, SentInvitation, User } from '../kit/model'
import { Trying } from './trying.svelte'

class People extends Trying {
  /** Null until the first answer. */
  users = $state.raw<readonly User[] | null>(null)
  invitations = $state.raw<readonly Invitation[]>([])
  roles = $state.raw<readonly Named[]>([])
  required = $state<boolean | null>(null)
  /** The invitation that was just sent, with its link where no e-mail goes out. */
  sent = $state.raw<SentInvitation | null>(null)

  load(): Promise<boolean> {
    return this.#do(async () => {
      const [roles, organisation] = await Promise.all([
        account.may('roles.read') ? api.roles() : null,
        account.may('organisation.read') ? api.organisation() : null,
      ])
      const mine = new Set(account.me?.permissions)
      // Nobody gives what they lack; the server would refuse it.
      this.roles = roles?.items.filter((role) => role.permissions.every((one) => mine.has(one))) ?? [{ id: 'agent', name: 'Agent' }]
      this.required = organisation?.mfa_required ?? null
    })
  }

  roleName(id: string): string {
    return this.roles.find((role) => role.id === id)?.name ?? id.replaceAll('_', ' ')
  }

  invite(email: string, name: string, role: string): Promise<boolean> {
    return this.#do(async () => void (this.sent = await administration.invite({ email: email.trim(), name: name.trim(), role })))
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
