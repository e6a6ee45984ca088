/** Recovery codes and one-time codes as text. Pure. */

/** What is copied or saved: whose they are, and the codes, one on a line. */
export function recoveryText(email: string, codes: readonly string[], host: string): string {
  return [`Call24 recovery codes for ${email} at ${host}`, 'Each code works once, if you cannot use your authenticator or passkey.', '', ...codes, ''].join('\n')
}

/** Six digits, as authenticators show them in groups; anything else is left to the server, as recovery codes are. */
export function typedCode(text: string): string {
  const digits = text.replaceAll(/[\s-]/g, '')
  return /^\d*$/.test(digits) ? digits : text.trim()
}

/** A secret in groups of four, for who types it. */
export function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? ''
}
