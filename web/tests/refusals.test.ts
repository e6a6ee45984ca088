import { expect, test } from 'vitest'
import { Problem } from '../src/kit/problem'
import { alsoSay, refusal } from '../src/kit/refusals'
import { OF_SETTINGS } from '../src/kit/refusals_of_settings'

const GRANTS = ['number_not_granted', 'network_not_granted', 'address_not_granted', 'invitation_due', 'short_name_not_granted', 'short_name_taken']

test('what was not granted is said in words of its own, with what to do', () => {
  alsoSay(OF_SETTINGS)
  for (const code of GRANTS) {
    const said = refusal(new Problem(code, 403, 'The server said so.'))
    expect(said.title, code).not.toBe('This did not work')
    expect(said.text, code).not.toBe('The server said so.')
  }
})

test('a missing permission is named, with whom to ask for it', () => {
  const told = 'Your role lacks the permission users.write (Add, change and delete users): ask an administrator for a role that has it'
  expect(refusal(new Problem('forbidden', 403, told))).toEqual({ title: 'Your role does not allow this', text: told })
})
