/** What a click on a notification asks the app to do, as the service worker says it (sw.js). Pure. */

export interface PushAct {
  does: 'answer' | 'decline' | 'open'
  call: string
  at: number
}

/** Where in the app a click leads that asks for no call. Null for what is no place: pages get messages of many kinds. */
export function placeOf(told: unknown): string | null {
  if (typeof told !== 'object' || told === null) return null
  const { call24, place } = told as Record<string, unknown>
  return call24 === 'show' && typeof place === 'string' && /^#\/[a-z_-]+(\/[a-z_-]+)?$/.test(place) ? place : null
}

/** Null for what is no such wish. */
export function actOf(told: unknown, at: number): PushAct | null {
  if (typeof told !== 'object' || told === null) return null
  const { call24, call } = told as Record<string, unknown>
  if (typeof call !== 'string' || !/^call_[0-9a-z]{26}$/.test(call)) return null
  return call24 === 'answer' || call24 === 'decline' || call24 === 'open' ? { does: call24, call, at } : null
}
