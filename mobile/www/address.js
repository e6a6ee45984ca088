// @ts-check
/**
 * Which server a person means, and whether it is a Call24. Pure but for the one request, which is handed in.
 * Nothing of the person is sent: the request has no credentials and no referrer.
 * @module
 */

/** Where a server says what it is; it answers pages of any origin. */
export const SAYS = '/.well-known/call24'
export const PATIENCE_MS = 10_000
const LONGEST = 300
const SAID_MAX = 4_096

/**
 * @typedef {'empty' | 'invalid' | 'no_tls' | 'silent' | 'elsewhere' | 'other'} Trouble
 * `no_tls`: http; `silent`: no answer, or a certificate that is not trusted; `elsewhere`: a redirect; `other`: not a Call24.
 * @typedef {{ address: string, trouble?: undefined } | { address?: undefined, trouble: Trouble, host: string }} Answer
 */

/**
 * The origin that was typed, pasted or scanned: `call.example.org` is https. A path is left out, a user name is refused:
 * `https://call.example.org@elsewhere.test` leads elsewhere.
 * @param {string} typed
 * @returns {Answer}
 */
export function addressOf(typed) {
  const text = typed.trim()
  if (text === '') return { trouble: 'empty', host: '' }
  if (text.length > LONGEST) return { trouble: 'invalid', host: '' }
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  let url
  try {
    url = new URL(whole)
  } catch {
    return { trouble: 'invalid', host: '' }
  }
  if (url.protocol === 'http:') return { trouble: 'no_tls', host: url.host }
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || !/^[a-z0-9.:[\]-]+$/.test(url.host)) return { trouble: 'invalid', host: '' }
  return { address: url.origin }
}

/**
 * Asks the server what it is.
 * @param {string} typed
 * @param {typeof fetch} ask
 * @returns {Promise<Answer>}
 */
export async function findServer(typed, ask = fetch) {
  const meant = addressOf(typed)
  if (meant.address === undefined) return meant
  const { host } = new URL(meant.address)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS)
  try {
    const how = { credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'manual', cache: 'no-store', signal: stop.signal }
    const answer = await ask(meant.address + SAYS, /** @type {RequestInit} */ (how))
    if (answer.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400)) return { trouble: 'elsewhere', host }
    if (!answer.ok) return { trouble: 'other', host }
    const text = await said(answer)
    return isCall24(text) ? meant : { trouble: 'other', host }
  } catch {
    return { trouble: 'silent', host }
  } finally {
    clearTimeout(timer)
  }
}

/**
 * No more than a Call24 would say: a stranger's server may send without end.
 * @param {Response} answer
 */
async function said(answer) {
  const reader = answer.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += decoder.decode(value, { stream: true })
    if (text.length > SAID_MAX) {
      await reader.cancel()
      return ''
    }
  }
}

/** @param {string} text */
function isCall24(text) {
  try {
    return /** @type {{ product?: unknown } | null} */ (JSON.parse(text))?.product === 'call24'
  } catch {
    return false
  }
}

/**
 * What a link that opened the app asks for: `call24://server?address=…` (what a QR code carries), `call24://open#/history`,
 * or `https://server/#/history`. Null: it is none of them.
 * @param {string} link
 * @returns {{ address: string | null, place: string | null } | null}
 */
export function linkOf(link) {
  if (link.length > 2_000) return null
  let url
  try {
    url = new URL(link)
  } catch {
    return null
  }
  const place = /^#\/[\w/?=&.~-]*$/.test(url.hash) ? url.hash : null
  if (url.protocol === 'https:') {
    const meant = addressOf(link)
    return meant.address === undefined ? null : { address: meant.address, place }
  }
  if (url.protocol !== 'call24:') return null
  // Browsers read `call24://server` as a host or as a path.
  const kind = (url.host || url.pathname.replace(/^\/+/, '')).replace(/\/$/, '')
  if (kind === 'open') return { address: null, place }
  const meant = kind === 'server' ? addressOf(url.searchParams.get('address') ?? '') : { trouble: 'invalid' }
  return 'address' in meant && meant.address !== undefined ? { address: meant.address, place } : null
}
