import { describe, expect, test } from 'vitest'
import { differences, grouped, lacking, nearest } from '../src/kit/roles'

const row = (name: string, yours = true) => ({ name, help: `${name}.`, yours })
const role = (id: string, permissions: string[], built_in = true) => ({ id, name: id, built_in, permissions })
const ROWS = [row('phone.use'), row('privacy_requests.read'), row('privacy.read'), row('call_notes.write'), row('recordings.keys', false), row('dreams.read')]

describe('permissions in groups', () => {
  test('each stands in one group, by its room and not by how its name begins; what is new stands with the others', () => {
    expect(grouped(ROWS).map((group) => [group.label, group.rows.map((one) => one.name)])).toEqual([
      ['Taking calls', ['phone.use', 'call_notes.write']], ['Recordings', ['recordings.keys']],
      ['Privacy', ['privacy.read', 'privacy_requests.read']], ['Others', ['dreams.read']],
    ])
  })
})

describe('roles compared', () => {
  test('what one may that the other may not, both ways', () => {
    const { more, less } = differences(['phone.use', 'dreams.read'], ['phone.use', 'privacy.read'], ROWS)
    expect([more.map((one) => one.name), less.map((one) => one.name)]).toEqual([['dreams.read'], ['privacy.read']])
  })

  test('the nearest is a built-in role, never the owner', () => {
    const all = ROWS.map((one) => one.name)
    const roles = [role('owner', all), role('agent', ['phone.use']), role('auditor', all.slice(0, 4)), role('rol_1', all, false)]
    expect(nearest(all, roles, ROWS)?.id).toBe('auditor')
    expect(nearest(['phone.use', 'dreams.read'], roles, ROWS)?.id).toBe('agent')
  })

  test('what somebody lacks of a role', () => {
    expect(lacking(role('rol_1', ['recordings.keys', 'phone.use'], false), ROWS).map((one) => one.name)).toEqual(['recordings.keys'])
  })
})
