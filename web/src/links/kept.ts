import { endWorker } from './worker'

/**
 * Everything that the app keeps in a browser, and how it is forgotten. What is not on this list cannot be kept (store.ts),
 * and a test compares the list with the data map. A `*` stands for what follows. `stays`: past the sign-out, since it is
 * of the browser and says nothing of who used it.
 */
export const KEPT = [
  { store: 'localStorage', key: 'call24.token' },
  { store: 'localStorage', key: 'call24.device' },
  { store: 'localStorage', key: 'call24.theme' },
  { store: 'localStorage', key: 'call24.language', stays: true },
  { store: 'localStorage', key: 'call24.letter-keys' },
  { store: 'localStorage', key: 'call24.sound' },
  { store: 'localStorage', key: 'call24.microphone' },
  { store: 'localStorage', key: 'call24.speaker' },
  { store: 'localStorage', key: 'call24.ringing' },
  { store: 'localStorage', key: 'call24.call' },
  { store: 'localStorage', key: 'call24.watch' },
  { store: 'localStorage', key: 'call24.from' },
  { store: 'localStorage', key: 'call24.reports' },
  { store: 'localStorage', key: 'call24.uploads' },
  { store: 'localStorage', key: 'call24.flows' },
  { store: 'sessionStorage', key: 'call24.visit' },
  { store: 'sessionStorage', key: 'call24.notes' },
  { store: 'localStorage', key: 'pusherTransport*' },
  { store: 'cache', key: 'call24-shell-*' },
  { store: 'service worker', key: '/sw.js' },
] as const

type Kept = (typeof KEPT)[number]
type StoreName = Kept['store']
export type LocalKey = Extract<Kept, { store: 'localStorage' }>['key']
export type VisitKey = Extract<Kept, { store: 'sessionStorage' }>['key']
type AfterPrefix<Key> = Key extends `call24.${infer Name}` ? Name : never
/** A choice of the user's, or what a page that is opened again goes on with: its key without `call24.`. */
export type ChoiceName = Exclude<AfterPrefix<LocalKey>, 'token' | 'device'>

/** What stays, by its key. Read before the server is asked to sign out: its answer empties the storage (Clear-Site-Data). */
export type Staying = ReadonlyMap<string, string>

export function staying(): Staying {
  const found = new Map<string, string>()
  for (const kept of KEPT) {
    const value = 'stays' in kept ? localStorage.getItem(kept.key) : null
    if (value !== null) found.set(kept.key, value)
  }
  return found
}

/** All of a store, since the origin is Call24's alone. */
const FORGET: Record<StoreName, () => unknown> = {
  localStorage: () => localStorage.clear(),
  sessionStorage: () => sessionStorage.clear(),
  cache: async () => {
    if ('caches' in window) for (const key of await caches.keys()) await caches.delete(key)
  },
  'service worker': endWorker,
}

/** At sign-out, and when the server ends the session. A store that is blocked keeps nothing, and stops no other. */
export async function forgetAll(stays: Staying): Promise<void> {
  for (const name of new Set(KEPT.map((kept) => kept.store))) {
    try {
      await FORGET[name]()
      if (name === 'localStorage') stays.forEach((value, key) => localStorage.setItem(key, value))
    } catch {
      // Blocked.
    }
  }
}
