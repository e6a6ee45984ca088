import { expect, test } from 'vitest'
import type { QueueSettings } from '../src/kit/model'
import { chosenWay, groupsOf, queueChanges, shorter, wayOf } from '../src/kit/queue_settings'

const MAIL = { to: 'voicemail', prompt: null } as const
const QUEUE = { wrap_up_s: 10, exits: { max_wait: MAIL, full: MAIL, nobody: MAIL, closed: MAIL } } as unknown as QueueSettings

test('only the ways out that differ are sent, so that a colleague’s change of another one stays', () => {
  const form = { ...QUEUE, exits: { ...QUEUE.exits, full: wayOf('queue que_2', MAIL) } }
  expect(queueChanges(QUEUE, form)).toEqual({ exits: { full: { to: 'queue', queue_id: 'que_2' } } })
  expect(queueChanges(QUEUE, { ...QUEUE, wrap_up_s: 20 })).toEqual({ wrap_up_s: 20 })
})

test('a prompt stays where the other way has one too, and is gone where it has none', () => {
  const spoken = { to: 'voicemail', prompt: 'prm_1' } as const
  expect(wayOf('hang_up', spoken)).toEqual({ to: 'hang_up', prompt: 'prm_1' })
  const queue = wayOf('queue que_2', spoken)
  expect(chosenWay(queue)).toBe('queue que_2')
  expect(wayOf('voicemail', queue)).toEqual(MAIL)
  expect(wayOf('flow flw_1', MAIL)).toEqual({ to: 'flow', flow_id: 'flw_1' })
})

test('a setting is shown where another one makes it matter', () => {
  const keys = (changes: Partial<QueueSettings>): string[] => groupsOf({ ...QUEUE, ...changes }, []).flatMap((group) => group.lines.map((line) => line.key))
  expect(keys({ announce_wait: true })).toContain('announce_every_s')
  expect(keys({ announce_wait: false, announce_position: false })).not.toContain('announce_every_s')
  expect(keys({ sticky_days: 3, callback: true })).toEqual(expect.arrayContaining(['sticky_wait_s', 'callback_ring_s', 'callback_expires_s']))
})

test('a long time is said shorter', () => {
  const line = groupsOf(QUEUE, []).flatMap((group) => group.lines).find((one) => one.key === 'max_wait_s')
  expect(line && [30, 600, 14400, 5500, null].map((value) => shorter(line, value))).toEqual(['', '10 min', '4 h', '', ''])
})
