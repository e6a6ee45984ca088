/** Reads a stereo WAV (16 bit PCM) into what a picture needs: one loudness per bucket and lane. Pure; plays nothing. */

export interface Lanes { caller: Float32Array; agent: Float32Array; seconds: number; mono: boolean }

interface Pcm { channels: number; rate: number; at: number; frames: number }

function text(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}

/** Finds the samples; null for anything but 16 bit PCM. Source: RIFF WAVE; chunks are padded to even lengths. */
export function readPcm(view: DataView): Pcm | null {
  if (view.byteLength < 44 || text(view, 0) !== 'RIFF' || text(view, 8) !== 'WAVE') return null
  let format: { channels: number; rate: number } | null = null
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = text(view, at)
    const size = view.getUint32(at + 4, true)
    if (name === 'fmt ') {
      if (view.getUint16(at + 8, true) !== 1 || view.getUint16(at + 22, true) !== 16) return null
      format = { channels: view.getUint16(at + 10, true), rate: view.getUint32(at + 12, true) }
    }
    if (name === 'data') {
      if (format === null || format.channels < 1 || format.rate < 1) return null
      const bytes = Math.min(size, view.byteLength - at - 8)
      return { ...format, at: at + 8, frames: Math.floor(bytes / (2 * format.channels)) }
    }
    at += 8 + size + (size % 2)
  }
  return null
}

/** Loudness (RMS, 0..1, the loudest of both lanes is 1) per bucket: left is the caller, right the agent. */
export function readLanes(buffer: ArrayBuffer, buckets: number): Lanes | null {
  const view = new DataView(buffer)
  const pcm = readPcm(view)
  if (pcm === null || pcm.frames === 0) return null
  const caller = lane(view, pcm, 0, buckets)
  const agent = pcm.channels > 1 ? lane(view, pcm, 1, buckets) : new Float32Array(buckets)
  const peak = Math.max(0.01, ...caller, ...agent)
  for (const values of [caller, agent]) values.forEach((v, i) => (values[i] = Math.sqrt(v / peak)))
  return { caller, agent, seconds: pcm.frames / pcm.rate, mono: pcm.channels === 1 }
}

/** Fewer values for a narrower picture: the loudest of each group, so that a short word is not lost. */
export function resample(values: Float32Array, buckets: number): number[] {
  return Array.from({ length: buckets }, (_, b) => {
    const from = Math.floor((b * values.length) / buckets)
    const to = Math.max(from + 1, Math.floor(((b + 1) * values.length) / buckets))
    return Math.max(0, ...values.subarray(from, to))
  })
}

function lane(view: DataView, pcm: Pcm, channel: number, buckets: number): Float32Array {
  const out = new Float32Array(buckets)
  const width = pcm.frames / buckets
  // A long call has millions of samples; some hundred per bucket are enough for a picture.
  const step = Math.max(1, Math.floor(width / 400))
  for (let b = 0; b < buckets; b += 1) {
    let sum = 0
    let n = 0
    for (let f = Math.floor(b * width); f < Math.floor((b + 1) * width); f += step) {
      const sample = view.getInt16(pcm.at + (f * pcm.channels + channel) * 2, true) / 32768
      sum += sample * sample
      n += 1
    }
    out[b] = n === 0 ? 0 : Math.sqrt(sum / n)
  }
  return out
}
