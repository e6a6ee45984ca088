/** Refused calls and addresses that are kept out, as the API has them, and what is said of them. Pure. */
import type { Ban, RefusedCallAnswer } from './api-types'
import { phoneNumber, times } from './format'

export type { Ban, RefusedCallAnswer as RefusedCall } from './api-types'

const REASON: Record<RefusedCallAnswer['reason'], string> = {
  unknown_number: 'No organisation has this number. Add it, or ask the carrier in which format it sends numbers.',
  other_trunk: 'It came from an address that is not in this number’s trunk. If it is your carrier’s, add the address to the trunk.',
  no_tls: 'It was not encrypted, and its trunk accepts only TLS. Ask the carrier to send calls over TLS.',
  no_srtp: 'Its audio was not encrypted, and its trunk requires SRTP. Ask the carrier to use SRTP (SDES).',
  no_codec: 'The carrier offered no codec that Call24 supports. Ask the carrier to use G.711 (PCMU or PCMA).',
  over_quota: 'Your organisation had reached its number of concurrent calls.',
  no_line_left: 'This installation had reached its number of concurrent calls.',
  trouble: 'Something went wrong in Call24. Its log has the cause.',
}
export const refusedBecause = (call: RefusedCallAnswer): string => REASON[call.reason] ?? 'It was refused.'

/** Why an address is kept out, and what to think of. */
export const keptOutBecause = (ban: Ban): string =>
  ban.state === 'refused'
    ? 'Phones at this address connected repeatedly without signing in. If your people work there, lift the ban.'
    : 'It is in your trunks’ address ranges and repeatedly called unknown numbers. If it is your carrier’s, lift the ban.'

/** Who rang whom; of a flood nobody is named. */
export function refusedWho(call: RefusedCallAnswer): string {
  if (!call.number && !call.dialled) return `Many more, ${times(call.count)}`
  const dialled = call.dialled === '0' ? 'no number' : phoneNumber(call.dialled)
  const often = call.count > 1 ? ` (${times(call.count)})` : ''
  return `${phoneNumber(call.number || null)} to ${dialled}${often}`
}
