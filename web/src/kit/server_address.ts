/** Where a phone finds this server: its address, and the link that tells the Call24 app of it (docs/mobile.md). Pure. */

/** Opened in the phone's browser, or in the app around it. */
export type Way = 'browser' | 'app'

export const addressFor = (way: Way, origin: string): string => (way === 'browser' ? `${origin}/` : `call24://server?address=${encodeURIComponent(origin)}`)

/** Another device with this name in its address would ask itself. */
export const isThisComputers = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\./.test(host)
