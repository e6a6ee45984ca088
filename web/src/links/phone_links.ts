/**
 * The browser's side of links with phone numbers: has this app open them, where the browser asks its user first, and
 * hears of them in a window that is open already. No browser says whether it was allowed.
 */
import { LINK_PLACE, PHONE_SCHEMES } from '../kit/phone_link'

/** Firefox and Chromium have the first; only Chromium can be told to forget it. */
interface Handlers {
  registerProtocolHandler?: (scheme: string, url: string) => void
  unregisterProtocolHandler?: (scheme: string, url: string) => void
}
interface LaunchQueue { setConsumer(told: (launch: { targetURL?: string }) => void): void }

const handlers = (): Handlers => navigator as unknown as Handlers
const address = (): string => `${location.origin}/${LINK_PLACE}`

export const canOpenLinks = (): boolean => typeof handlers().registerProtocolHandler === 'function'
export const canStopOpening = (): boolean => typeof handlers().unregisterProtocolHandler === 'function'

/** From a click. Throws where the browser does not let this page ask. */
export function openLinksHere(): void {
  for (const scheme of PHONE_SCHEMES) handlers().registerProtocolHandler?.(scheme, address())
}

export function openLinksNoMore(): void {
  for (const scheme of PHONE_SCHEMES) handlers().unregisterProtocolHandler?.(scheme, address())
}

/** The installed app is opened by a link, or from its icon, while it is open: it goes there and is not loaded again, as a call may go on. */
export function followLaunches(): void {
  const queue = (window as { launchQueue?: LaunchQueue }).launchQueue
  queue?.setConsumer(({ targetURL }) => {
    const target = targetURL === undefined ? null : new URL(targetURL)
    if (target?.origin === location.origin && target.hash !== '') location.hash = target.hash
  })
}
