/**
 * Which of the app's strings are texts that people read. They stand in the source in English; their translations are in
 * locales/<language>.po, made current by `npm run texts`. A language is a file there.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { adapter as svelte } from '@wuchale/svelte'
import { defaultHeuristic, defineConfig, pofile } from 'wuchale'
import { adapter as script, Transformer } from 'wuchale/adapter-vanilla'

const FOLDER = 'locales'
export const LANGUAGES = ['en', ...readdirSync(new URL(`./${FOLDER}`, import.meta.url)).flatMap((name) => (/^(?!en\.)([\w-]+)\.po$/.exec(name) ?? []).slice(1)).sort()]

/** Attributes and properties of components that people read or hear. */
const READ = new Set('alt aria-label aria-valuetext goes hint label none placeholder stays text title undone what word'.split(' '))
const CLASSES = String.raw`[!@a-z0-9_:/[\](),.%#_&>*'=+-]`
/** What machines read, although it looks like words: names of classes, headers, errors and keys, selectors, paths of SVG, routes of the API. */
const MACHINE = [
  new RegExp(`^${CLASSES}*[-:/]${CLASSES}*( ${CLASSES}+)*$`),
  /^[^\p{Lu}’…,?!;]*\b(?:items|min|text|bg|gap|rounded|px|border|justify|grid|size|mt)-[^\p{Lu}’…,?!;]*$/u,
  /^(GET|POST|PUT|PATCH|DELETE)\//,
  /^[A-Z][a-z]+([A-Z][A-Za-z]*|(-[A-Z][A-Za-z0-9]*)+)$/,
  /^(Key[A-Z]|Arrow\w+|Escape|Enter|ETag|X-[\w-]+)$/,
  /^[MLQC]?[{}#\d\s.,]+$|^[MLQC]#/,
  /^M\{0\}|^[CL]\{0\}|<<|https?:|\[contenteditable|^new Pusher/,
  /^(service worker|Call24 app|Busy Here|Bearer|Authorization|America|Mac OS X|list beside one|AT AU BE|xxxxx-)|\p{Script=Cyrillic}/u,
  /^(flow|queue|flex flex-wrap|card p-4.5|block font-medium|hidden md:block|hidden @4xl:block)$/,
]
/** Files of words that are compared, or that are no texts for people. */
const TABLES = /(?:country|crash_words|pdf|wave|icons|why_texts)\.ts$/

/** @param {import('wuchale').Message} message */
export function isText(message) {
  const { scope, attribute, file } = message.details
  if (TABLES.test(file)) return false
  if (scope === 'markup') return defaultHeuristic(message)
  const text = message.msgStr.join('\n').replace(/\{\d+\}|<\/?\d+\/?>/g, '').trim()
  if (!/\p{L}/u.test(text)) return false
  if (attribute !== undefined) return READ.has(attribute) ? 'message' : false
  if (MACHINE.some((pattern) => pattern.test(text))) return false
  return /\p{L}.* |[ ·].*\p{L}/u.test(text) || /^\p{Lu}\p{Ll}/u.test(text) ? 'message' : false
}

const SOURCE = new URL('./src/', import.meta.url)

/**
 * What a file of src/ imports, however far, without what is imported when it is asked for.
 * @param {string} start
 */
function importedBy(start) {
  const found = new Set()
  /** @param {string} name from src/ */
  function follow(name) {
    if (found.has(name)) return
    found.add(name)
    const text = readFileSync(new URL(name, SOURCE), 'utf8')
    for (const [, to] of text.matchAll(/^\s*(?:import|export)\b(?! type)[^'()]*?from '(\.[^']+)'|^\s*import '(\.[^']+)'/gm)) {
      if (to === undefined) continue
      const place = fileURLToPath(new URL(to, new URL(name, SOURCE))).slice(fileURLToPath(SOURCE).length)
      const file = [place, `${place}.ts`].find((one) => /\.(?:svelte|ts)$/.test(one) && existsSync(new URL(one, SOURCE)))
      if (file !== undefined) follow(file)
    }
  }
  follow(start)
  return found
}
/** What the app needs before it shows something, what loads the texts before that, and what who is signed in is shown. */
export const FIRST = importedBy('start.ts')
export const BEFORE = importedBy('main.ts')
export const INSIDE = new Set([...importedBy('screens/Inside.svelte')].filter((file) => !FIRST.has(file)))
const isFirst = (/** @type {string} */ file) => FIRST.has(file.replace(/^src\//, ''))
const isInside = (/** @type {string} */ file) => INSIDE.has(file.replace(/^src\//, ''))

/** Texts are fixed while a page is shown (links/texts.ts), so a module or component asks once where they are. */
const runtime = { initReactive: (/** @type {{ funcName?: string | null }} */ { funcName }) => (funcName == null ? false : null), useReactive: false }
/** Sorted, so that a changed text changes a few lines of the file. */
const storage = async (/** @type {any} */ options) => {
  const file = await pofile({ dir: FOLDER })(options)
  const save = file.save.bind(file)
  const place = (/** @type {any} */ item) => `${item.references[0]?.file}\n${item.translations.get('en')}\n${item.context ?? ''}`
  file.save = (/** @type {any} */ data) => save({ ...data, items: [...data.items].sort((a, b) => (place(a) < place(b) ? -1 : 1)) })
  return file
}
const common = { loader: 'custom', storage, granularLoad: true }
const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).map((name) => `src/${name.replaceAll('\\', '/')}`).sort()
const files = {
  svelte: sources.filter((name) => name.endsWith('.svelte')),
  ts: sources.filter((name) => name.endsWith('.ts') && !/\.(test|d)\.ts$|api-types\.ts$/.test(name) && !BEFORE.has(name.replace(/^src\//, ''))),
}

/**
 * What has one of these names is a text, whatever it looks like: `word: 'wait'`.
 * @param {string} source
 */
const named = (source) => source.replace(/\b(?:does|hint|label|says|text|title|unit|word): (?=')/g, (name) => `${name}/* @wc-include */ `)

/** @param {string} id */
function screens(id, /** @type {string[]} */ of) {
  const adapter = svelte({ ...common, runtime, heuristic: isText, generateLoadID: () => `${id}_texts`, files: of })
  return { ...adapter, transform: (/** @type {any} */ asked) => adapter.transform({ ...asked, content: named(asked.content) }) }
}

/** As the adapter of scripts does it, but for texts outside of functions too: they are loaded before a module that has some. */
function words(/** @type {string} */ id, /** @type {string[]} */ of) {
  const plain = { wrapInit: (/** @type {string} */ code) => code, wrapUse: (/** @type {string} */ code) => code }
  const none = { initReactive: () => null, useReactive: false, plain, reactive: plain }
  const patterns = [{ name: 'plural', args: /** @type {('other'|'message'|'pluralFunc')[]} */ (['other', 'message', 'pluralFunc']) }]
  return {
    ...script({ ...common, generateLoadID: () => `${id}_texts`, files: of }),
    transform: (/** @type {any} */ { content, filename, index, expr, matchUrl }) => {
      const transformer = new Transformer(named(content), filename, index, isText, patterns, expr, none, matchUrl)
      const methods = transformer.visitClassDeclaration
      transformer.visitClassDeclaration = (/** @type {any} */ node) => [...methods(node), ...node.body.body.flatMap((/** @type {any} */ one) => (one.type === 'PropertyDefinition' && one.value ? transformer.visit(one.value) : []))]
      const { msgs, output } = transformer.transform()
      return { msgs, output: (/** @type {string} */ header) => output(`${header}\nconst _w_runtime_ = ${expr.plain};\n`) }
    },
  }
}

const rest = (/** @type {string} */ file) => !isFirst(file) && !isInside(file)
export default defineConfig({
  locales: /** @type {[string, ...string[]]} */ (LANGUAGES),
  localesDir: FOLDER,
  adapters: {
    screens_first: screens('screens_first', files.svelte.filter(isFirst)),
    words_first: words('words_first', files.ts.filter(isFirst)),
    screens_inside: screens('screens_inside', files.svelte.filter(isInside)),
    words_inside: words('words_inside', files.ts.filter(isInside)),
    screens: screens('screens', files.svelte.filter(rest)),
    words: words('words', files.ts.filter(rest)),
  },
})
