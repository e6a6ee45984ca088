import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const WEB = resolve(import.meta.dirname, '..')
const LANGUAGES = readdirSync(join(WEB, 'locales')).filter((name) => /^(?!en\.)[\w-]+\.po$/.test(name))

interface Entry { id: string; plural: string; says: string[]; where: string }

/** The entries of a .po file. Lines that belong together are joined as gettext does it. */
function entries(text: string): Entry[] {
  return text.split('\n\n').slice(1).map((block) => {
    const of = (key: string): string => new RegExp(`^${key} ((?:".*"\\n?)+)`, 'm').exec(block)?.[1]?.split('\n').map((line) => line.slice(1, -1)).join('') ?? ''
    return { id: of('msgid'), plural: of('msgid_plural'), says: [...block.matchAll(/^msgstr(?:\[\d\])? ((?:".*"\n?)+)/gm)].map(([, lines = '']) => lines.trim().split('\n').map((line) => line.slice(1, -1)).join('')), where: /^#: (.*)$/m.exec(block)?.[1] ?? '' }
  }).filter((entry) => entry.id !== '' && entry.where !== '')
}

const marks = (text: string): string[] => (text.match(/\{\d+\}|<\/?\d+\/?>|#/g) ?? []).sort()

describe('the texts of the app', () => {
  test('what is to be deleted is named by a text of the script: `name` of a component is taken for no text', () => {
    const screens = readdirSync(join(WEB, 'src/screens')).map((name) => [name, readFileSync(join(WEB, 'src/screens', name), 'utf8')] as const)
    const asked = screens.filter(([, text]) => text.includes('<DeleteSheet'))
    expect(asked.length).toBeGreaterThan(8)
    expect(asked.filter(([, text]) => /<DeleteSheet name="/.test(text)).map(([name]) => name)).toEqual([])
  })

  test('none begins or ends with a blank that another one does not have: the two are one entry, and the blank is lost', () => {
    const ids = entries(readFileSync(join(WEB, 'locales', 'mn.po'), 'utf8')).map((entry) => entry.id)
    const NO_TEXTS = ['fmt ', 'WAVEfmt ', 'iOS ']
    const files = readdirSync(join(WEB, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|svelte)$/.test(name) && !/(api-types|field_texts)\.ts$/.test(name)) // these are made
    const lines = files.flatMap((name) => readFileSync(join(WEB, 'src', name), 'utf8').split('\n').map((line) => [name, line] as const)).filter(([, line]) => !/^\s*(import|export|\*|\/\*|\/\/|\} from)/.test(line))
    const lost = lines.flatMap(([name, line]) => [
      ...[...line.matchAll(/[`'"]( [a-z]+(?: [a-z]+)* ?)(?:\$\{|[`'])/gi)].filter(([, text = '']) => !ids.some((id) => id.startsWith(text))),
      ...[...line.matchAll(/[`'"](?:\$\{\w+\})?([a-z]+(?: [a-z]+)* )[`']/gi)].filter(([, text = '']) => !NO_TEXTS.includes(text) && !ids.some((id) => id.endsWith(text))),
    ].map(([found]) => `${name}: ${found}`))
    expect(lost).toEqual([])
  })

  // A copy, since making the files current writes them.
  const copy = mkdtempSync(join(WEB, 'node_modules', '.texts-'))
  afterAll(() => rmSync(copy, { recursive: true }))

  test('each is in the files of all languages, and none is there that the app does not have', () => {
    for (const name of ['src', 'locales', 'package.json', 'wuchale.config.js']) cpSync(join(WEB, name), join(copy, name), { recursive: true, filter: (from) => !/\/(\.wuchale|en\.po|data\.js)$/.test(from) })
    execFileSync(process.execPath, [join(WEB, 'node_modules', 'wuchale', 'dist', 'cli', 'index.js'), '--clean'], { cwd: copy, stdio: 'ignore' })
    for (const file of LANGUAGES) {
      const ids = (folder: string): string[] => entries(readFileSync(join(folder, 'locales', file), 'utf8')).map((entry) => entry.id).sort()
      expect(ids(WEB), `${file} is not current: run \`npm run texts\` in web/, and translate what is new`).toEqual(ids(copy))
    }
  }, 60_000)

  test.each(LANGUAGES)('%s has a translation of each, with the same placeholders', (file) => {
    const all = entries(readFileSync(join(WEB, 'locales', file), 'utf8'))
    expect(all.length).toBeGreaterThan(3000)
    expect(all.filter((entry) => entry.says.some((text) => text.trim() === '') && entry.id.trim() !== '').map((entry) => `${entry.where}: ${entry.id}`)).toEqual([])
    expect(all.filter((entry) => entry.says.some((text) => String(marks(text)) !== String(marks(entry.plural === '' ? entry.id : entry.plural)))).map((entry) => `${entry.where}: ${entry.id} -> ${entry.says.join(' | ')}`)).toEqual([])
  })
})
