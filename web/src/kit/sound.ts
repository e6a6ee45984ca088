/**
 * How good a call sounds, from two readings of its counters, and what it comes from. Pure.
 * Source: ITU-T G.107 (the E-model), with G.113's values for G.711 and lost packets made up for.
 */

/** `sentLost`: the share of the sent packets that the PBX told as lost last. `made`: samples that stand in for missing ones, of `samples`. */
export interface SoundReading {
  atMs: number; received: number; lost: number; jitterMs: number; roundTripMs: number | null
  sentLost?: number | null; made?: number; samples?: number
}
/** Of a stretch of a call. Shares are of 1. `madeUp`: of what was played. */
export interface SoundMeasure { seconds: number; received: number; lost: number; jitterMs: number; roundTripMs: number | null; sentLost: number | null; madeUp: number }
export type SoundWord = 'very good' | 'good' | 'fair' | 'poor' | 'no sound arrives'
/** Why it is bad on the way between this device and the PBX. */
export type SoundCause = 'nothing' | 'loss' | 'sent_loss' | 'jitter' | 'delay' | 'computer'

const R_MAX = 93.2
const LOSS_ROBUSTNESS = 25.1
const UNKNOWN_ROUND_TRIP_MS = 40
const BUSY = 0.03

/** Null while there is too little to judge. */
export function measured(before: SoundReading, after: SoundReading): SoundMeasure | null {
  const seconds = (after.atMs - before.atMs) / 1000
  if (seconds < 0.5) return null
  const samples = (after.samples ?? 0) - (before.samples ?? 0)
  return {
    seconds, received: after.received - before.received, lost: Math.max(0, after.lost - before.lost), jitterMs: after.jitterMs,
    roundTripMs: after.roundTripMs, sentLost: after.sentLost ?? null, madeUp: samples > 0 ? Math.max(0, (after.made ?? 0) - (before.made ?? 0)) / samples : 0,
  }
}

/** 1 where nothing arrived, whether or not it was sent. */
export const lostShare = (of: SoundMeasure): number => (of.received > 0 ? of.lost / (of.received + of.lost) : 1)
const byLoss = (share: number): number => (95 * share * 100) / (share * 100 + LOSS_ROBUSTNESS)

function byDelay(of: SoundMeasure): number {
  const ms = (of.roundTripMs ?? UNKNOWN_ROUND_TRIP_MS) / 2 + of.jitterMs * 2 + 20
  return 0.024 * ms + 0.11 * Math.max(0, ms - 177.3)
}

/** The transmission rating of the worse direction, from 0 (nothing arrived) to 93.2. */
export function rating(of: SoundMeasure): number {
  if (of.received <= 0) return 0
  return Math.max(0, R_MAX - byDelay(of) - byLoss(Math.max(lostShare(of), of.sentLost ?? 0)))
}

/** Mean opinion score: from 1 (bad) to 4.41, with two digits. Below R 6.5 the formula falls under 1, which is no score. */
export function opinionScore(r: number): number {
  return Math.max(1, Math.round((1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6) * 100) / 100)
}

export function wordOf(of: SoundMeasure): SoundWord {
  if (of.received <= 0) return 'no sound arrives'
  const r = rating(of)
  if (r >= 85) return 'very good'
  if (r >= 75) return /* @wc-include */ 'good'
  if (r >= 60) return /* @wc-include */ 'fair'
  return /* @wc-include */ 'poor'
}

/** Null where nothing is to be mended on this side: what still sounds bad is at the other end, or on the way there. */
export function causeOf(of: SoundMeasure): SoundCause | null {
  if (of.received <= 0) return 'nothing'
  const here = lostShare(of)
  if (of.madeUp - here >= BUSY && here < 0.01 && of.jitterMs < 30) return 'computer'
  if (rating(of) >= 75) return null
  const lost = byLoss(Math.max(here, of.sentLost ?? 0))
  if (lost >= byDelay(of)) return here >= (of.sentLost ?? 0) ? 'loss' : 'sent_loss'
  return of.jitterMs * 2 > (of.roundTripMs ?? UNKNOWN_ROUND_TRIP_MS) / 2 ? 'jitter' : 'delay'
}

const BAD_READINGS = 2
const GOOD_READINGS = 3

/** What is told of a call's readings: one bad one is a hiccup, and one good one among bad ones too. */
export class Blamed {
  cause: SoundCause | null = null
  #last: SoundCause | null = null
  #bad = 0
  #good = 0

  /** `found`: of the newest reading. Returns what is to be told now. */
  after(found: SoundCause | null): SoundCause | null {
    this.#bad = found === null ? 0 : this.#bad + 1
    this.#good = found === null ? this.#good + 1 : 0
    if (this.#good >= GOOD_READINGS) this.cause = null
    if (this.#bad >= BAD_READINGS && (this.cause === null || found === this.#last)) this.cause = found
    this.#last = found
    return this.cause
  }
}

/** Several stretches as one: a call so far. */
export function together(all: readonly SoundMeasure[]): SoundMeasure | null {
  const seconds = all.reduce((sum, one) => sum + one.seconds, 0)
  if (seconds === 0) return null
  const mean = (value: (one: SoundMeasure) => number | null): number | null => {
    const known = all.filter((one) => value(one) !== null)
    const over = known.reduce((sum, one) => sum + one.seconds, 0)
    return over === 0 ? null : known.reduce((sum, one) => sum + (value(one) ?? 0) * one.seconds, 0) / over
  }
  return {
    seconds, received: all.reduce((sum, one) => sum + one.received, 0), lost: all.reduce((sum, one) => sum + one.lost, 0),
    jitterMs: mean((one) => one.jitterMs) ?? 0, roundTripMs: mean((one) => one.roundTripMs), sentLost: mean((one) => one.sentLost), madeUp: mean((one) => one.madeUp) ?? 0,
  }
}
