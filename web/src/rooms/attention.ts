/** Asks for attention and keeps it: a notification when the page is hidden, and the screen awake in a call. */

let lock: WakeLockSentinel | null = null
let wanted = false

async function take(): Promise<void> {
  if (!wanted || lock !== null || document.visibilityState !== 'visible') return
  try {
    const taken = await navigator.wakeLock.request('screen')
    taken.addEventListener('release', () => (lock = null))
    lock = taken
    if (!wanted) letSleep()
  } catch {
    // Low battery or an old browser: the call goes on all the same.
  }
}

document.addEventListener('visibilitychange', () => void take())

export function keepAwake(): void {
  wanted = true
  void take()
}

export function letSleep(): void {
  wanted = false
  void lock?.release().catch(() => undefined)
  lock = null
}

/** Only when permission was given before, and without the caller's name: a lock screen is read by others too. */
export function announce(what: string | null): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted' || !document.hidden) return
  const options: NotificationOptions = { body: what ?? 'A customer is calling', tag: 'call24-ringing', icon: '/icon-192.png', requireInteraction: true }
  void navigator.serviceWorker?.getRegistration().then((worker) => worker?.showNotification('Incoming call', options))
}
