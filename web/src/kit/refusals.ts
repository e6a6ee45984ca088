/** Texts for problems of the API, with what to do, by code. Codes never change. Pure. */
import { span } from './format'
import type { Problem } from './problem'

type Said = readonly [title: string, text: string]
const BY_CODE: Record<string, Said> = {
  destination_denied: ['Calls to this number are not allowed', 'Your organisation does not allow this country or number. An owner can change the toll-fraud policy.'],
  premium_denied: ['This is a premium-rate number', 'An owner must allow its prefix in the toll-fraud policy first.'],
  satellite_denied: ['This is a satellite phone', 'An owner must allow its prefix in the toll-fraud policy first.'],
  too_many_calls: ['Too many outgoing calls at the same time', 'Wait until one has ended, then call again.'],
  too_many_per_minute: ['Too many calls in a minute', 'Wait a moment, then call again.'],
  minutes_used_up: ['Today’s outgoing minutes are used up', 'An owner can raise the limit in the toll-fraud policy.'],
  frozen: ['Outgoing calls are frozen', 'Something looked like fraud. An owner must allow outgoing calls again.'],
  emergency_number: ['Call24 does not place emergency calls', 'Use a mobile phone now. Nothing was called.'],
  not_a_number: ['This is not a valid phone number', 'Enter it with its country code, such as +976 7000 1000.'],
  invalid: ['This cannot be called', 'Enter a number with its country code, such as +976 7000 1000.'],
  no_line_free: ['Your organisation has reached its number of concurrent calls', 'Wait until one has ended, then call again.'],
  no_number_to_show: ['There is no verified number to call from yet', 'A number is verified by the first call to it. Calls between colleagues work.'],
  network_away: ['No phone can be rung at the moment', 'The phone system is not available at the moment. Try again soon.'],
  no_phone: ['This device is not signed in as a phone', 'Wait until it is connected, then try again. Nothing was called.'],
  phone_not_registered: ['Your phone is not connected', 'Wait until the app shows it as connected, then try again. Nothing was called.'],
  colleague_offline: ['The colleague is offline', 'Choose somebody else.'],
  colleague_busy: ['The colleague is on a call', 'Choose somebody else, or try again in a moment.'],
  colleague_no_phone: ['The colleague has no phone connected', 'Choose somebody else, or ask them to open the app.'],
  customer_in_call: ['This is the number of the customer in this call', 'Choose somebody else.'],
  agent_busy: ['You are on a call, or a call is ringing', 'End it first, then try again.'],
  disposition_required: ['Set the disposition of your last call first', 'Choose it in the wrap-up on the first page, then continue.'],
  own_call: ['You are in this call and cannot monitor it', 'You cannot monitor your own call.'],
  not_connected: ['Nobody is talking in this call at the moment', 'There is nothing to hear at the moment.'],
  not_listening: ['Start listening to the call first', 'You can take a call over while you listen to it.'],
  consulting: ['You are consulting somebody', 'Complete or cancel the consultation first.'],
  in_conference: ['The call is a conference', 'Remove the consult party first.'],
  third_not_answered: ['Nobody has answered yet', 'Wait, or cancel.'],
  recording_stopped: ['The caller stopped the recording', 'Nothing records this call again.'],
  recording_never: ['Calls of this queue are not recorded', 'An administrator can change this in the queue.'],
  not_in_hand: ['The wrap-up is over', 'The disposition of this call cannot be set any more.'],
  policy_outdated: ['The privacy policy has changed meanwhile', 'Read the version that is shown now, then accept it.'],
  organisation_closing: ['The organisation is being closed already', 'Open the page again to see until when it can be kept.'],
  transfer_not_registered: ['This is in another region than your data', 'A privacy officer has to add it to the transfer register first, with its safeguard.'],
  transfer_in_use: ['A setting needs this entry', 'Add another entry for it, or switch it off, then delete this one.'],
  closing_begun: ['The deletion has begun', 'Nothing stops it any more.'],
  not_eligible: ['You cannot create an account', 'Ask the organisation that invited you.'],
  task_changed: ['Somebody else has changed it', 'The list is being updated.'],
  phone_away: ['This device’s phone is not connected', 'It reconnects by itself. Nothing was called.'],
  microphone: ['The microphone is blocked for this page', 'Allow it with the icon beside the address, then try again.'],
  mfa_due: ['Confirm with your second factor', 'Nothing was changed. Try again and enter a code or use a passkey.'],
  wrong_code: ['The code is wrong or was already used', 'Wait for the next one in your authenticator.'],
  wrong_password: ['The password is wrong', 'Enter the password that you sign in with.'],
  passkey_refused: ['The passkey could not be verified', 'It may have been removed here. Use another one, or a code.'],
  passkey_suspect: ['This passkey may have been copied', 'It no longer works. Use a code, then remove it.'],
  passkey_cancelled: ['No passkey was used', 'It was cancelled or took too long. Try again when you are ready.'],
  passkey_known: ['This device already has a passkey for you', 'Nothing needs to be done.'],
  mfa_off: ['You have no second factor yet', 'Set one up under Me first, then you can require it for everybody.'],
  mfa_required: ['Your organisation requires a second factor', 'Set up another one before you remove this one.'],
  beyond_own: ['You cannot grant permissions that you do not have', 'Choose another role, or ask an owner.'],
  too_many_invitations: ['Too many invitations are open', 'Withdraw some that are no longer needed, then invite again.'],
  too_many_attempts: ['Too many attempts', 'Sign-in is paused for a while to protect the account.'],
  forbidden: ['Your role does not allow this', ''],
  last_owner: ['An organisation must have an owner', 'Make somebody else an owner first.'],
  user_on_call: ['The user is on a call', 'Wait until it is over, then try again. Nothing was deleted.'],
  user_in_use: ['A flow rings this user', 'Change the flow first. Nothing was deleted.'],
  trunk_in_use: ['Numbers use this trunk', 'Move or delete them first. Nothing was deleted.'],
  queue_in_use: ['Something leads to this queue', ''],
  number_taken: ['This number is already in use', 'Check that it is yours, and that you have not added it before.'],
  number_not_granted: ['This number is not granted to your organisation', 'Ask the operator of this installation to grant it, then add it again.'],
  network_not_granted: ['These addresses are not granted to your organisation', 'Ask the operator of this installation to grant them, then save again.'],
  address_not_granted: ['This e-mail domain is not granted to your organisation', 'This installation sends no e-mail, so only granted domains can be used. Ask its operator.'],
  invitation_due: ['This user must be invited', 'The domain of the address is not granted to your organisation: send an invitation instead.'],
  short_name_not_granted: ['This short name is not granted to your organisation', 'It must be the beginning of a granted domain, such as acme for acme.example. Ask the operator of this installation.'],
  short_name_taken: ['This short name is taken', 'Another organisation uses it: choose another one.'],
  too_many_idempotency_keys: ['Too many idempotency keys today', 'The program must use fewer, or wait until tomorrow.'],
  recording_not_announced: ['Callers must hear that they are recorded', 'Switch the announcement on, or say why callers need not hear it.'],
  queue_name_taken: ['There is already a queue with this name', 'Choose another name.'],
  not_found: ['This no longer exists', 'The page will be updated in a moment.'],
}

/** Title and text for a problem; unknown codes show the server's text. */
export function refusal(problem: Problem): { title: string; text: string } {
  if (problem.away) return { title: 'Call24 did not answer', text: 'Nothing was changed. Try again in a moment.' }
  const known = problem.code === 'invalid' && !problem.errors.some((e) => e.field.includes('number')) ? undefined : BY_CODE[problem.code]
  const wait = problem.retryAfterS === null ? '' : ` Try again in ${span(problem.retryAfterS)}.`
  if (known !== undefined) return { title: known[0], text: (known[1] || problem.detail) + wait }
  const field = problem.errors[0]
  return { title: 'This did not work', text: (field === undefined ? problem.detail : `${field.field}: ${field.message}`) + wait }
}
