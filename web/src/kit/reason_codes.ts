/** Dispositions and pause reasons as the API has them, and their order. Pure. */
import type { DispositionAnswer, PauseReasonAnswer } from './api-types'

export type Code = Pick<DispositionAnswer, 'id' | 'name' | 'order' | 'active'> & Partial<Pick<DispositionAnswer, 'call_back'> & Pick<PauseReasonAnswer, 'limit_s'>>
export interface CodeWish { name: string; call_back?: boolean; limit_s?: number | null }

/** What can be chosen, in the order in which agents see it. */
export const chosenFrom = (codes: readonly Code[]): Code[] => codes.filter((code) => code.active).sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))

/** The orders to set so that one stands `by` places further down, or up; only those that differ. */
export function moved(codes: readonly Code[], id: string, by: number): { id: string; order: number }[] {
  const list = chosenFrom(codes)
  const from = list.findIndex((code) => code.id === id)
  const to = from + by
  const [one] = list.splice(from, from < 0 ? 0 : 1)
  if (one === undefined || to < 0 || to > list.length) return []
  list.splice(to, 0, one)
  return list.map((code, order) => ({ id: code.id, order, was: code.order })).filter((code) => code.order !== code.was).map(({ id: which, order }) => ({ id: which, order }))
}

/** After all others. */
export const lastOrder = (codes: readonly Code[]): number => Math.max(-1, ...chosenFrom(codes).map((code) => code.order)) + 1

/** A limit of a pause in minutes, as it is typed; empty: none. Null where it is no such number. */
export function limitOf(minutes: string): { limit_s: number | null } | null {
  if (minutes.trim() === '') return { limit_s: null }
  const number = Number(minutes.replace(',', '.'))
  return number >= 1 && number <= 1440 ? { limit_s: Math.round(number * 60) } : null
}
export const minutesOf = (limit_s: number | null | undefined): string => (limit_s == null ? '' : String(Number((limit_s / 60).toFixed(2))))
