/** How the app is built: one page, hash routes, JsSIP in a chunk of its own, and the service worker's list of shell files. */
import { readFileSync } from 'node:fs'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'

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

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }

export default defineConfig({
  base: '/',
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [svelte(), tailwindcss(), shellWorker()],
  build: { target: ['chrome123', 'safari17.5', 'firefox126'], assetsInlineLimit: 0, chunkSizeWarningLimit: 600 },
})
