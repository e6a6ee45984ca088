/** What a test of a trunk has found, in plain words. Pure. */
import type { TrunkTestAnswer } from './api-types'
import type { Tone } from './timeline'

export type TrunkTest = TrunkTestAnswer
interface Found { tone: Tone; word: string; text: string }

const FOUND: Record<TrunkTestAnswer['verdict'], Found> = {
  answers: { tone: 'talk', word: 'It answers', text: 'The carrier’s host answers.' },
  silent: { tone: 'bad', word: 'No answer', text: 'Nothing came back within four seconds. Check the host, the port and the transport, and that your firewall lets SIP through. Some carriers answer only addresses that they know: ask yours.' },
  unreachable: { tone: 'bad', word: 'Connection refused', text: 'The host is there, but nothing takes SIP at this port and transport. Check both.' },
  no_address: { tone: 'bad', word: 'Unknown host', text: 'The name leads nowhere (DNS). Check how the host is spelt.' },
  forbidden: { tone: 'bad', word: 'Not allowed', text: 'The host is this machine or in a private network, which this installation does not allow for trunks. Its operator can allow it.' },
  certificate: { tone: 'bad', word: 'Not trusted', text: 'The encrypted connection (TLS) failed.' },
  inbound_only: { tone: 'talk', word: 'Incoming only', text: 'The trunk has no host, so there is nobody to ask. A call from your carrier shows whether it works.' },
}

/** What a carrier means by refusing the account's login. */
function loginWords(code: number): Found {
  if (code === 200) return { tone: 'talk', word: 'Login accepted', text: 'The carrier takes the user name and the password.' }
  if (code === 401 || code === 407 || code === 403) return { tone: 'bad', word: 'Login refused', text: 'The carrier does not take the user name or the password. Enter both again as it gave them to you; some carriers also ask for your address to be registered.' }
  if (code === 404) return { tone: 'bad', word: 'Unknown account', text: 'The carrier does not know this user name at this host. Check both.' }
  if (code === 423 || (code >= 400 && code < 500)) return { tone: 'wait', word: 'Login not clear', text: 'The carrier did not answer the question about the account. The trunk’s own state above says whether it is registered.' }
  return { tone: 'wait', word: 'Carrier in trouble', text: 'The carrier has a problem of its own. Try again later, or ask it.' }
}

/** The host first, then the login. */
export function trunkTestWords(test: TrunkTest): readonly Found[] {
  const found = FOUND[test.verdict]
  const first = test.certificate === null ? found : { ...found, text: `${found.text} ${test.certificate}.` }
  if (test.code !== null && test.code >= 500) return [{ tone: 'wait', word: 'Carrier in trouble', text: 'The host answers that it cannot work now. Try again later, or ask your carrier.' }]
  return test.register_code === null ? [first] : [first, loginWords(test.register_code)]
}
