/**
 * Addresses that name a phone number: `tel:` (RFC 3966) and `web+call24:`, of links in any page. Anybody can make such a
 * link, so it is read strictly: digits with one leading plus, and what separates them. Pure.
 */
import { isPhoneLink } from './link_place'

/** What the app can be asked to open; the manifest lists the same. */
export const PHONE_SCHEMES = ['tel', 'web+call24'] as const
/** Where the browser puts the address for `%s`. Behind "#", so that no number reaches a server's log. */
export const LINK_PLACE = '#/dial/%s'

/** `sip`: a SIP address; `code`: a code such as *21#; `addition`: an extension or another parameter. */
export type LinkRefusal = 'malformed' | 'long' | 'sip' | 'code' | 'addition'
export type PhoneLink = { number: string } | { refused: LinkRefusal }

const LONGEST = 200
/** E.164: 15 digits. In a country, with its way out, two more (words.ts). */
const DIGITS = 17
const SEPARATORS = /[\s().\-/\u00a0\u2010-\u2015]/g

/** `text`: an address with its scheme, or a number alone. */
export function readPhoneLink(text: string): PhoneLink {
  if (text.length > LONGEST) return { refused: 'long' }
  if (/^\s*(?:(?:tel|web\+call24):)?\s*sips?(?::|%3a)/i.test(text)) return { refused: 'sip' }
  const linked = isPhoneLink(text)
  const rest = linked ? decoded(text.slice(text.indexOf(':') + 1)) : text
  if (rest === null || /^sips?:/i.test(rest)) return { refused: rest === null ? 'malformed' : 'sip' }
  if (/[;?&=]/.test(rest)) return { refused: 'addition' }
  // Many pages write tel://, which has no meaning of its own.
  return readNumber(linked ? rest.replace(/^\/\//, '') : rest)
}

function readNumber(text: string): PhoneLink {
  const bare = text.replace(SEPARATORS, '')
  if (/^[+0-9*#]*[*#][0-9*#]*$/.test(bare)) return { refused: 'code' }
  if (/@/.test(bare)) return { refused: 'sip' }
  if (!/^\+?[0-9]+$/.test(bare)) return { refused: 'malformed' }
  const digits = bare.replace('+', '').length
  if (digits > DIGITS || (bare.startsWith('+') && digits > 15)) return { refused: 'long' }
  return digits < 3 ? { refused: 'malformed' } : { number: bare }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
