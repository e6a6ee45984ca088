import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')

test('each letter that the app acts on is listed under Me, and none that it does not', () => {
  const listed = [...readFileSync(join(SRC, 'rooms/keys.svelte.ts'), 'utf8').matchAll(/\{ key: '([A-Z])', does: /g)].map(([, letter]) => letter)
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|svelte)$/.test(name))
  const acts = files.flatMap((name) => [...readFileSync(join(SRC, name), 'utf8').matchAll(/\.wishes\(\w+, 'Key([A-Z])'\)/g)].map(([, letter]) => letter))
  expect(listed.length).toBeGreaterThan(7)
  expect(listed.sort()).toEqual([...new Set(acts)].sort())
})
