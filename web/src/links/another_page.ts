/** Another page for one whose files cannot be fetched: a browser may keep such a failure for as long as the page is shown. */
const EVERY_MS = 3_000

/** This page is already another one, or the user reloaded it: it does not go on by itself for ever. */
export function isReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation')
  return (navigation as PerformanceNavigationTiming | undefined)?.type === 'reload'
}

/** Reloads as soon as the server answers, since without it there may be no page at all; returns what ends the waiting. */
export function reloadWhenThere(): () => void {
  let ended = false
  const ask = async (): Promise<void> => {
    // Not a GET: the service worker would answer it.
    const there = await fetch('/', { method: 'HEAD', cache: 'no-store' }).then(({ status }) => status < 500, () => false)
    if (ended) return
    if (there) location.reload()
    else timer = setTimeout(() => void ask(), EVERY_MS)
  }
  let timer = setTimeout(() => void ask(), EVERY_MS)
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
