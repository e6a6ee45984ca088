/** Plays the other side of the call and measures its strongest tone (for tests and for `doctor`). No call logic. */
import { wakeAudio } from './ringtone'

const BINS_FROM_HZ = 60

class Earpiece {
  /** The browser refused to play without a touch: the screen then shows a button. */
  blocked = $state(false)
  #element: HTMLAudioElement | null = null
  #analyser: AnalyserNode | null = null
  #source: MediaStreamAudioSourceNode | null = null
  #speaker = ''

  play(stream: MediaStream): void {
    this.#element ??= Object.assign(document.createElement('audio'), { autoplay: true })
    this.#route()
    this.#element.srcObject = stream
    this.unblock()
    const audio = wakeAudio()
    if (audio === null) return
    this.#source?.disconnect()
    this.#source = audio.createMediaStreamSource(stream)
    this.#analyser = Object.assign(audio.createAnalyser(), { fftSize: 8192, smoothingTimeConstant: 0.2 })
    this.#source.connect(this.#analyser)
  }

  /** Null: the browser's default. */
  through(speaker: string | null): void {
    this.#speaker = speaker ?? ''
    this.#route()
  }

  #route(): void {
    const element = this.#element
    if (element === null || element.sinkId === undefined || element.sinkId === this.#speaker) return
    // One that went away in this moment: the default is better than nothing.
    void element.setSinkId(this.#speaker).catch(() => element.setSinkId('').catch(() => undefined))
  }

  unblock(): void {
    wakeAudio()
    this.#element?.play().then(
      () => (this.blocked = false),
      (error: unknown) => (this.blocked = error instanceof DOMException && error.name === 'NotAllowedError'),
    )
  }

  stop(): void {
    this.#source?.disconnect()
    this.#source = null
    this.#analyser = null
    if (this.#element !== null) this.#element.srcObject = null
    this.blocked = false
  }

  /** The strongest frequency heard now; nothing playing is 0 Hz at minus infinity. */
  async spectrum(): Promise<{ peakHz: number; db: number }> {
    const analyser = this.#analyser
    if (analyser === null) return { peakHz: 0, db: -Infinity }
    if (analyser.context.state === 'suspended') await (analyser.context as AudioContext).resume()
    const levels = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(levels)
    const width = analyser.context.sampleRate / analyser.fftSize
    let best = Math.ceil(BINS_FROM_HZ / width)
    for (let i = best; i < levels.length; i += 1) if ((levels[i] ?? -Infinity) > (levels[best] ?? -Infinity)) best = i
    return { peakHz: best * width, db: levels[best] ?? -Infinity }
  }
}

export const earpiece = new Earpiece()
