/** What the browser's Contact Picker gives, as vCards: of each person only the chosen fields. Pure. */

export type PickerField = 'name' | 'tel' | 'email' | 'address'
export interface PickedAddress { addressLine?: readonly string[]; city?: string; region?: string; postalCode?: string; country?: string }
/** One person who was chosen. A field that was not asked for, or that the user unticked, is missing or empty. */
export interface Picked { name?: readonly string[]; tel?: readonly string[]; email?: readonly string[]; address?: readonly PickedAddress[] }
/** `navigator.contacts`: Chrome on Android has it. Only from a click; an empty list: the user closed it. */
export interface Picker { select: (fields: readonly PickerField[], how: { multiple: boolean }) => Promise<readonly Picked[]>; getProperties?: () => Promise<readonly string[]> }

/** Characters that one upload may have: some 800 people. */
export const CARDS_MAX = 120_000
const EACH_MAX = 10

const escaped = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\r\n|[\r\n]/g, '\\n').replace(/,/g, '\\,').replace(/;/g, '\\;')
const given = (lines: readonly string[] | undefined): string[] => [...new Set((lines ?? []).map((one) => one.trim()).filter(Boolean))].slice(0, EACH_MAX)
const place = (one: PickedAddress): string =>
  ['', '', (one.addressLine ?? []).join(' '), one.city ?? '', one.region ?? '', one.postalCode ?? '', one.country ?? ''].map(escaped).join(';')

/** Who has no name is called by their first number or e-mail address. People without any of these are left out. */
export function cards(chosen: readonly Picked[]): string {
  return chosen.map(card).filter(Boolean).join('')
}

function card(one: Picked): string {
  const [numbers, emails] = [given(one.tel), given(one.email)]
  const name = given(one.name)[0] ?? numbers[0] ?? emails[0]
  if (name === undefined) return ''
  const lines = [
    'BEGIN:VCARD', 'VERSION:4.0', `FN:${escaped(name)}`, ...numbers.map((number) => `TEL:${escaped(number)}`), ...emails.map((email) => `EMAIL:${escaped(email)}`),
    ...(one.address ?? []).slice(0, 5).map((address) => `ADR:${place(address)}`), 'END:VCARD', '',
  ]
  return lines.join('\r\n')
}
