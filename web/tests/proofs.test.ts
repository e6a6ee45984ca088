import { describe, expect, it } from 'vitest'
import { creation, request, toBytes, toText } from '../src/kit/passkey'
import { qr } from '../src/kit/qr'
import { grouped, recoveryText, typedCode } from '../src/kit/recovery'

describe('codes', () => {
  it.each([
    ['123 456', '123456'], [' 123-456 ', '123456'], ['abcde-fgh23', 'abcde-fgh23'], [' ABCDE fgh23', 'ABCDE fgh23'], ['', ''],
  ])('%s is sent as %s', (typed, sent) => expect(typedCode(typed)).toBe(sent))
  it('are kept with whose they are and where', () => {
    const text = recoveryText('a@example.com', ['one', 'two'], 'call24.example')
    expect(text).toContain('a@example.com at call24.example')
    expect(text.split('\n').slice(-3)).toEqual(['one', 'two', ''])
  })
  it('are typed in groups of four', () => expect(grouped('ABCDEFGHIJ')).toBe('ABCD EFGH IJ'))
})

describe('bytes', () => {
  it('come back as they were, in base64url', () => {
    for (const length of [0, 1, 2, 3, 255]) {
      const bytes = Uint8Array.from({ length }, (_, n) => (n * 37 + 251) % 256)
      const text = toText(bytes.buffer)
      expect(text).toMatch(/^[\w-]*$/)
      expect(toBytes(text)).toEqual(bytes)
    }
  })
  it('are made of what the server wrote', () => {
    const made = creation({
      challenge: 'AQI', rp: { name: 'Call24', id: 'call24.test' }, user: { id: 'Aw', name: 'a', displayName: 'A' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }], excludeCredentials: [{ id: 'BA', type: 'public-key' }],
    })
    expect([...(made.challenge as Uint8Array)]).toEqual([1, 2])
    expect([...(made.excludeCredentials?.[0]?.id as Uint8Array)]).toEqual([4])
    expect(request({ challenge: 'AQI', rpId: 'call24.test' }).allowCredentials).toEqual([])
  })
})

describe('a QR code', () => {
  it('has its three corner marks within the quiet zone', () => {
    const { path, size } = qr('otpauth://totp/Call24:a%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Call24')
    const dark = (x: number, y: number): boolean => path.includes(`M${x} ${y}h`)
    for (const [x, y] of [[4, 4], [size - 11, 4], [4, size - 11]] as const) {
      expect([dark(x, y), dark(x + 1, y + 1), dark(x + 3, y + 3), dark(x + 6, y + 6)]).toEqual([true, false, true, true])
    }
    expect(dark(size - 4, 4)).toBe(false)
    expect(dark(3, 4)).toBe(false)
  })
})
