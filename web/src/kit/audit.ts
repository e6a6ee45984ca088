/** What is asked of the audit log. Pure. */

export interface AuditWish { actor: string; action: string; object: string; from: string; to: string }
export const NOTHING: AuditWish = { actor: '', action: '', object: '', from: '', to: '' }

/** What the API is asked; days are the reader's own, the last one included. */
export function question(wish: AuditWish): Record<string, string> {
  const asked: Record<string, string> = {}
  if (wish.actor !== '') asked['actor_id'] = wish.actor
  if (wish.action !== '') asked['action'] = wish.action
  if (wish.object !== '') asked['object_id'] = wish.object
  if (wish.from !== '') asked['from'] = midnight(wish.from, 0)
  if (wish.to !== '') asked['to'] = midnight(wish.to, 1)
  return asked
}

function midnight(day: string, later: number): string {
  const at = new Date(`${day}T00:00`)
  at.setDate(at.getDate() + later)
  return at.toISOString()
}
