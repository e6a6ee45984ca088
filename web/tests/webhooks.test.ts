import { describe, expect, it } from 'vitest'
import type { Delivery, Webhook } from '../src/kit/model'
import { became, fares, host, trouble, when } from '../src/kit/webhooks'

const webhook: Webhook = {
  id: 'whk_1', url: 'https://crm.example/in', kinds: [], description: '', country: '', enabled: true, gone_at: null, failing_since: null,
  created_at: '', created_by: null, secret_at: '', old_secret_until: null,
}
const delivery: Delivery = {
  id: 'dlv_1', message_id: 'msg_1', kind: 'call.ended', state: 'delivered', tries: 1, status: 204, trouble: null, created_at: '', due_at: null, delivered_at: '',
}
const at = '2026-11-24T09:00:00Z'

describe('webhooks', () => {
  it('say how an address fares, what was decided before what happens', () => {
    expect(fares(webhook)).toEqual({ tone: 'talk', word: 'Working' })
    expect(fares({ ...webhook, failing_since: at }).word).toBe('Failing')
    expect(fares({ ...webhook, enabled: false, failing_since: at }).word).toBe('Off')
    expect(fares({ ...webhook, enabled: false, gone_at: at }).word).toBe('Ended')
  })

  it('say what became of a message, and why', () => {
    expect(became({ ...delivery, state: 'dead' })).toEqual({ tone: 'bad', word: 'Given up' })
    expect(trouble(delivery)).toBeNull()
    expect(trouble({ ...delivery, trouble: 'no_answer', status: null })).toBe('nobody answered')
    expect(trouble({ ...delivery, trouble: 'refused', status: 503 })).toBe('it answered 503')
  })

  it('are told apart by their hosts', () => {
    expect(host('https://crm.example:8443/in?x=1')).toBe('crm.example:8443')
    expect(host('not an address')).toBe('not an address')
  })

  it('are told when, without the words about fields', () => {
    const description = 'A call is over. `outcome`: as in its record; `missed`: somebody should call back.'
    expect(when({ kind: 'call.ended', needs: null, schema: { description } })).toBe('A call is over.')
  })
})
