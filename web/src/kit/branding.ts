/** An organisation's colours as the look's variables, and its help contact as an address. Pure. */
import type { BrandTones } from './model'

/** Call24's own: what app.css has, for where an organisation's colours are in force and these are to be shown. */
/* @wc-ignore */
export const OWN_TONES: BrandTones = {
  text_light: 'oklch(0.5 0.165 266)', soft_light: 'oklch(0.945 0.026 266)', fill_light: 'oklch(0.5 0.165 266)',
  text_dark: 'oklch(0.74 0.12 268)', soft_dark: 'oklch(0.3 0.06 268)', fill_dark: 'oklch(0.56 0.16 267)',
}
/** What the colour's field begins with. */
export const OWN_ACCENT = '#365ac0'

/** Variables of the look (app.css) in these tones, in light and in dark. */
export function variables(tones: BrandTones): readonly (readonly [name: string, value: string])[] {
  const both = (light: string, dark: string): string => `light-dark(${light}, ${dark})`
  return [
    ['--color-brand', both(tones.text_light, tones.text_dark)],
    ['--color-brand-soft', both(tones.soft_light, tones.soft_dark)],
    ['--color-brand-fill', both(tones.fill_light, tones.fill_dark)],
  ]
}

/** Null: it is no colour yet. */
export function asAccent(typed: string): string | null {
  const tidy = typed.trim().toLowerCase()
  const found = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/.exec(tidy)?.[1]
  if (found === undefined) return null
  return `#${found.length === 3 ? [...found].map((one) => one + one).join('') : found}`
}

/** Where a link leads that asks for help. */
export function helpAddress(contact: string): string {
  if (contact.startsWith('https://')) return contact
  return contact.startsWith('+') ? `tel:${contact}` : `mailto:${contact}`
}
