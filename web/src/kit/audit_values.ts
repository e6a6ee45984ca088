/** What was changed to what, as the audit log tells it: "longest wait 5 min → 10 min". Pure. */
import type { AuditChangeAnswer } from './api-types'
import { fieldWord } from './audit_words'
import { count, span } from './format'

export type AuditChange = AuditChangeAnswer
type NameOf = (id: string) => string | null

const ID = /^[a-z]{3,4}_[0-9a-z]{26}$/

/** Ids in the values, whose names are shown. */
export const idsIn = (changes: readonly AuditChange[]): string[] =>
  changes.flatMap((one) => [one.before, one.after, ...one.added, ...one.removed]).filter((value): value is string => typeof value === 'string' && ID.test(value))

function value(field: string, told: AuditChange['before'], nameOf: NameOf): string {
  if (told === null || told === '') return /* @wc-include */ 'none'
  if (typeof told === 'boolean') return told ? /* @wc-include */ 'on' : /* @wc-include */ 'off'
  if (typeof told === 'number') return field.endsWith('_s') ? span(told) : field.endsWith('_days') ? count(told, 'day') : String(told)
  return nameOf(told) ?? told
}

/** One change. A list whose order alone was changed has no values. */
export function changeWords(change: AuditChange, nameOf: NameOf): string {
  const word = change.field.split('.').map(fieldWord).filter((part) => part !== '').join(' · ')
  const parts = [
    ...change.added.map((one) => `+ ${nameOf(one) ?? one}`),
    ...change.removed.map((one) => `− ${nameOf(one) ?? one}`),
    ...(change.more ? ['…'] : []),
  ]
  if (parts.length > 0) return `${word} ${parts.join(', ')}`
  if (change.before === null && change.after === null) return word
  return `${word} ${value(change.field, change.before, nameOf)} → ${value(change.field, change.after, nameOf)}`
}

/** For a sentence: the first of them, and how many more there are. */
export function changesInBrief(changes: readonly AuditChange[], nameOf: NameOf): string {
  const shown = changes.slice(0, 3).map((one) => changeWords(one, nameOf)).join('; ')
  const more = changes.length - 3
  return more > 0 ? `${shown}; and ${count(more, 'change')} more` : shown
}
