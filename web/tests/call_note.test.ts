import { expect, test } from 'vitest'
import { savedText } from '../src/kit/call_note'

test('a text is compared as the server keeps it', () => {
  expect(savedText('Wants a refund  \r\n\r\n  of 20 €\t\n\n')).toBe('Wants a refund\n\n  of 20 €')
  expect(savedText(' \n\n')).toBe('')
})
