/** Passkey options and answers as JSON, and as the browser wants them: bytes in base64url and back. Pure. */

/** `challenge` is also shown again with the answer: the server keeps none. */
export interface PasskeyCreation { challenge: string; options: CreationJson }
export interface PasskeyRequest { challenge: string; options: RequestJson }
interface Descriptor { id: string; type: 'public-key'; transports?: AuthenticatorTransport[] }
export type CreationJson = Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> & {
  challenge: string
  user: { id: string; name: string; displayName: string }
  excludeCredentials?: Descriptor[]
}
export type RequestJson = Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> & {
  challenge: string
  allowCredentials?: Descriptor[]
}

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

export function toText(bytes: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

const described = (list: Descriptor[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }))

export function creation(json: CreationJson): PublicKeyCredentialCreationOptions {
  return {
    ...json,
    challenge: toBytes(json.challenge),
    user: { ...json.user, id: toBytes(json.user.id) },
    excludeCredentials: described(json.excludeCredentials),
  }
}

export function request(json: RequestJson): PublicKeyCredentialRequestOptions {
  return { ...json, challenge: toBytes(json.challenge), allowCredentials: described(json.allowCredentials) }
}

/** What the authenticator answered, for the server. */
export function answered(credential: PublicKeyCredential): Record<string, unknown> {
  const { response } = credential
  const common = { id: credential.id, rawId: toText(credential.rawId), type: credential.type, clientExtensionResults: {} }
  if (response instanceof AuthenticatorAssertionResponse) {
    return {
      ...common,
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        authenticatorData: toText(response.authenticatorData),
        signature: toText(response.signature),
        userHandle: response.userHandle === null ? undefined : toText(response.userHandle),
      },
    }
  }
  const made = response as AuthenticatorAttestationResponse
  return {
    ...common,
    response: {
      clientDataJSON: toText(made.clientDataJSON),
      attestationObject: toText(made.attestationObject),
      transports: made.getTransports(),
    },
  }
}
