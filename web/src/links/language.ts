/** The language of this page: chosen on this device, else the first of the browser's that the app has, else English. */
import type { NotificationPreferences } from '../kit/model'
import { store } from './store'

declare const __LANGUAGES__: readonly string[]

/** Codes as in BCP 47; the first is the one that the source is written in. */
export const LANGUAGES: readonly string[] = typeof __LANGUAGES__ === 'undefined' ? ['en'] : __LANGUAGES__

const NAMES: Readonly<Record<string, string>> = { en: 'English', mn: 'Монгол' }

/** The languages that the server writes e-mails and notifications in (kit/language.py); to whom reads the app in another one it writes in English. */
export const WRITTEN: readonly NotificationPreferences['language'][] = ['en', 'mn']

export const writtenIn = (): NotificationPreferences['language'] => WRITTEN.find((one) => one === language()) ?? 'en'

/** As its speakers call it. Not every browser can say it of each. */
export function languageName(code: string): string {
  return NAMES[code] ?? new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
}

export function language(): string {
  const wanted = [store.choice('language') ?? '', ...navigator.languages.map((one) => one.split('-')[0] ?? '')]
  return wanted.find((one) => LANGUAGES.includes(one)) ?? 'en'
}
