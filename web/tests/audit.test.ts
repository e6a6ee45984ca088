import { describe, expect, it } from 'vitest'
import { NOTHING, question } from '../src/kit/audit'

describe('what is asked of the audit log', () => {
  it('is nothing where nothing is wished', () => expect(question(NOTHING)).toEqual({}))
  it('names who, what and to what', () => {
    const wish = { ...NOTHING, actor: 'usr_1', action: 'POST /v1/queues', object: 'que_1' }
    expect(question(wish)).toEqual({ actor_id: 'usr_1', action: 'POST /v1/queues', object_id: 'que_1' })
  })
  it('has the last day whole, on the reader\'s clock, also when the clocks change', () => {
    const asked = question({ ...NOTHING, from: '2026-03-28', to: '2026-03-29' })
    expect(asked).toEqual({ from: new Date('2026-03-28T00:00').toISOString(), to: new Date('2026-03-30T00:00').toISOString() })
  })
})
