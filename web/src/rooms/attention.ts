/** Asks for attention and keeps it: a notification when the page is hidden, and the screen awake in a call. */

let lock: WakeLockSentinel | null = null
/** What the screen stays awake for: a call, the wall. */
const wanted = new Set<string>()

async function take(): Promise<void> {
  if (wanted.size === 0 || lock !== null || document.visibilityState !== 'visible') return
  try {
    const taken = await navigator.wakeLock.request('screen')
    taken.addEventListener('release', () => (lock = null))
    lock = taken
    if (wanted.size === 0) release()
  } catch {
    // Low battery or an old browser: the call goes on all the same.
  }
}

document.addEventListener('visibilitychange', () => void take())

export function keepAwake(why = 'call'): void {
  wanted.add(why)
  void take()
}

export function letSleep(why = 'call'): void {
  wanted.delete(why)
  if (wanted.size === 0) release()
}

function release(): void {
  void lock?.release().catch(() => undefined)
  lock = null
}

/**
 * Only when permission was given before, and without the caller's name: a lock screen is read by others too. A pushed
 * notification of the same call may be there already, and says more; it takes the place of this one where it comes later.
 */
export async function announce(what: string | null, callId: string | null): Promise<void> {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted' || !document.hidden) return
  const tag = callId === null ? 'call24-ringing' : `call ${callId}`
  const worker = await navigator.serviceWorker?.getRegistration()
  if (worker === undefined || (await worker.getNotifications({ tag })).length > 0) return
  await worker.showNotification('Incoming call', { body: what ?? 'A customer is calling', tag, icon: '/icon-192.png', requireInteraction: true })
}
