/** The browser's side of Web Push: subscribes once the user has allowed it. It keeps nothing and asks no server. */

/** What the server needs of a subscription. */
export interface BrowserSubscription {
  endpoint: string
  p256dh: string
  auth: string
}

/** Safari on iOS has it only in an app that was added to the home screen. */
export const pushSupported = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window

const WORKER_MS = 10_000

export class NoWorker extends Error {}

/** Throws NoWorker where there is none: `ready` waits for ever, as where the certificate is not trusted. */
async function registration(): Promise<ServiceWorkerRegistration> {
  const late = new Promise<never>((_, refuse) => setTimeout(() => refuse(new NoWorker()), WORKER_MS))
  return await Promise.race([navigator.serviceWorker.ready, late])
}

/** This browser's subscription for the server's key; one for another key is given up. Throws where the browser cannot. */
export async function subscribe(serverKey: string): Promise<BrowserSubscription> {
  const worker = await registration()
  const key = bytes(serverKey)
  const before = await worker.pushManager.getSubscription()
  if (before !== null && !same(before.options.applicationServerKey, key)) await before.unsubscribe()
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint, keys } = made.toJSON()
  if (endpoint === undefined || keys?.['p256dh'] === undefined || keys['auth'] === undefined) throw new Error('the browser gave no keys')
  return { endpoint, p256dh: keys['p256dh'], auth: keys['auth'] }
}

export async function endSubscription(): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration()
  const made = await worker?.pushManager.getSubscription()
  await made?.unsubscribe()
}

export function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

export function same(had: ArrayBuffer | null, key: Uint8Array): boolean {
  const before = new Uint8Array(had ?? new ArrayBuffer(0))
  return before.length === key.length && before.every((byte, index) => byte === key[index])
}
