/**
 * The texts of the app in the language of this page. They stand in the source in English; the build replaces them by
 * numbers and puts them into files for each language (wuchale.config.js): those of what is shown first, which `main.ts`
 * loads before anything else of the app, those of what is shown to who is signed in, and those of all that is loaded
 * when it is asked for. So they stay as they are while the page is shown: another language is another page.
 */
import toRuntime, { type CatalogModule, type Runtime } from 'wuchale/runtime'
import { loadCatalog as firstScreens } from '../../locales/.wuchale/screens_first.proxy.js'
import { loadCatalog as firstWords } from '../../locales/.wuchale/words_first.proxy.js'
import { loadCatalog as insideScreens } from '../../locales/.wuchale/screens_inside.proxy.js'
import { loadCatalog as insideWords } from '../../locales/.wuchale/words_inside.proxy.js'
import { loadCatalog as screens } from '../../locales/.wuchale/screens.proxy.js'
import { loadCatalog as words } from '../../locales/.wuchale/words.proxy.js'
import { speakFigures } from '../kit/figures'
import { speakRegions } from '../kit/regions'
import { language } from './language'
import { patiently } from './patiently'

type Load = (id: string, language: string) => Promise<unknown>
const FIRST: Readonly<Record<string, Load>> = { screens_first_texts: firstScreens, words_first_texts: firstWords }
const INSIDE: Readonly<Record<string, Load>> = { screens_inside_texts: insideScreens, words_inside_texts: insideWords }
const MORE: Readonly<Record<string, Load>> = { screens_texts: screens, words_texts: words }
const REGIONS = import.meta.glob<Record<string, string>>('../../locales/regions.*.json', { import: 'default' })
const loaded = new Map<string, Runtime>()
const none = toRuntime()
const chosen = language()
let within: Promise<void> | null = null
let more: Promise<void> | null = null

async function load(parts: Readonly<Record<string, Load>>): Promise<void> {
  await Promise.all(Object.entries(parts).map(async ([id, from]) => {
    loaded.set(id, toRuntime((await from(id, chosen)) as CatalogModule, chosen))
  }))
}

/** Raises: TypeError when they cannot be fetched. */
export async function loadFirst(): Promise<void> {
  document.documentElement.lang = chosen
  speakFigures(chosen)
  const ours = REGIONS[`../../locales/regions.${chosen}.json`]
  const regions = ours !== undefined && Intl.DisplayNames.supportedLocalesOf([chosen]).length === 0 ? ours : undefined
  await Promise.all([load(FIRST), regions?.().then((known) => speakRegions(chosen, known)) ?? speakRegions(chosen, {})])
}

/**
 * What needs them waits here, and fails with them for as long as the page is shown: NotLoaded.svelte then asks for another
 * page. Raises: TypeError when they cannot be fetched.
 */
export const loadInside = (): Promise<void> => (within ??= patiently(() => load(INSIDE)))
export const loadMore = (): Promise<void> => (more ??= patiently(() => load(MORE)))

export const getRuntime = (id: string): Runtime => loaded.get(id) ?? none
