import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { asAccent, helpAddress, OWN_TONES, variables } from '../src/kit/branding'
import type { Branding } from '../src/kit/model'
import { api } from '../src/links/api'
import { branding } from '../src/rooms/branding.svelte'

test('the tones of Call24 itself are those of the look', () => {
  const css = readFileSync(new URL('../src/app.css', import.meta.url), 'utf8')
  for (const [name, value] of variables(OWN_TONES)) expect(css).toContain(`${name}: ${value};`)
})

test('a colour is taken as people type it, and nothing else', () => {
  expect([' #0A7D55', '0a7d55', '#abc'].map(asAccent)).toEqual(['#0a7d55', '#0a7d55', '#aabbcc'])
  for (const typed of ['', '#', 'red', '#12345', '#1234567', '#12345g', 'url(x)']) expect(asAccent(typed)).toBeNull()
})

test('a help contact leads to where it is reached', () => {
  expect(helpAddress('it@acme.example')).toBe('mailto:it@acme.example')
  expect(helpAddress('https://help.acme.example/')).toBe('https://help.acme.example/')
  expect(helpAddress('+442079460123')).toBe('tel:+442079460123')
})

test('what is typed while the settings are read again is kept', async () => {
  const stored = { name: 'Acme', accent: null, help_contact: 'it@acme.example', tones: null } as unknown as Branding
  const answers: ((shown: Branding) => void)[] = []
  vi.spyOn(api, 'branding').mockImplementation(() => new Promise((resolve) => answers.push(resolve)))
  const first = branding.load()
  answers[0]?.(stored)
  await first
  expect([branding.name, branding.accent, branding.help]).toEqual(['Acme', '', 'it@acme.example'])
  const again = branding.load()
  branding.accent = '#0a6b4a'
  answers[1]?.({ ...stored, help_contact: 'help@acme.example' })
  await again
  expect([branding.accent, branding.help, branding.changed]).toEqual(['#0a6b4a', 'help@acme.example', ['accent']])
  vi.restoreAllMocks()
})
