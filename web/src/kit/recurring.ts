/** Rules of recurring tasks: the usual ones as choices, and any rule in words. Pure. Source: RFC 5545, section 3.3.10. */

export type Rhythm = 'daily' | 'weekdays' | 'weekly' | 'fortnightly' | 'monthly' | 'yearly'
export const RHYTHMS: readonly (readonly [Rhythm, string])[] = [
  ['daily', 'Every day'], ['weekdays', 'Monday to Friday'], ['weekly', 'Every week'], ['fortnightly', 'Every two weeks'], ['monthly', 'Every month'], ['yearly', 'Every year'],
]
const RULE: Record<Rhythm, string> = {
  daily: 'FREQ=DAILY', weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', weekly: 'FREQ=WEEKLY', fortnightly: 'FREQ=WEEKLY;INTERVAL=2', monthly: 'FREQ=MONTHLY', yearly: 'FREQ=YEARLY',
}
export const ruleOf = (rhythm: Rhythm): string => RULE[rhythm]

/** The usual one that a rule is, if it is one. */
export const usual = (rule: string): Rhythm | null => RHYTHMS.find(([rhythm]) => RULE[rhythm] === rule)?.[0] ?? null

/** In words where it is one of the usual ones; else as it is. */
export function rhythmOf(rule: string): string {
  const found = RHYTHMS.find(([rhythm]) => RULE[rhythm] === rule)
  return found?.[1] ?? rule
}
