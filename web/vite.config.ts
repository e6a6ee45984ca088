/** How the app is built: one page, hash routes, JsSIP in a chunk of its own, the service worker's list of shell files, all of it compressed. */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { svelte, type Options } from '@sveltejs/vite-plugin-svelte'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'
import { wuchale } from 'wuchale/vite'
import { BEFORE, FIRST, INSIDE, LANGUAGES } from './wuchale.config.js'

/** Writes sw.js with the names of the built files, so that the worker caches exactly this build's shell. */
function shellWorker(): Plugin {
  return {
    name: 'call24-shell-worker',
    apply: 'build',
    generateBundle(_options, bundle) {
      // Only the subsets that Call24's languages use are kept offline; the browser fetches others when it needs them.
      const offline = Object.keys(bundle).filter(
        (name) => !name.endsWith('.woff2') || /onest-(latin|cyrillic|cyrillic-ext)-wght/.test(name),
      )
      const shell = ['/', '/theme.js', '/icon.svg', '/manifest.webmanifest', ...offline.filter((n) => n !== 'index.html').map((n) => `/${n}`)]
      const version = shell.join('|').split('').reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) | 0, 7) >>> 0
      const source = readFileSync(new URL('./src/sw.js', import.meta.url), 'utf8')
        .replace('__VERSION__', version.toString(36))
        .replace('["__SHELL__"]', JSON.stringify(shell))
      this.emitFile({ type: 'asset', fileName: 'sw.js', source })
    },
  }
}

/** Writes name.br and name.gz beside each file of text that they make smaller; http/web.py serves the one that is asked for. */
function compressed(): Plugin {
  let out = ''
  return {
    name: 'call24-compressed',
    apply: 'build',
    configResolved: (config) => void (out = config.build.outDir),
    closeBundle() {
      for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg|webmanifest)$/.test(entry.name)) continue
        const name = `${entry.parentPath}/${entry.name}`
        const whole = readFileSync(name)
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: whole.length }
        for (const [ending, small] of [['br', brotliCompressSync(whole, { params })], ['gz', gzipSync(whole, { level: 9 })]] as const) {
          if (small.length < whole.length) writeFileSync(`${name}.${ending}`, small)
        }
      }
    },
  }
}

/** Packages whose licences Vite does not write into licenses.md: only their styles and fonts are in the app, or the licence is the head of a file. */
const MORE_LICENSES = [
  ['@fontsource-variable/onest', 'LICENSE'],
  ['qrcode-generator', 'dist/qrcode.mjs'],
  ['tailwindcss', 'LICENSE'],
] as const

function moreLicenses(): Plugin {
  let out = ''
  return {
    name: 'call24-more-licenses',
    apply: 'build',
    configResolved: (config) => void (out = config.build.outDir),
    closeBundle() {
      for (const [name, place] of MORE_LICENSES) {
        const read = (file: string): string => readFileSync(new URL(`./node_modules/${name}/${file}`, import.meta.url), 'utf8')
        const { version, license } = JSON.parse(read('package.json')) as { version: string; license: string }
        const text = place.startsWith('LICENSE') ? read(place) : (/^(?:\/\/.*\n)+/.exec(read(place))?.[0] ?? '')
        if (text === '') throw new Error(`${name}: ${place} does not begin with a licence`)
        appendFileSync(`${out}/licenses.md`, `\n## ${name} - ${version} (${license})\n\n${text.trim()}\n`)
      }
    },
  }
}

/** Lets the browser fetch the app while it fetches the texts, which are needed before a module of the app runs. */
function appBesideTexts(): Plugin {
  return {
    name: 'call24-app-beside-texts',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const app = Object.values(bundle ?? {}).find((part) => part.type === 'chunk' && part.facadeModuleId?.endsWith('/src/start.ts'))
        if (app?.type !== 'chunk') return []
        return [app.fileName, ...app.imports].map((name) => ({ tag: 'link', attrs: { rel: 'modulepreload', href: `/${name}`, crossorigin: true }, injectTo: 'head' as const }))
      },
    },
  }
}

/** Fills into theme.js what a page asks for in each language before it shows something. */
function partsBesideApp(): Plugin {
  let out = ''
  let parts = ''
  return {
    name: 'call24-parts-beside-app',
    apply: 'build',
    configResolved: (config) => void (out = config.build.outDir),
    generateBundle(_options, bundle) {
      const texts = (id: string, language: string): string[] => Object.keys(bundle).filter((name) => name.includes(`_${id}_texts.${language}.compiled-`))
      const shell = Object.values(bundle).find((part) => part.type === 'chunk' && part.facadeModuleId?.endsWith('/src/screens/Inside.svelte'))
      if (shell?.type !== 'chunk') throw new Error('the app has nothing behind the sign-in')
      const inside = [shell.fileName, ...shell.imports.filter((name) => !/\/(app|texts)-/.test(name))]
      const each = (of: (language: string) => string[]): Record<string, string[]> => Object.fromEntries(LANGUAGES.map((language) => [language, of(language)]))
      parts = JSON.stringify({ first: each((language) => texts('first', language)), inside: each((language) => [...inside, ...texts('inside', language)]) })
    },
    closeBundle() {
      const place = `${out}/theme.js`
      writeFileSync(place, readFileSync(place, 'utf8').replace('__PARTS__', parts))
    },
  }
}

/** Tests read the texts as they stand in the source. */
const texts = process.env['VITEST'] === undefined ? [wuchale(), appBesideTexts(), partsBesideApp()] : []

const SOURCE = fileURLToPath(new URL('./src/', import.meta.url))
const inSource = (id: string): string => id.replace(SOURCE, '').replace(/\?.*/, '')
const isBefore = (id: string): boolean => (BEFORE.has(inSource(id)) && inSource(id) !== 'main.ts') || /wuchale.dist.runtime|vite.preload-helper/.test(id)
const isApp = (id: string): boolean => FIRST.has(inSource(id))
const isInside = (id: string): boolean => INSIDE.has(inSource(id)) || /locales.(screens|words)_inside\.loader/.test(id)
/** Texts in a list make it look as if it could change; svelte-check reads the sources without that. */
const heard: Options['onwarn'] = (warning, handle) => (warning.code === 'state_referenced_locally' ? undefined : handle?.(warning))
const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }

export default defineConfig({
  base: '/',
  define: { __APP_VERSION__: JSON.stringify(version), __LANGUAGES__: JSON.stringify(LANGUAGES) },
  plugins: [...texts, svelte({ onwarn: heard }), tailwindcss(), shellWorker(), moreLicenses(), compressed()],
  build: {
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      output: {
        // One file for all that is needed at once: its modules would be fifty.
        codeSplitting: { groups: [{ name: 'texts', test: isBefore, priority: 3 }, { name: 'app', test: isApp, priority: 2 }, { name: 'inside', test: isInside, priority: 1 }] },
      },
    },
    target: ['chrome123', 'safari17.5', 'firefox126'], assetsInlineLimit: 0, chunkSizeWarningLimit: 600,
  },
})
