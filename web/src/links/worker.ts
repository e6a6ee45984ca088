/** The service worker, which keeps the app's shell and shows notifications (sw.js). Sign-out ends it (kept.ts). */

/** Harmless where it runs already. */
export function startWorker(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').catch(() => undefined)
}

export async function endWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister()
}
