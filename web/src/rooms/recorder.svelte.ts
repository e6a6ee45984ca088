/** Records a prompt with this device's microphone. Nothing leaves the browser before it is saved; the microphone is let go at the end. */
import { SECONDS_MAX, wavOf } from '../kit/prompts'
import { letGo, openMicrophone } from '../links/open_microphone'
import { microphone } from './microphone.svelte'

/** Enough for what a telephone plays at 8,000, and five minutes of it stay under 10 MB. */
const RATE = 16_000

export class Recorder {
  stage = $state<'idle' | 'recording' | 'preparing' | 'ready' | 'failed'>('idle')
  seconds = $state(0)
  /** What was recorded, as WAV, and where it can be listened to. */
  file = $state.raw<Blob | null>(null)
  url = $state<string | null>(null)
  #media: MediaRecorder | null = null
  #parts: Blob[] = []
  #timer = 0
  #over = false

  async start(): Promise<void> {
    this.clear()
    let stream: MediaStream
    try {
      stream = await openMicrophone({ ...microphone.constraints, echoCancellation: false, noiseSuppression: true, autoGainControl: true })
    } catch {
      this.stage = 'failed'
      await microphone.ask()
      return
    }
    void microphone.look()
    if (this.#over) return letGo(stream)
    const media = new MediaRecorder(stream)
    this.#media = media
    this.#parts = []
    media.addEventListener('dataavailable', (event) => this.#parts.push(event.data))
    media.addEventListener('stop', () => {
      letGo(stream)
      if (!this.#over) void this.#prepare()
    })
    media.start(1_000)
    const began = performance.now()
    this.stage = 'recording'
    this.#timer = window.setInterval(() => {
      this.seconds = (performance.now() - began) / 1000
      if (this.seconds >= SECONDS_MAX - 1) this.stop()
    }, 200)
  }

  stop(): void {
    clearInterval(this.#timer)
    if (this.#media?.state === 'recording') {
      this.stage = 'preparing'
      this.#media.stop()
    }
  }

  clear(): void {
    if (this.url !== null) URL.revokeObjectURL(this.url)
    this.url = this.file = null
    this.seconds = 0
    this.stage = 'idle'
  }

  /** The screen is gone. */
  end(): void {
    this.#over = true
    this.stop()
    this.clear()
  }

  /** Browsers record in kinds of files that differ; WAV is taken from all of them. */
  async #prepare(): Promise<void> {
    try {
      const whole = await new Blob(this.#parts).arrayBuffer()
      const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(whole)
      const mixed = new OfflineAudioContext(1, Math.max(1, Math.min(sound.length, SECONDS_MAX * RATE)), RATE)
      const source = mixed.createBufferSource()
      source.buffer = sound
      source.connect(mixed.destination)
      source.start()
      this.file = new Blob([wavOf((await mixed.startRendering()).getChannelData(0), RATE)], { type: 'audio/wav' })
      this.url = URL.createObjectURL(this.file)
      this.seconds = sound.duration
      this.stage = 'ready'
    } catch {
      this.stage = 'failed'
    }
  }
}
