import { expect, test } from 'vitest'
import { readLanes, resample } from '../src/kit/wave'

/** A WAV whose left channel is loud in the first half and whose right one is loud, at half level, in the second. */
function wav(frames: number, oddChunk = false): ArrayBuffer {
  const extra = oddChunk ? 12 : 0
  const view = new DataView(new ArrayBuffer(44 + extra + frames * 4))
  const put = (at: number, s: string): void => [...s].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)))
  put(0, 'RIFF')
  put(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 2, true)
  view.setUint32(24, 8000, true)
  view.setUint16(34, 16, true)
  if (oddChunk) {
    put(36, 'LIST')
    view.setUint32(40, 3, true)
  }
  put(36 + extra, 'data')
  // As left by a crash: the size says more than there is.
  view.setUint32(40 + extra, 0xffffffff, true)
  for (let f = 0; f < frames; f += 1) {
    view.setInt16(44 + extra + f * 4, f < frames / 2 ? 16000 : 0, true)
    view.setInt16(46 + extra + f * 4, f < frames / 2 ? 0 : 4000, true)
  }
  return view.buffer
}

test.each([false, true])('the caller’s lane is the left channel, the agent’s the right (odd chunk before: %s)', (odd) => {
  const lanes = readLanes(wav(8000, odd), 10)
  expect(lanes?.seconds).toBe(1)
  expect([...(lanes?.caller ?? [])].map((v) => Math.round(v * 100))).toEqual([100, 100, 100, 100, 100, 0, 0, 0, 0, 0])
  expect([...(lanes?.agent ?? [])].map((v) => Math.round(v * 100))).toEqual([0, 0, 0, 0, 0, 50, 50, 50, 50, 50])
})

test('what is not a 16 bit WAV has no picture', () => {
  expect(readLanes(new ArrayBuffer(10), 10)).toBeNull()
  expect(readLanes(new ArrayBuffer(100), 10)).toBeNull()
})

test('a narrower picture keeps the loudest of each group', () => {
  expect(resample(Float32Array.from([0, 1, 0, 0, 0.5, 0]), 3)).toEqual([1, 0, 0.5])
})
