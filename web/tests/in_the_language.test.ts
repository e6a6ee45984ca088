import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { reasonWord } from '../src/kit/audit_words'
import { figure, speakFigures } from '../src/kit/figures'
import { offerWord } from '../src/kit/offer_words'

const SRC = resolve(import.meta.dirname, '../src')
const lines = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|svelte)$/.test(name))
  .flatMap((name) => readFileSync(join(SRC, name), 'utf8').split('\n').map((line) => `${name}: ${line.trim()}`))

describe('what people read is in the language of the page', () => {
  test('no number is written as one country writes it', () => {
    expect(lines.length).toBeGreaterThan(20_000)
    expect(lines.filter((line) => /toLocaleString\(\s*['"`]en/.test(line))).toEqual([])
  })

  test('no code of the server becomes English by taking its underscores away', () => {
    const zone = /^kit\/dates\.ts: export const zoneWord/ // names of time zones are the same in all languages
    expect(lines.filter((line) => /replace(All)?\((['"`]_['"`]|\/_\/g?), ?['"`] ['"`]\)/.test(line) && !zone.test(line))).toEqual([])
  })

  test('numbers', () => {
    speakFigures('de')
    expect(figure(12_345)).toBe('12.345')
    speakFigures('en')
    expect([figure(12_345), figure(0.6)]).toEqual(['12,345', '1'])
  })

  test('each way in which an offer ends has a word', () => {
    expect(['answered', 'declined', 'ring_no_answer', 'unreachable', 'withdrawn', null].map(offerWord)).toEqual(['answered', 'declined', 'no answer', 'not reached', 'withdrawn', 'ringing'])
  })

  test('each reason that a supervisor or an officer chooses has a word', () => {
    const codes = ['coaching', 'quality', 'complaint', 'help_asked', 'technical', 'asked', 'forgotten', 'away', 'stuck', 'shift_over', 'other', 'abuse', 'consent_withdrawn', 'objected', 'left', 'mistake']
    expect(codes.filter((code) => reasonWord(code) === null)).toEqual([])
    expect([reasonWord('shift_over'), reasonWord('lunch')]).toEqual(['Shift is over', null])
  })
})
