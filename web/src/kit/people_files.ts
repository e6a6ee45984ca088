/** Files of people: words for columns, states and outcomes of imports, and how a changed column is asked for. Pure. */
import { count } from './format'
import type { ColumnWritten, PeopleImport, PreviewColumn } from './model'
import type { Tone } from './timeline'

type Target = PreviewColumn['to']
export const TARGETS: readonly (readonly [Target, string])[] = [
  ['skip', 'Leave out'], ['name', 'Whole name'], ['given', 'Given name'], ['family', 'Family name'], ['patronymic', 'Patronymic or middle name'], ['phonetic', 'How it is spoken'],
  ['company', 'Company'], ['number', 'Phone number'], ['email', 'E-mail address'], ['address', 'Address'], ['street', 'Street'], ['city', 'City'], ['region', 'Region'],
  ['postal_code', 'Postal code'], ['country', 'Country'], ['label', 'Kind of the one beside it'], ['order', 'Order of names'], ['tags', 'Tags'], ['notes', 'Notes'], ['field', 'A field of yours'],
]
/** Columns whose kind, or name, can be said. */
export const labelled = (to: Target): boolean => ['number', 'email', 'address', 'street', 'city', 'region', 'postal_code', 'country', 'field'].includes(to)

export const ENCODINGS: readonly (readonly [string, string])[] = [
  ['utf-8-sig', 'Unicode (UTF-8)'], ['utf-16', 'Unicode (UTF-16)'], ['cp1251', 'Cyrillic (Windows-1251)'], ['cp1252', 'Western (Windows-1252)'],
]
export const DELIMITERS: readonly (readonly [string, string])[] = [[',', 'Comma'], [';', 'Semicolon'], ['\t', 'Tab'], ['|', 'Bar']]
export const ORDERS: readonly (readonly [string, string])[] = [
  ['given_first', 'Given name first'], ['family_first', 'Family name first'], ['patronymic_first', 'Patronymic first, as in Mongolia'],
]
export const KNOWN: readonly (readonly [PeopleImport['known'], string, string])[] = [
  ['skip', 'Leave them as they are', 'Rows of people who are here already are not imported.'],
  ['update', 'Add what is new', 'The file’s names and company are taken, and its numbers and the rest are added. Nothing is removed.'],
  ['create', 'Write them down again', 'A further contact is made of each row.'],
]

export const STATES: Record<PeopleImport['state'], { word: string; tone: Tone }> = {
  checking: { word: 'Checking', tone: 'wait' }, ready: { word: 'Waits for you', tone: 'wait' }, running: { word: 'Importing', tone: 'wait' }, done: { word: 'Imported', tone: 'talk' },
  stopped: { word: 'Stopped', tone: 'bad' }, undoing: { word: 'Undoing', tone: 'wait' }, undone: { word: 'Undone', tone: 'none' }, failed: { word: 'Not imported', tone: 'bad' },
}
export const atWork = (one: PeopleImport): boolean => one.state === 'checking' || one.state === 'running' || one.state === 'undoing'

/** What became of the rows, as short sentences; what is nothing is left out. */
export function outcome(one: PeopleImport): string[] {
  const said: [number, string][] = [
    [one.counts.created, `${count(one.counts.created, 'contact')} added`],
    [one.counts.updated, `${count(one.counts.updated, 'contact')} updated`],
    [one.counts.skipped, `${count(one.counts.skipped, 'row')} with nothing new`],
    [one.counts.refused, `${count(one.counts.refused, 'row')} with problems, not imported`],
    [one.counts.undone, `${count(one.counts.undone, 'contact')} taken back`],
    [one.counts.kept, `${count(one.counts.kept, 'contact')} kept, since somebody changed or must keep them`],
  ]
  return said.filter(([n]) => n > 0).map(([, text]) => text)
}

/** The columns with one of them taken for something else. What stood in one group stays together only where nothing of it changes. */
export function withColumn(columns: readonly PreviewColumn[], place: number, to: Target, label: string): ColumnWritten[] {
  const taken = Math.max(0, ...columns.map((one) => one.group))
  const parts: readonly Target[] = ['street', 'city', 'region', 'postal_code', 'country']
  return columns.map((one, at) => {
    if (at !== place) return { to: one.to, label: one.label, group: one.group }
    if (to === one.to) return { to, label, group: one.group }
    // A part of an address belongs to the address that another column of the same kind is a part of.
    const beside = parts.includes(to) ? columns.find((other, n) => n !== place && parts.includes(other.to) && other.label === label) : to === 'label' ? columns[place - 1] : undefined
    return { to, label, group: beside?.group ?? (parts.includes(to) ? taken + 1 : 0) }
  })
}
