/** Toll-fraud protection: the rules for outgoing calls, what was used today, and whose calls are frozen. */
import type { CallingRules, NumberCheck, OutboundUsage, RulesWish } from '../kit/calling_limits'
import { administration } from '../links/administration'
import { api } from '../links/api'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class CallingLimits extends Trying {
  /** Null until the first answer. */
  rules = $state.raw<CallingRules | null>(null)
  usage = $state.raw<OutboundUsage | null>(null)
  checked = $state.raw<NumberCheck | null>(null)
  #names = $state.raw<ReadonlyMap<string, string>>(new Map())

  load(): Promise<boolean> {
    return this.try(async () => {
      const [rules, usage, users] = await Promise.all([administration.callingRules(), administration.outboundUsage(), account.may('users.read') ? api.users() : { items: [] }])
      this.#names = new Map(users.items.map((user) => [user.id, user.name]))
      this.usage = usage
      this.rules = rules
    })
  }

  /** What is used now, and who is frozen; the rules stay as they were read. */
  async look(): Promise<void> {
    const found = await Promise.all([administration.outboundUsage(), administration.callingRules()]).catch(() => null)
    if (found === null || this.busy || this.rules === null) return
    this.usage = found[0]
    this.rules = { ...this.rules, frozen: found[1].frozen }
  }

  save(wish: RulesWish): Promise<boolean> {
    return this.try(async () => (this.rules = await administration.setCallingRules(wish)), 'saving')
  }

  unfreeze(user: string | null): Promise<boolean> {
    return this.try(async () => {
      await administration.unfreeze(user)
      if (this.rules !== null) this.rules = { ...this.rules, frozen: this.rules.frozen.filter((freeze) => freeze.user_id !== user) }
    }, 'unfreezing')
  }

  check(number: string): Promise<boolean> {
    this.checked = null
    return this.try(async () => (this.checked = await administration.checkNumber(number)), 'checking')
  }

  nameOf(user: string | null): string {
    return user === null ? 'Calls that flows forward' : (this.#names.get(user) ?? (user === account.me?.user.id ? account.me.user.name : 'A former user'))
  }
}

export const limits = new CallingLimits()
