/** Clicks on notifications, as the service worker tells of them (sw.js), also those that come before the app is there. */
type Hear = (told: unknown, at: number) => void

/** A click that nobody acted on for longer is over. */
const KEPT_MS = 30_000

let hear: Hear | null = null
let last: { told: unknown; at: number } | null = null

/** Once, before the page is parsed: until then the browser holds such messages back. */
export function listenForClicks(): void {
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent) => {
    const at = Date.now()
    if (hear === null) last = { told: data, at }
    else hear(data, at)
  })
}

/** `tell` hears of the last one before, and of all from now on; returns what ends that. */
export function hearClicks(tell: Hear): () => void {
  const before = last
  last = null
  hear = tell
  if (before !== null && Date.now() - before.at <= KEPT_MS) tell(before.told, before.at)
  return () => (hear = null)
}
