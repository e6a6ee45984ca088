import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { isLinkPlace } from '../src/kit/link_place'
import { LINK_PLACE, PHONE_SCHEMES, readPhoneLink } from '../src/kit/phone_link'

vi.stubGlobal('location', { hash: '' })
vi.stubGlobal('addEventListener', () => undefined)
const { parseRoute } = await import('../src/rooms/route.svelte')

/** As browsers put the address into the handler's: everything that is not a letter, digit or one of -_.!~*'() is escaped. */
const opened = (address: string): string => LINK_PLACE.replace('%s', encodeURIComponent(address))

describe('a link with a phone number', () => {
  test.each([
    ['tel:+97699110718', '+97699110718'],
    ['tel:+1-201-555-0123', '+12015550123'],
    ['tel:+976%209911%200718', '+97699110718'],
    ['TEL:(02)%20123.456', '02123456'],
    ['tel://+97670001000', '+97670001000'],
    ['tel:%2B97670001000', '+97670001000'],
    ['web+call24:+97699110718', '+97699110718'],
    ['tel:112', '112'],
    ['+97699110718', '+97699110718'],
  ])('%s is read as %s', (address, number) => {
    expect(readPhoneLink(address)).toEqual({ number })
  })

  test.each([
    ['tel:', 'malformed'],
    ['tel:12', 'malformed'],
    ['tel:call-us', 'malformed'],
    ['tel:+976+99110718', 'malformed'],
    ['tel:%E0%A4%A', 'malformed'],
    ['tel:\u202e8170119967', 'malformed'],
    ['tel:\u0661\u0662\u0663\u0664', 'malformed'],
    ['javascript:alert(1)', 'malformed'],
    ['web+call24:https://evil.example/', 'malformed'],
    ['tel:+1234567890123456', 'long'],
    ['tel:123456789012345678', 'long'],
    [`tel:${'9'.repeat(10_000)}`, 'long'],
    [`tel:${' '.repeat(300)}112`, 'long'],
    ['sip:bolor@northwind.example', 'sip'],
    ['web+call24:sip:+97699110718@gw.example', 'sip'],
    ['web+call24:sips%3Aa@b', 'sip'],
    ['tel:bolor@northwind.example', 'sip'],
    ['tel:*21*+900123456%23', 'code'],
    ['tel:*21#', 'code'],
    ['tel:%23%2321%23', 'code'],
    ['tel:+97699110718;ext=12', 'addition'],
    ['tel:863-1234;phone-context=+1-914-555', 'addition'],
    ['tel:+97699110718%3Bext=12', 'addition'],
    ['web+call24:+97699110718?call=now', 'addition'],
    ['tel:+97699110718,,12', 'malformed'],
  ])('%s is refused as %s', (address, refused) => {
    expect(readPhoneLink(address)).toEqual({ refused })
  })

  test('reaches the dial pad whole by the address that the browser makes of it', () => {
    const route = parseRoute(opened('tel:+976-9911/0718;ext=1?x#y'))
    expect(route).toEqual({ name: 'dial', number: 'tel:+976-9911/0718;ext=1?x#y' })
    expect(isLinkPlace(opened('tel:+97699110718'))).toBe(true)
    expect(isLinkPlace(opened('web+call24:112'))).toBe(true)
    expect(['#/dial', '#/dial/%2B97699110718', '#/history/tel%3A112', '#/dial/%E0', ''].map(isLinkPlace)).toEqual([false, false, false, false, false])
  })

  test('is opened by the installed app at the same place, in the window that is open', () => {
    const manifest = JSON.parse(readFileSync(new URL('../public/manifest.webmanifest', import.meta.url), 'utf8')) as Record<string, unknown>
    expect(manifest['protocol_handlers']).toEqual(PHONE_SCHEMES.map((protocol) => ({ protocol, url: `/${LINK_PLACE}` })))
    expect(manifest['launch_handler']).toEqual({ client_mode: ['focus-existing', 'auto'] })
  })
})
