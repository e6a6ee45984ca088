import { expect, test } from 'vitest'
import { decided, passedWord, type Passed } from '../src/rooms/transferred.svelte'

const by = (id: string) => ({ id, name: id })
const passed = (more: Partial<Passed> = {}): Passed => ({ at: '2026-11-24T10:00:00Z', by: by('me'), kind: 'blind', to: 'agent', to_id: 'bob', reached: true, ...more })

test('the newest transfer of one’s own counts, once it is decided', () => {
  const older = passed({ at: '2026-11-24T09:00:00Z', reached: false })
  expect(decided([older, passed()], 'me', null)).toEqual(passed())
  expect(decided([older, passed({ reached: null })], 'me', null)).toBeNull()
  expect(decided([passed(), passed({ by: by('bob') })], 'me', null)).toEqual(passed())
  expect(decided([passed({ by: by('bob') })], 'me', null)).toBeNull()
})

test('what was said of an earlier transfer of the call is not said again of the next', () => {
  expect(decided([passed({ reached: false })], 'me', '2026-11-24T10:00:00Z')).toBeNull()
})

test.each([
  [{}, 'Bob', 'Bob took the call.'],
  [{}, null, 'Your colleague took the call.'],
  [{ reached: false }, 'Bob', 'Nobody took the call. It comes back to you, or goes on to its queue or to voicemail.'],
  [{ to: 'queue' }, 'Sales', 'The call is in the queue Sales.'],
  [{ to: 'flow' }, null, 'The call is in the IVR.'],
  [{ to: 'outside' }, null, 'The call was answered outside.'],
] as const)('%s of %s: %s', (more, name, said) => expect(passedWord(passed(more), name)).toBe(said))
