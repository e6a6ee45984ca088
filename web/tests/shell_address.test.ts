/** The first page of the app for phones: which server a person means, and whether it is one. */
import { describe, expect, it, vi } from 'vitest'
import { addressOf, findServer, linkOf, PATIENCE_MS, SAYS } from '../../mobile/www/address.js'
import { languageOf, TEXTS, textsIn } from '../../mobile/www/texts.js'

const says = (body: string, more: ResponseInit = {}): typeof fetch => () => Promise.resolve(new Response(body, more))

describe('an address', () => {
  it('is taken as people type and paste it', () => {
    for (const typed of ['call.example.org', ' https://call.example.org ', 'HTTPS://Call.Example.Org/', 'https://call.example.org/#/history', 'call.example.org/x?y=1']) {
      expect(addressOf(typed), typed).toEqual({ address: 'https://call.example.org' })
    }
    expect(addressOf('call.example.org:8024')).toEqual({ address: 'https://call.example.org:8024' })
    expect(addressOf('дуудлага.мон')).toEqual({ address: 'https://xn--80aaica6b2ca.xn--l1acc' })
  })

  it('without encryption is refused, and so is what only looks like an address', () => {
    expect(addressOf('http://call.example.org')).toEqual({ trouble: 'no_tls', host: 'call.example.org' })
    expect(addressOf('  ').trouble).toBe('empty')
    for (const typed of ['https://call.example.org@elsewhere.test', 'https://a:b@elsewhere.test', 'javascript://alert(1)', 'file:///etc/passwd', 'https://', 'a b', 'x'.repeat(400)]) {
      expect(addressOf(typed).trouble, typed).toBe('invalid')
    }
  })
})

describe('a server', () => {
  it('that says that it is a Call24 is used; it is asked for nothing of the person', async () => {
    const ask = vi.fn(says('{"product":"call24"}'))
    expect(await findServer('call.example.org', ask)).toEqual({ address: 'https://call.example.org' })
    expect(ask).toHaveBeenCalledWith(`https://call.example.org${SAYS}`, expect.objectContaining({ credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'manual' }))
  })

  it('that is something else, or leads elsewhere, is told apart from one that is silent', async () => {
    const other = { trouble: 'other', host: 'call.example.org' }
    for (const body of ['{"product":"other"}', '<html>', 'null', '[]', '']) expect(await findServer('call.example.org', says(body)), body).toEqual(other)
    expect(await findServer('call.example.org', says('no', { status: 404 }))).toEqual(other)
    expect(await findServer('call.example.org', says('', { status: 302 }))).toEqual({ trouble: 'elsewhere', host: 'call.example.org' })
    expect(await findServer('call.example.org', () => Promise.reject(new TypeError('certificate')))).toEqual({ trouble: 'silent', host: 'call.example.org' })
  })

  it('that answers without end is not read to the end', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({ pull: (to) => { sent += 1; to.enqueue(new Uint8Array(1024).fill(32)) } })
    expect((await findServer('call.example.org', () => Promise.resolve(new Response(endless)))).trouble).toBe('other')
    expect(sent).toBeLessThan(10)
  })

  it('that never answers is given up', async () => {
    vi.useFakeTimers()
    const found = findServer('call.example.org', (_at, how) => new Promise((_resolve, reject) => how?.signal?.addEventListener('abort', () => reject(new Error('aborted')))))
    await vi.advanceTimersByTimeAsync(PATIENCE_MS)
    expect((await found).trouble).toBe('silent')
    vi.useRealTimers()
  })

  it('is not asked when the address is none', async () => {
    const ask = vi.fn(says('{}'))
    expect((await findServer('http://call.example.org', ask)).trouble).toBe('no_tls')
    expect(ask).not.toHaveBeenCalled()
  })
})

describe('a link', () => {
  it('carries a server, a place, or both', () => {
    expect(linkOf('call24://server?address=https://call.example.org')).toEqual({ address: 'https://call.example.org', place: null })
    expect(linkOf('call24://server?address=call.example.org%3A8024')).toEqual({ address: 'https://call.example.org:8024', place: null })
    expect(linkOf('call24://open#/history/call_1')).toEqual({ address: null, place: '#/history/call_1' })
    expect(linkOf('https://call.example.org/#/tasks')).toEqual({ address: 'https://call.example.org', place: '#/tasks' })
  })

  it('that is none of them, or tries more, is nothing', () => {
    for (const link of ['call24://server?address=http://call.example.org', 'call24://server', 'call24://else', 'mailto:a@b.test', 'http://call.example.org/', 'no link', `call24://open#/${'x'.repeat(3000)}`]) {
      expect(linkOf(link), link).toBeNull()
    }
    expect(linkOf('call24://open#javascript:alert(1)')).toEqual({ address: null, place: null })
    expect(linkOf('call24://open#/x"><script>')).toEqual({ address: null, place: null })
  })
})

describe('the texts of the first page', () => {
  it('are complete in both languages, with the server’s name where English has it', () => {
    expect(Object.keys(TEXTS.mn)).toEqual(Object.keys(TEXTS.en))
    for (const [name, english] of Object.entries(TEXTS.en)) {
      const mongolian = TEXTS.mn[name as keyof typeof TEXTS.mn]
      expect(mongolian, name).not.toBe(english)
      expect(mongolian.includes('{host}'), name).toBe(english.includes('{host}'))
    }
    for (const trouble of ['empty', 'invalid', 'no_tls', 'silent', 'elsewhere', 'other']) expect(TEXTS.en).toHaveProperty(trouble)
  })

  it('are in the first language that there is', () => {
    expect(languageOf(['de-DE', 'mn-MN', 'en'])).toBe('mn')
    expect(languageOf(['de', 'constructor'])).toBe('en')
    expect(textsIn('en')('confirm', 'a$&b')).toBe('Use a$&b?')
  })
})
