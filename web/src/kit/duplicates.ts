/** Two entries side by side: what differs, and what a merge would keep. Pure. */
import type { Duplicate, Person } from './model'

export const WHY: Record<Duplicate['why'][number], string> = {
  same_name: 'Same name', similar_name: 'Similar name', same_number: 'Same number', same_email: 'Same e-mail address',
  same_birth_date: 'Same birth date', similar_birth_date: 'Similar birth date', same_address: 'Same address', similar_address: 'Similar address',
  same_company: 'Same company', same_field: 'Same value in a field of yours', similar_field: 'Similar value in a field of yours',
}
export const PAST: Record<'changed' | 'deleted' | 'merged', string> = { changed: 'Changed', deleted: 'Deleted', merged: 'Merged' }
const NAMES: Record<string, string> = {
  given: 'given name', family: 'family name', patronymic: /* @wc-include */ 'patronymic', phonetic: /* @wc-include */ 'spoken', order: 'order of names', company: /* @wc-include */ 'company', notes: /* @wc-include */ 'notes', picture: /* @wc-include */ 'picture',
  numbers: /* @wc-include */ 'numbers', emails: 'e-mail addresses', addresses: 'addresses', tags: 'tags', fields: 'other fields',
}
export const fieldNames = (fields: readonly string[]): string => fields.map((one) => NAMES[one] ?? one).join(', ')

export type Single = 'given' | 'family' | 'patronymic' | 'phonetic' | 'company' | 'notes'
export const SINGLE: readonly (readonly [Single, string])[] = [
  ['given', 'Given name'], ['family', 'Family name'], ['patronymic', 'Patronymic'], ['phonetic', 'Spoken'], ['company', 'Company'], ['notes', 'Notes'],
]

/** The fields in which both have something, and something else: these are chosen. Notes are joined unless one is chosen. */
export const differing = (kept: Person, other: Person): typeof SINGLE => SINGLE.filter(([field]) => kept[field] !== '' && other[field] !== '' && kept[field] !== other[field])

/** What both have together, as it will be: a line each, once. */
export function together(kept: Person, other: Person): { name: string; lines: string[] }[] {
  const once = (texts: string[], key: (text: string) => string = (text) => text): string[] => [...new Map(texts.toReversed().map((text) => [key(text), text])).values()].toReversed()
  const both = <T>(of: (person: Person) => readonly T[], as: (one: T) => string): string[] => [...of(kept), ...of(other)].map(as)
  return [
    { name: 'Numbers', lines: once(both((one) => one.numbers, (one) => one.number)) },
    { name: 'E-mail addresses', lines: once(both((one) => one.emails, (one) => one.address), (text) => text.toLowerCase()) },
    { name: 'Addresses', lines: once(both((one) => one.addresses, (one) => one.text)) },
    { name: 'Tags', lines: once(both((one) => one.tags, (one) => one)) },
    { name: 'Other fields', lines: once(both((one) => one.fields, (one) => `${one.name}: ${one.value}`)) },
  ].filter((one) => one.lines.length > 0)
}
