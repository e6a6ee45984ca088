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

/** A person as the app for phones gives them (@capacitor-community/contacts). */
export interface ShellContact {
  name?: { display: string | null }
  phones?: readonly { number: string | null }[]
  emails?: readonly { address: string | null }[]
  postalAddresses?: readonly { street?: string | null; city?: string | null; region?: string | null; postcode?: string | null; country?: string | null }[]
}
export interface PersonShown { name: string; numbers: readonly { number: string }[]; emails: readonly { address: string }[] }
export interface ShellContactInput {
  name: { given: string }
  phones: { type: 'other'; number: string }[]
  emails: { type: 'other'; address: string }[]
}

export const SHELL_FIELDS: Readonly<Record<PickerField, string>> = { name: 'name', tel: 'phones', email: 'emails', address: 'postalAddresses' }

const there = (texts: readonly (string | null | undefined)[]): string[] => texts.filter((one): one is string => one != null && one !== '')

/** Only the fields that were asked for, whatever the phone gave. */
export function pickedInShell(one: ShellContact, fields: readonly PickerField[]): Picked {
  const picked: Picked = {}
  if (fields.includes('name')) picked.name = there([one.name?.display])
  if (fields.includes('tel')) picked.tel = there((one.phones ?? []).map((each) => each.number))
  if (fields.includes('email')) picked.email = there((one.emails ?? []).map((each) => each.address))
  if (fields.includes('address')) {
    picked.address = (one.postalAddresses ?? []).map((each) => ({
      addressLine: there([each.street]), city: each.city ?? '', region: each.region ?? '', postalCode: each.postcode ?? '', country: each.country ?? '',
    }))
  }
  return picked
}

/** A person of the address book for the phone's own contacts: the name, the numbers and the e-mail addresses, and no notes. */
export const forThePhone = (person: PersonShown): ShellContactInput => ({
  name: { given: person.name },
  phones: person.numbers.map(({ number }) => ({ type: 'other', number })),
  emails: person.emails.map(({ address }) => ({ type: 'other', address })),
})
