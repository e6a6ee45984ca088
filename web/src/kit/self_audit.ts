/** When a self-audit is due, in words: apart from the privacy officer's desk, since the app asks for it at its start. Pure. */
import type { SelfAuditList } from './model'

const DAY_MS = 86_400_000
export const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`)

/** Whole days since an audit. */
export const ageInDays = (at: string, now: number): number => Math.max(0, Math.floor((now - Date.parse(at)) / DAY_MS))

/** What the reminder says; null: none is due. The server decides that it is. */
export function auditReminder(audits: Pick<SelfAuditList, 'due' | 'items'> | null, now: number): string | null {
  if (audits === null || !audits.due) return null
  const newest = audits.items[0]
  return newest === undefined ? 'There has been no self-audit yet.' : `The last self-audit was ${days(ageInDays(newest.at, now))} ago; it is due every 90 days.`
}
