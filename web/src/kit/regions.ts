/** Names of countries in the language of the page. Browsers know them, but not in each language of the app (Chromium has no Mongolian). */

let names: Intl.DisplayNames | null = null
let spoken = 'en'
let ours: Readonly<Record<string, string>> = {}

/** `known`: ISO 3166 code -> name, of a language that the browser does not know (Unicode CLDR, in locales/). */
export function speakRegions(language: string, known: Readonly<Record<string, string>>): void {
  names = null
  spoken = language
  ours = known
}

/** Made when it is first asked for: on a phone that takes a tenth of a second, which the first screen does not wait for. */
const namer = (): Intl.DisplayNames => (names ??= new Intl.DisplayNames([spoken, 'en'], { type: 'region', fallback: 'none' }))

/** Of an ISO 3166 code such as MN; undefined where there is none. */
export const regionName = (code: string): string | undefined => ours[code] ?? namer().of(code)
