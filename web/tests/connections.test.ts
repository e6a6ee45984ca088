import { expect, test } from 'vitest'
import { addressesOf, changesOf, leadsTo, NEW_TRUNK, type OwnNumber, trunkStatus } from '../src/kit/connections'

const number: OwnNumber = { id: 'num_1', number: '+97670001000', trunk_id: 'trk_1', queue_id: 'que_1', flow_id: null, greeting: null, label: '', verified_at: null }

test('addresses are taken as they are pasted', () => {
  expect(addressesOf(' 203.0.113.10,203.0.113.11;\n\n198.51.100.0/28  2001:db8::1 ')).toEqual(['203.0.113.10', '203.0.113.11', '198.51.100.0/28', '2001:db8::1'])
})

test('only what differs is sent, lists by what is in them', () => {
  expect(changesOf<object>({ name: 'a', addresses: ['1'], port: null, status: 'off' }, { name: 'a', addresses: ['1'], port: 5061 })).toEqual({ port: 5061 })
})

test('a number leads to a queue or a flow, and says when that is gone', () => {
  const [queues, flows] = [[{ id: 'que_1', name: 'Support' }], [{ id: 'flw_1', name: 'Main menu' }]]
  expect([leadsTo(number, queues, flows), leadsTo({ ...number, queue_id: null, flow_id: 'flw_1' }, queues, flows), leadsTo(number, [], flows)]).toEqual(['Support', 'Main menu', 'something that was deleted'])
})

test('what is wrong with a certificate is said before all else, and what soon will be beside that it works', () => {
  const trunk = { ...NEW_TRUNK, order: 1, id: 'trk_1', since: null }
  expect(trunkStatus({ ...trunk, status: 'unreachable', trouble: 'The certificate has expired' })).toMatchObject({ tone: 'bad', word: 'Not trusted', text: expect.stringContaining('The certificate has expired. ') })
  expect(trunkStatus({ ...trunk, status: 'reachable', trouble: 'The certificate ends on 2026-12-03' })).toMatchObject({ tone: 'talk', word: 'Reachable', text: expect.stringContaining('ends on 2026-12-03.') })
})
