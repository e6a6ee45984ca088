/** Why a link with a phone number puts nothing into the dial pad, and what to do. Pure. */
import type { LinkRefusal } from './phone_link'
import type { Said } from './refusals'

export const LINK_REFUSALS: Readonly<Record<LinkRefusal, Said>> = {
  malformed: ['This link has no phone number that can be called', 'Nothing was called. Type the number, if you see it in the page.'],
  long: ['The number in this link is too long', 'Nothing was called. A phone number has 15 digits at most, with its country code.'],
  sip: ['This link has a SIP address', 'Nothing was called. Call24 calls phone numbers and colleagues.'],
  code: ['This link has a code of the phone network', 'Nothing was called. Codes with * or # can forward calls or cost money, so that no link can dial them.'],
  addition: ['This link has more than a number', 'Nothing was called. Extensions and other additions cannot be dialled: type the number, and press the extension when it is answered.'],
}
