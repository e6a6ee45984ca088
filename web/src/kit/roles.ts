/** Permissions in groups that administrators know, and how two roles differ. Pure. */
import type { PermissionRow, Role } from './model'

const GROUPS: readonly (readonly [label: string, rooms: readonly string[]])[] = [
  ['Taking calls', ['phone', 'session', 'call', 'calls', 'call_notes', 'callbacks']],
  ['Recordings', ['recordings']],
  ['The team', ['live', 'agents', 'exports']],
  ['Contacts, tasks and files', ['people', 'tasks', 'files', 'crm']],
  ['Setting up calls', ['queues', 'flows', 'numbers', 'trunks', 'fence']],
  ['The organisation', ['organisation', 'users', 'roles', 'sign_in', 'audit']],
  ['Privacy', ['privacy', 'privacy_requests', 'callers', 'consents', 'restrictions', 'incidents', 'disclosures', 'processors', 'data_transfers']],
]
export const NEW_ROLE_BASE = 'agent'

export interface PermissionGroup { label: string; rows: PermissionRow[] }
/** Each permission stands in one group, also one that this app does not know yet. */
export function grouped(rows: readonly PermissionRow[]): PermissionGroup[] {
  const room = (row: PermissionRow): string => row.name.split('.', 1)[0] ?? ''
  const known = new Set(GROUPS.flatMap(([, rooms]) => rooms))
  const groups = GROUPS.map(([label, rooms]) => ({ label, rows: rooms.flatMap((one) => rows.filter((row) => room(row) === one)) }))
  return [...groups, { label: 'Others', rows: rows.filter((row) => !known.has(room(row))) }].filter((group) => group.rows.length > 0)
}

/** What `mine` may that `base` may not, and the other way round, in words. */
export function differences(mine: readonly string[], base: readonly string[], rows: readonly PermissionRow[]): { more: PermissionRow[]; less: PermissionRow[] } {
  const [has, had] = [new Set(mine), new Set(base)]
  return { more: rows.filter((row) => has.has(row.name) && !had.has(row.name)), less: rows.filter((row) => !has.has(row.name) && had.has(row.name)) }
}

/** The built-in role that differs least; the owner, who may everything, is nobody's base. */
export function nearest(mine: readonly string[], roles: readonly Role[], rows: readonly PermissionRow[]): Role | null {
  const far = (role: Role): number => { const { more, less } = differences(mine, role.permissions, rows); return more.length + less.length }
  return roles.filter((role) => role.built_in && role.id !== 'owner').reduce<Role | null>((best, role) => (best === null || far(role) < far(best) ? role : best), null)
}

/** The permissions of a role that somebody lacks: they can neither change the role nor give it. */
export const lacking = (role: Role, rows: readonly PermissionRow[]): PermissionRow[] => rows.filter((row) => !row.yours && role.permissions.includes(row.name))
