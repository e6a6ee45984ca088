/** Names of countries in the language of the page. Browsers know them, but not in each language of the app (Chromium has no Mongolian). */

let names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
let ours: Readonly<Record<string, string>> = {}

/** `known`: ISO 3166 code -> name, of a language that the browser does not know (Unicode CLDR, in locales/). */
export function speakRegions(language: string, known: Readonly<Record<string, string>>): void {
  names = new Intl.DisplayNames([language, 'en'], { type: 'region', fallback: 'none' })
  ours = known
}

/** Of an ISO 3166 code such as MN; undefined where there is none. */
export const regionName = (code: string): string | undefined => ours[code] ?? names.of(code)
