/** The call timeline: a call, an agent's day or a queue's staff as segments in proportion. Pure; ui/CallTimeline draws it. */
import type { DayPart, LineKind, LiveSpan, SessionState, Span, StaffCount } from './model'

/** The colour classes of a part; "free" is talk's green, lighter: ready but not talking. A part's word is always shown with it somewhere near: never colour alone. */
export type Tone = 'wait' | 'ring' | 'talk' | 'free' | 'hold' | 'wrap' | 'pause' | 'bad' | 'none'
export interface Part { tone: Tone; word: string; size: number }

export const KIND: Record<LineKind, { tone: Tone; word: string }> = {
  menu: { tone: 'pause', word: 'menu' },
  wait: { tone: 'wait', word: 'wait' },
  ring: { tone: 'ring', word: 'ring' },
  talk: { tone: 'talk', word: 'talk' },
  hold: { tone: 'hold', word: 'hold' },
  outside: { tone: 'free', word: 'outside' },
  wrap: { tone: 'wrap', word: 'wrap-up' },
  left: { tone: 'bad', word: 'left' },
  voicemail: { tone: 'pause', word: 'voicemail' },
}

export const STATE: Record<SessionState, { tone: Tone; word: string }> = {
  available: { tone: 'free', word: 'Available' },
  offered: { tone: 'ring', word: 'Ringing' },
  on_call: { tone: 'talk', word: 'Talking' },
  wrap_up: { tone: 'wrap', word: 'Wrap-up' },
  paused: { tone: 'pause', word: 'Paused' },
  offline: { tone: 'none', word: 'Offline' },
}

/** A finished call's parts. "left" has hardly any length of its own, so it is given enough to be seen. */
export function partsOfCall(line: readonly Span[]): Part[] {
  const total = line.reduce((sum, span) => sum + span.s, 0)
  return line
    .filter((span) => span.s > 0 || span.kind === 'left')
    .map((span) => ({ ...KIND[span.kind], size: span.kind === 'left' ? Math.max(span.s, total * 0.04, 1) : span.s }))
}

/** A running call's parts; the open part ends now. */
export function partsOfLive(line: readonly LiveSpan[], now: number): Part[] {
  return line
    .map((span) => ({ ...KIND[span.kind], size: ((span.to === null ? now : Date.parse(span.to)) - Date.parse(span.from)) / 1000 }))
    .filter((part) => part.size > 0)
}

/** Seconds per kind of a running call. */
export function totals(line: readonly LiveSpan[], now: number): Partial<Record<LineKind, number>> {
  const sums: Partial<Record<LineKind, number>> = {}
  for (const span of line) {
    const s = Math.max(0, ((span.to === null ? now : Date.parse(span.to)) - Date.parse(span.from)) / 1000)
    sums[span.kind] = (sums[span.kind] ?? 0) + s
  }
  return sums
}

/** An agent's day from the first sign-in to now; times away stay as gaps. */
export function partsOfDay(day: readonly DayPart[], now: number): Part[] {
  const parts: Part[] = []
  let end: number | null = null
  for (const part of day) {
    const from = Date.parse(part.from)
    const to = part.to === null ? now : Date.parse(part.to)
    if (part.state === 'offline' && end === null) continue
    if (end !== null && from - end > 1000) parts.push({ ...STATE.offline, size: (from - end) / 1000 })
    if (to > from) parts.push({ ...STATE[part.state], size: (to - from) / 1000 })
    end = to
  }
  while (parts.at(-1)?.tone === 'none') parts.pop()
  return parts
}

const STAFF: readonly SessionState[] = ['available', 'on_call', 'offered', 'wrap_up', 'paused']

/** A queue's staff: one unit per agent who is signed in. */
export function partsOfStaff(agents: StaffCount): Part[] {
  return STAFF.filter((state) => (agents[state] ?? 0) > 0).map((state) => ({
    tone: STATE[state].tone,
    word: STATE[state].word.toLowerCase(),
    size: agents[state] ?? 0,
  }))
}

/**
 * As many pieces as there is room for. The line is cut into `most` slots; each shows what has waited longest for a slot of its
 * own, so that a short state is not swallowed by the long ones around it and each keeps its share of the whole.
 */
export function drawn(parts: readonly Part[], most: number): readonly Part[] {
  if (parts.length <= most) return parts
  const slot = parts.reduce((sum, part) => sum + part.size, 0) / most
  const due = new Map<Tone, number>()
  const pieces: Part[] = []
  let [at, used] = [0, 0]
  for (let i = 0; i < most; i += 1) {
    for (let room = slot; room > 0 && at < parts.length;) {
      const part = parts[at] as Part
      const some = Math.min(room, part.size - used)
      due.set(part.tone, (due.get(part.tone) ?? 0) + some)
      ;[room, used] = [room - some, used + some]
      if (used >= part.size) [at, used] = [at + 1, 0]
    }
    const [tone] = [...due].reduce((most, one) => (one[1] > most[1] ? one : most))
    due.set(tone, (due.get(tone) ?? 0) - slot)
    const last = pieces.at(-1)
    if (last?.tone === tone) last.size += slot
    else pieces.push({ tone, word: parts.find((part) => part.tone === tone)?.word ?? '', size: slot })
  }
  return pieces
}

/** More pieces than this are said in sums. */
const SAID_SINGLY = 12

/** The line said in words, for those who hear it and for titles: "wait 0:22, talk 4:12". */
export function spoken(parts: readonly Part[], say: (size: number) => string): string {
  const told = parts.filter((p) => p.tone !== 'none')
  return (told.length > SAID_SINGLY ? summed(told) : told).map((p) => (p.word === 'left' ? 'then left' : `${p.word} ${say(p.size)}`)).join(', ')
}

function summed(parts: readonly Part[]): Part[] {
  const sums = new Map<string, Part>()
  for (const part of parts) sums.set(part.word, { ...part, size: part.size + (sums.get(part.word)?.size ?? 0) })
  return [...sums.values()]
}
