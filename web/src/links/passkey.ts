/** The browser's passkeys: the only file that asks the authenticator. It knows no server. */
import { answered, creation, request, type CreationJson, type RequestJson } from '../kit/passkey'
import { Problem } from '../kit/problem'

/** Whether this browser can, at this address; passkeys know names alone, no bare addresses. */
export function passkeysHere(): boolean {
  return 'PublicKeyCredential' in window && window.isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname)
}

async function asked(work: () => Promise<Credential | null>): Promise<Record<string, unknown>> {
  let found: Credential | null
  try {
    found = await work()
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    if (name === 'InvalidStateError') throw new Problem('passkey_known', -1, 'This device has a passkey for you already.')
    throw new Problem('passkey_cancelled', -1, 'No passkey was used: it was cancelled, or took too long.')
  }
  if (!(found instanceof PublicKeyCredential)) throw new Problem('passkey_cancelled', -1, 'No passkey was used.')
  return answered(found)
}

export const makePasskey = (options: CreationJson): Promise<Record<string, unknown>> =>
  asked(() => navigator.credentials.create({ publicKey: creation(options) }))

export const showPasskey = (options: RequestJson): Promise<Record<string, unknown>> =>
  asked(() => navigator.credentials.get({ publicKey: request(options) }))
