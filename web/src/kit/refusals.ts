/** What the server refuses, in words with what to do: by its code, which never changes. Pure. */
import { span } from './format'
import type { Problem } from './problem'

type Said = readonly [title: string, text: string]
const BY_CODE: Record<string, Said> = {
  destination_denied: ['Calls there are not allowed', 'Your organisation has not opened this country or number. The owner can, in the calling rules.'],
  premium_denied: ['This number costs extra', 'Such numbers are never called by accident: the owner must open this very prefix.'],
  satellite_denied: ['This is a satellite phone', 'Such numbers are never called by accident: the owner must open this very prefix.'],
  too_many_calls: ['Too many outside calls at once', 'Wait until one has ended, then call again.'],
  too_many_per_minute: ['Too many calls in a minute', 'Wait a moment, then call again.'],
  minutes_used_up: ['The minutes of today are used up', 'The owner can raise the limit in the calling rules.'],
  frozen: ['Outside calls are stopped', 'Something looked like fraud, so calls to outside numbers rest until the owner opens them again.'],
  emergency_number: ['Call24 does not place emergency calls', 'Use a mobile phone now. Nothing was called.'],
  not_a_number: ['This is not a number that can be called', 'Write it with its country code, as in +976 7000 1000.'],
  invalid: ['This cannot be called', 'Write a number with its country code, as in +976 7000 1000.'],
  no_line_free: ['Your organisation has as many calls as it may have', 'Wait until one has ended, then call again.'],
  no_number_to_show: ['There is no number to call from yet', 'A number of yours can be shown once a call to it has come in. Calls between colleagues work.'],
  network_away: ['No phone can be rung at this moment', 'The telephone system is away; it comes back by itself. Try again in a moment.'],
  no_phone: ['This device is not signed in as a phone', 'Wait until it is connected, then try again. Nothing was called.'],
  phone_not_registered: ['Your phone is not connected', 'Wait until the app says that it is, then try again. Nothing was called.'],
  colleague_offline: ['The colleague is offline', 'Ask somebody else.'],
  colleague_busy: ['The colleague is on a call', 'Ask somebody else, or try again in a moment.'],
  colleague_no_phone: ['The colleague has no phone connected', 'Ask somebody else: they have to open the app first.'],
  customer_in_call: ['This is the customer of this call', 'Choose somebody else.'],
  agent_busy: ['You are on a call, or one is ringing', 'End it first, then try again.'],
  disposition_required: ['Say first what the last call came to', 'Choose it in the wrap-up on the first page; then you can go on.'],
  own_call: ['You are in this call yourself', 'It cannot be listened to from the same desk.'],
  not_connected: ['Nobody talks in this call now', 'There is nothing to hear yet, or any more.'],
  not_listening: ['Listen to the call first', 'A call is taken over by somebody who is in it.'],
  consulting: ['A third is being asked', 'Hand over or let go first.'],
  in_conference: ['All three are connected', 'Drop the third first.'],
  third_not_answered: ['Nobody has answered yet', 'Wait, or cancel.'],
  recording_never: ['Calls of this queue are not recorded', 'The owner can change that in the queue.'],
  not_in_hand: ['The wrap-up is over', 'What this call came to cannot be said any more.'],
  task_changed: ['Somebody else has changed it', 'The list is brought up to date.'],
  phone_away: ['This device could not be connected as a phone', 'It tries again by itself. Nothing was called.'],
  microphone: ['The microphone is blocked for this page', 'Allow it by the sign beside the address, then try again.'],
  mfa_due: ['Not done: it needs a fresh second proof', 'Do it again and show a code or a passkey.'],
  wrong_code: ['This code is wrong, or was used already', 'Wait for the next one in your authenticator.'],
  wrong_password: ['The password is wrong', 'It is the one that you sign in with.'],
  passkey_refused: ['This passkey was not taken', 'It may have been removed here. Use another one, or a code.'],
  passkey_suspect: ['This passkey may have been copied', 'It opens nothing any more. Use a code, then remove it.'],
  passkey_cancelled: ['No passkey was given', 'It was cancelled, or took too long. Try again when you are ready.'],
  passkey_known: ['This device has a passkey for you already', 'Nothing needs to be done.'],
  mfa_off: ['You have no second proof yet', 'Set one up under Me first: then you can ask it of everybody.'],
  mfa_required: ['Your organisation asks for a second proof', 'Set up another one first, then remove this one.'],
  beyond_own: ['You cannot give what you may not do yourself', 'Choose a role with less, or ask an owner.'],
  too_many_invitations: ['Too many invitations are open', 'Withdraw some that nobody needs, then invite again.'],
  too_many_attempts: ['Too many attempts', 'To protect the account this rests for a while.'],
  forbidden: ['Your role does not allow this', 'A supervisor or the owner can do it.'],
  last_owner: ['An organisation keeps an owner', 'Make somebody else an owner first.'],
  user_on_call: ['They are on a call', 'Wait until it is over, then do it again. Nothing was deleted.'],
  user_in_use: ['A flow leads to them', 'Let it lead to somebody else first. Nothing was deleted.'],
  trunk_in_use: ['Numbers are on this trunk', 'Move them to another trunk, or delete them, first. Nothing was deleted.'],
  queue_in_use: ['Something leads to this queue', ''],
  number_taken: ['This number is in use already', 'Check that it is yours, and that you have not added it before.'],
  number_not_granted: ['This number was not granted to your organisation', 'Ask who runs this installation to grant it, then add it again.'],
  network_not_granted: ['These addresses were not granted to your organisation', 'Ask who runs this installation to grant them, then save again.'],
  address_not_granted: ['This e-mail domain was not granted to your organisation', 'No e-mail is sent here, so only granted domains can be used. Ask who runs this installation.'],
  invitation_due: ['This person has to be invited', 'The domain of the address was not granted to your organisation: send an invitation instead.'],
  short_name_not_granted: ['This short name was not granted to your organisation', 'It is how a granted domain begins, as acme of acme.example. Ask who runs this installation.'],
  short_name_taken: ['This short name is taken', 'Another organisation signs in by it: choose another one.'],
  too_many_idempotency_keys: ['Too many requests with a key today', 'The program that makes them has to use fewer, or wait until tomorrow.'],
  queue_name_taken: ['There is a queue with this name', 'Choose another name.'],
  not_found: ['It is over already', 'What you see is brought up to date in a moment.'],
}

/** Title and text for a refusal; unknown ones say what the server said. */
export function refusal(problem: Problem): { title: string; text: string } {
  if (problem.away) return { title: 'Call24 did not answer', text: 'Nothing was changed. Try again in a moment.' }
  const known = problem.code === 'invalid' && !problem.errors.some((e) => e.field.includes('number')) ? undefined : BY_CODE[problem.code]
  const wait = problem.retryAfterS === null ? '' : ` Again in ${span(problem.retryAfterS)}.`
  if (known !== undefined) return { title: known[0], text: (known[1] || problem.detail) + wait }
  const field = problem.errors[0]
  return { title: 'That did not work', text: (field === undefined ? problem.detail : `${field.field}: ${field.message}`) + wait }
}
