import { expect, test } from 'vitest'
import { linkOf } from '../../mobile/www/address.js'
import { addressFor, isThisComputers } from '../src/kit/server_address'

test('a phone’s browser gets the address, and the app around it a link that it understands', () => {
  expect(addressFor('browser', 'https://call.example.org:8443')).toBe('https://call.example.org:8443/')
  expect(linkOf(addressFor('app', 'https://call.example.org:8443'))).toEqual({ address: 'https://call.example.org:8443', place: null })
})

test('an address of this computer is no use to a phone', () => {
  expect(['localhost', 'call24.localhost', '127.0.0.1', '[::1]', 'localhost.example.org', 'call.example.org', '10.0.0.7'].filter(isThisComputers)).toEqual(['localhost', 'call24.localhost', '127.0.0.1', '[::1]'])
})
