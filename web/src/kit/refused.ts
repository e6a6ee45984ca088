/** Refused calls and addresses that are kept out, as the API has them, and what is said of them. Pure. */
import type { Ban, RefusedCallAnswer } from './api-types'
import { phoneNumber, times } from './format'

export type { Ban, RefusedCallAnswer as RefusedCall } from './api-types'

const REASON: Record<RefusedCallAnswer['reason'], string> = {
  unknown_number: 'There is no such number here. Add it, or ask the carrier what it sends.',
  other_trunk: 'It came from an address that is not of this number’s trunk. Add the address to the trunk if it is your carrier’s.',
  no_tls: 'It came in the clear, and its trunk takes calls by TLS alone. Have the carrier send it by TLS.',
  no_srtp: 'Its sound was not encrypted, and its trunk takes no other. Have the carrier send SRTP (SDES).',
  no_codec: 'The carrier offered no sound that Call24 understands. Have it send G.711 (PCMU or PCMA).',
  over_quota: 'Your organisation had as many calls as it may have at a time.',
  no_line_left: 'All lines of this installation were in use.',
  trouble: 'Something went wrong in Call24. Its log says what.',
}
export const refusedBecause = (call: RefusedCallAnswer): string => REASON[call.reason] ?? 'It was refused.'

/** Why an address is kept out, and what to think of. */
export const keptOutBecause = (ban: Ban): string =>
  ban.state === 'refused'
    ? 'Phones there connected again and again without signing in. If your people work there, let it in.'
    : 'It is in your trunks’ ranges and rang numbers that are not there again and again. If it is your carrier’s, let it in.'

/** Who rang whom; of a flood nobody is named. */
export function refusedWho(call: RefusedCallAnswer): string {
  if (!call.number && !call.dialled) return `Many more, ${times(call.count)}`
  const dialled = call.dialled === '0' ? 'no number' : phoneNumber(call.dialled)
  const often = call.count > 1 ? ` (${times(call.count)})` : ''
  return `${phoneNumber(call.number || null)} to ${dialled}${often}`
}
