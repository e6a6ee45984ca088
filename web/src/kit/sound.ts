/** How good a call sounds, from two readings of the receiver's counters. Pure. Source: ITU-T G.107, simplified. */

export interface SoundReading { atMs: number; received: number; lost: number; jitterMs: number; roundTripMs: number | null }
export type SoundWord = 'very good' | 'good' | 'fair' | 'poor' | 'no sound arrives'

/** The word for the time between two readings, or null while there is too little to judge. */
export function soundWord(before: SoundReading, after: SoundReading): SoundWord | null {
  const seconds = (after.atMs - before.atMs) / 1000
  if (seconds < 0.5) return null
  const received = after.received - before.received
  if (received <= 0) return 'no sound arrives'
  const lost = Math.max(0, after.lost - before.lost)
  const lossShare = (lost / (received + lost)) * 100
  const delay = (after.roundTripMs ?? 40) / 2 + after.jitterMs * 2 + 20
  const r = 93.2 - (delay < 160 ? delay / 40 : (delay - 120) / 10) - lossShare * 2.5
  if (r >= 85) return 'very good'
  if (r >= 75) return /* @wc-include */ 'good'
  if (r >= 60) return /* @wc-include */ 'fair'
  return /* @wc-include */ 'poor'
}
