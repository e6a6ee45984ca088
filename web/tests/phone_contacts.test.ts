import { describe, expect, it } from 'vitest'
import { cards } from '../src/kit/phone_contacts'

describe('people of the Contact Picker as vCards', () => {
  it('has the chosen fields alone, each value once', () => {
    expect(cards([{ name: ['Anna Petrova'], tel: ['020 7946 0101', '020 7946 0101 '], email: ['anna@example.com'] }])).toBe(
      'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna Petrova\r\nTEL:020 7946 0101\r\nEMAIL:anna@example.com\r\nEND:VCARD\r\n',
    )
    expect(cards([{ name: ['Ben'], tel: [] }])).toBe('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ben\r\nEND:VCARD\r\n')
  })

  it('lets no text begin a line or a card of its own', () => {
    const text = cards([{ name: ['A;B,C\\D\r\nEND:VCARD\nTEL:1'] }])
    expect(text.split('\r\n')[2]).toBe('FN:A\\;B\\,C\\\\D\\nEND:VCARD\\nTEL:1')
    expect(text.match(/^(END:VCARD|TEL:.*)$/gm)).toEqual(['END:VCARD'])
  })

  it('calls who has no name by a number, and leaves out who has nothing', () => {
    expect(cards([{ name: [''], tel: ['99112233'] }, { name: [], tel: [] }])).toBe('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:99112233\r\nTEL:99112233\r\nEND:VCARD\r\n')
  })

  it('writes an address in the parts of a vCard', () => {
    const address = { addressLine: ['Peace Ave 1', 'Door 2'], city: 'Ulaanbaatar', postalCode: '14200', country: 'MN' }
    expect(cards([{ name: ['Bat'], address: [address] }])).toContain('\r\nADR:;;Peace Ave 1 Door 2;Ulaanbaatar;;14200;MN\r\n')
  })
})
