import { describe, expect, it } from 'vitest'
import { iconOf, linkTo, placeOf, said } from '../src/kit/notifications'

const row = { kind: 'task_assigned', event: '', title: 'Task assigned', by: null, link: '', task_id: null } as const

describe('a notification in words', () => {
  it('names the colleague whom a task came from', () => {
    expect(said({ ...row, by: { id: 'usr_1', name: 'Olga' } })).toBe('Olga gave you a task')
    expect(said(row)).toBe('You were given a task')
  })
  it('says what happened, and takes the server’s words for what is newer than the app', () => {
    expect(said({ ...row, kind: 'security', event: 'new_device' })).toBe('Somebody signed in on a new device')
    expect(said({ ...row, kind: 'updates', event: '0.2.0' })).toBe('Call24 was upgraded to 0.2.0')
    expect(said({ ...row, kind: 'brand_new' as never, title: 'Brand new' })).toBe('Brand new')
    expect(iconOf({ kind: 'brand_new' as never })).toBe('bell')
  })
})

describe('where more of it is shown', () => {
  it('is a place of the app or a page of this server', () => {
    expect(placeOf({ ...row, task_id: 'tsk_1' })).toBe('#/work/tsk_1')
    expect(placeOf({ ...row, kind: 'privacy_duty', link: 'incidents/inc_1' })).toBe('#/incidents/inc_1')
    expect(placeOf({ ...row, kind: 'policy_change', link: '/policy/abc/2099-01-01/changes' })).toBe('/policy/abc/2099-01-01/changes')
    expect(placeOf({ ...row, kind: 'updates', link: '/changelog/0.2.0' })).toBe('/changelog/0.2.0')
    expect(placeOf({ ...row, kind: 'security' })).toBe('#/security')
  })
  it('is beside the app where it is none of its places', () => {
    expect(linkTo('#/work/tsk_1')).toEqual({ href: '#/work/tsk_1' })
    expect(linkTo('/changelog/0.2.0')).toEqual({ href: '/changelog/0.2.0', target: '_blank', rel: 'noopener noreferrer' })
  })
  it('is nowhere for an address elsewhere', () => {
    for (const link of ['//evil.example', 'https://evil.example', 'javascript:alert(1)', '/\\evil.example']) expect(placeOf({ ...row, kind: 'updates', link })).toBe(null)
  })
})
