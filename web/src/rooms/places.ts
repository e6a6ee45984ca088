/** Which addresses there are for whom: what each needs, and what the menu shows. The server decides; this only spares a form that ends in a refusal. */
import type { Permission } from '../kit/permissions'
import type { IconName } from '../ui/icons'
import { account } from './account.svelte'
import type { Route } from './route.svelte'

type Name = Route['name']

const NEEDS: Partial<Record<Name, Permission>> = {
  calls: 'phone.use', dial: 'calls.place', work: 'tasks.read', history: 'calls.read_own', live: 'live.read', reports: 'calls.read_all', queues: 'queues.read',
  trunks: 'trunks.read', numbers: 'numbers.read', start: 'numbers.write', people: 'users.read', audit: 'audit.read', webhooks: 'organisation.write',
  provider: 'sign_in.write', close: 'organisation.close',
}

const TABS: readonly { name: Name; href: string; label: string; icon: IconName }[] = [
  { name: 'calls', href: '#/', label: 'Calls', icon: 'phone' },
  { name: 'work', href: '#/work', label: 'Work', icon: 'task' },
  { name: 'history', href: '#/history', label: 'History', icon: 'history' },
  { name: 'live', href: '#/live', label: 'Live', icon: 'live' },
  { name: 'me', href: '#/me', label: 'Me', icon: 'user' },
]

export function mayOpen(name: Name): boolean {
  const needed = NEEDS[name]
  return needed === undefined || account.may(needed)
}

export const tabs = (): typeof TABS => TABS.filter((tab) => mayOpen(tab.name))

/** The tab under which a place is found. */
export function tabOf(name: Name): Name {
  if (TABS.some((tab) => tab.name === name)) return name
  if (name === 'dial') return 'calls'
  return name === 'reports' ? 'live' : 'me'
}
