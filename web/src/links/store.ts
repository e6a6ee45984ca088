/** What stays on this device between visits: the token and a few choices. Sign-out wipes it, but for the language (kept.ts). */
import { forgetAll, staying, type ChoiceName, type LocalKey, type Staying, type VisitKey } from './kept'

const TOKEN = 'call24.token' satisfies LocalKey
const DEVICE = 'call24.device' satisfies LocalKey
const VISIT = 'call24.visit' satisfies VisitKey
const NOTES = 'call24.notes' satisfies VisitKey
const DRAFTS = 8
const PREFIX = 'call24.'

/** What was typed into the note of a call and is not saved yet. `base`: what the server had before. */
export interface Draft { text: string; base: string }

function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch {
    // Storage can be blocked; the app then works for one visit.
    return otherwise
  }
}

function drafts(): readonly (readonly [string, Draft])[] {
  return attempt(() => {
    const kept: unknown = JSON.parse(sessionStorage.getItem(NOTES) ?? '[]')
    return Array.isArray(kept) ? (kept as [string, Draft][]) : []
  }, [])
}

export const store = {
  token: (): string | null => attempt(() => localStorage.getItem(TOKEN), null),
  setToken: (token: string): void => attempt(() => localStorage.setItem(TOKEN, token), undefined),
  choice: (name: ChoiceName): string | null => attempt(() => localStorage.getItem(PREFIX + name), null),
  setChoice: (name: ChoiceName, value: string | null): void =>
    attempt(() => (value === null ? localStorage.removeItem(PREFIX + name) : localStorage.setItem(PREFIX + name, value)), undefined),
  /** A random name of this browser until the sign-out, by which its owner recognises it. */
  device: (): string =>
    attempt(() => {
      const kept = localStorage.getItem(DEVICE) ?? crypto.randomUUID()
      localStorage.setItem(DEVICE, kept)
      return kept
    }, ''),
  /** What this tab was told when it was sent to a sign-in provider, taken out: it is of use once. */
  takeVisit: (): string | null =>
    attempt(() => {
      const kept = sessionStorage.getItem(VISIT)
      sessionStorage.removeItem(VISIT)
      return kept
    }, null),
  setVisit: (visit: string): void => attempt(() => sessionStorage.setItem(VISIT, visit), undefined),
  /** Of a call, in this tab; the newest few. */
  draft: (call: string): Draft | null => drafts().find(([id]) => id === call)?.[1] ?? null,
  setDraft: (call: string, draft: Draft | null): void => {
    const others = drafts().filter(([id]) => id !== call)
    const left = draft === null ? others : [...others, [call, draft] as const].slice(-DRAFTS)
    attempt(() => (left.length === 0 ? sessionStorage.removeItem(NOTES) : sessionStorage.setItem(NOTES, JSON.stringify(left))), undefined)
  },
  /** What `wipe` leaves, read now. */
  staying: (): Staying => attempt(staying, new Map()),
  wipe: forgetAll,
  /** Told when another tab of this browser changes one of these choices; returns what ends it. */
  onChoiceChange: (names: readonly ChoiceName[], tell: () => void): (() => void) => {
    const changed = (e: StorageEvent): void => {
      // No key: all was forgotten.
      if (e.key === null || names.some((name) => e.key === PREFIX + name)) tell()
    }
    window.addEventListener('storage', changed)
    return () => window.removeEventListener('storage', changed)
  },
  /** Told when another tab of this browser signs in or out. */
  onTokenChange: (tell: (token: string | null) => void): void =>
    window.addEventListener('storage', (e) => {
      if (e.key === TOKEN || e.key === null) tell(store.token())
    }),
}
