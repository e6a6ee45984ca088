import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { deed, fieldWords, outcome } from '../src/kit/audit_words'

describe('a line of the audit log as a sentence', () => {
  test.each([
    ['PATCH /v1/queues/{queue_id}', 'changed the queue'],
    ['PUT /v1/hours/{hours_id}', 'changed the opening hours'],
    ['POST /v1/hours', 'added opening hours'],
    ['POST /v1/flows/{flow_id}/publish', 'published the flow'],
    ['DELETE /v1/data-transfers/{transfer_id}', 'deleted the entry of the transfer register'],
    ['PUT /v1/users/{user_id}/role', 'changed the role of'],
    ['POST /v1/users/{user_id}/disable', 'disabled the account'],
    ['POST /v1/tasks/{task_id}/comments', 'added a comment to the task'],
    ['DELETE /v1/tasks/{task_id}/comments/{comment_id}', 'deleted a comment of the task'],
    ['GET /v1/recordings/{recording_id}/audio', 'listened to the recording'],
    ['POST /v1/auth/login', 'signed in'],
    ['POST /v1/applications/{application_id}/secret', 'made a new secret for the application'],
    ['PATCH /v1/me/hobbies/{hobby_id}', 'changed their own hobbies'],
    ['POST /v1/strategies/{strategy_id}/try-out', 'try out the strategy'],
  ])('%s: %s', (action, said) => expect(deed(action)).toContain(said))

  test('every operation that there is has one, without a piece of its route', () => {
    const operations = readFileSync(new URL('../../tests/pinned/operations.txt', import.meta.url), 'utf8').split('\n').map((line) => line.split(' ').slice(1).join(' '))
    const said = operations.filter((action) => /^(POST|PUT|PATCH|DELETE) \/v1\//.test(action)).map((action) => deed(action)[1])
    expect(said.length).toBeGreaterThan(200)
    expect(said.filter((one) => !/^[a-z]+ed |^[a-z]+ [a-zA-Z' -]+$|^[a-z]+$/.test(one) || /[{}/_]/.test(one))).toEqual([])
  })

  test('says which fields were set, once each, and how it ended', () => {
    expect(fieldWords(['max_wait_s', 'queue_id', 'name', 'current_password', 'due_at'])).toBe('longest wait, queue, name, due')
    expect([200, 401, 403].map((status) => outcome({ status, code: null }))).toEqual(['', 'failed', 'refused'])
    expect(outcome({ status: 409, code: 'role_in_use' })).toBe('not done: role in use')
  })
})
