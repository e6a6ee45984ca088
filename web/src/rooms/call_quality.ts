/** Tells the server how a call sounded here, once it is over. What could not be told is lost: the call has no figures then. */
import type { CallQualityWish } from '../kit/api-types'
import { lostShare, type SoundMeasure } from '../kit/sound'
import { asProblem } from '../kit/problem'
import { api } from '../links/api'

/** Less is too little to judge. */
const LEAST_S = 1
const AGAIN_MS = [0, 5_000, 30_000]
const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits

export function qualityOf(heard: SoundMeasure): CallQualityWish {
  return {
    s: rounded(heard.seconds, 1), jitter_ms: rounded(heard.jitterMs, 1), lost_received: rounded(lostShare(heard), 4),
    round_trip_ms: heard.roundTripMs === null ? null : rounded(heard.roundTripMs, 1), lost_sent: heard.sentLost === null ? null : rounded(heard.sentLost, 4),
  }
}

export async function tellQuality(callId: string, heard: SoundMeasure): Promise<void> {
  if (heard.seconds < LEAST_S) return
  for (const wait of AGAIN_MS) {
    await new Promise((resume) => setTimeout(resume, wait))
    try {
      return await api.tellQuality(callId, qualityOf(heard))
    } catch (error) {
      if (!asProblem(error).away) return
    }
  }
}
