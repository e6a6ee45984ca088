import { Buffer } from 'node:buffer'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { importProblem, partWord, previewOf, readable, size, written } from '../src/kit/caller_files'

const MANIFEST = {
  format: 'call24-caller-file', version: 1, made_at: '2026-11-28T12:00:00.000Z', organisation: { id: 'ten_1', name: 'Leaving' }, contact_id: 'ctc_1', calls: 3,
  files: [{ name: 'data/contacts.json', count: 1 }, { name: 'data/tasks.json', count: 4 }, { name: 'recordings/rec_1.wav' }, { name: 'calls.csv', count: 3 }],
}
const CONTACTS = [{ id: 'ctc_2', number: '+4420', name: 'Ann' }, { id: 'ctc_1', number: '+442079460177', name: null, display_name: 'Ada' }]

/** A ZIP with these entries, as PKWARE has it. */
function zip(entries: Record<string, unknown>, { stored = false, comment = '' } = {}): Blob {
  const [body, list]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const [name, value] of Object.entries(entries)) {
    const text = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
    const packed = stored ? text : deflateRawSync(text)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(stored ? 0 : 8, 8)
    head.writeUInt16LE(name.length, 26)
    const listed = Buffer.alloc(46)
    listed.writeUInt32LE(0x02014b50, 0)
    listed.writeUInt16LE(stored ? 0 : 8, 10)
    listed.writeUInt32LE(packed.length, 20)
    listed.writeUInt16LE(name.length, 28)
    listed.writeUInt32LE(at, 42)
    body.push(head, Buffer.from(name), packed)
    list.push(listed, Buffer.from(name))
    at += 30 + name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt32LE(Buffer.concat(list).length, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(comment.length, 20)
  return new Blob([Buffer.concat([...body, ...list, end, Buffer.from(comment)])])
}

describe('what a file says of itself', () => {
  const whole = { 'data/contacts.json': CONTACTS, 'recordings/rec_1.wav': 'RIFF', 'manifest.json': MANIFEST }
  const said = { organisation: 'Leaving', madeAt: '2026-11-28T12:00:00.000Z', name: 'Ada', number: '+442079460177', calls: 3, recordings: 1, documents: 5 }
  it.each([['packed', {}], ['stored', { stored: true }], ['with a comment at its end', { comment: 'from Ada' }]])('is read from a ZIP, %s', async (_, how) => {
    expect(await previewOf(zip(whole, how))).toEqual(said)
  })
  it.each([
    ['no ZIP', new Blob(['PK, or so it says'])],
    ['an empty file', new Blob([])],
    ['a ZIP of something else', zip({ 'photo.json': {} })],
    ['another program’s manifest', zip({ ...whole, 'manifest.json': { ...MANIFEST, format: 'other' } })],
    ['a manifest that is cut off', zip({ ...whole, 'manifest.json': JSON.stringify(MANIFEST).slice(0, 40) })],
    ['no contact', zip({ 'manifest.json': MANIFEST })],
    ['contacts that grow to more than is read', zip({ ...whole, 'data/contacts.json': `[${' '.repeat(2 << 20)}]` })],
  ])('is nothing where it is %s', async (_, file) => {
    expect(await previewOf(file)).toBeNull()
  })
})

describe('words', () => {
  it('say how large a file is', () => {
    expect([12, 820_400, 12_400_000, 1_500_000_000].map(size)).toEqual(['1 KB', '820 KB', '12.4 MB', '1.5 GB'])
  })
  it('say how far one is', () => {
    expect(written({ calls: null, calls_done: 0 })).toBe('Waiting for its turn')
    expect(written({ calls: 300, calls_done: 12 })).toBe('12 of 300 calls')
  })
  it('say why an import failed, and that nothing was stored', () => {
    expect(importProblem({ problem: 'caller_file_changed', trouble: 'calls.csv has another hash' })).toEqual({
      title: 'The file was changed, or is damaged', text: 'Get it again from where it was made. Nothing was stored. calls.csv has another hash',
    })
    expect(importProblem({ problem: 'one_of_tomorrow', trouble: null })).toEqual({ title: 'The file was not imported', text: 'Nothing was stored.' })
  })
  it('name parts, and leave what is no JSON as it is', () => {
    expect(['vcon', 'calls.csv', 'call_records'].map(partWord)).toEqual(['vCon of a call', 'Row of the table of calls', 'Call records'])
    expect([readable('{"a":1}'), readable('half {')]).toEqual(['{\n "a": 1\n}', 'half {'])
  })
})
