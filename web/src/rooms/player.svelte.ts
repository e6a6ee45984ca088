/** One recording's player: fetched with the token, kept in memory only, let go when the screen closes. */
import { api } from '../links/api'
import { asProblem, type Problem } from '../kit/problem'
import { readLanes, type Lanes } from '../kit/wave'

const BUCKETS = 480

export class Player {
  stage = $state<'empty' | 'loading' | 'ready' | 'failed'>('empty')
  problem = $state.raw<Problem | null>(null)
  lanes = $state.raw<Lanes | null>(null)
  playing = $state(false)
  at = $state(0)
  seconds = $state(0)
  rate = $state(1)
  #audio = new Audio()
  #url: string | null = null
  #frame = 0

  constructor(readonly recordingId: string, expectedS: number | null, readonly restriction: string | null = null) {
    this.seconds = expectedS ?? 0
    const audio = this.#audio
    audio.preload = 'auto'
    audio.addEventListener('play', () => {
      this.playing = true
      this.#follow()
    })
    audio.addEventListener('pause', () => (this.playing = false))
    audio.addEventListener('ended', () => (this.playing = false))
    audio.addEventListener('loadedmetadata', () => {
      if (Number.isFinite(audio.duration)) this.seconds = audio.duration
    })
    audio.addEventListener('error', () => {
      if (this.#url !== null) this.#fail(new Error('The recording cannot be played.'))
    })
  }

  /** Moves the scrubber with the sound, not four times a second as timeupdate would. */
  #follow = (): void => {
    this.at = this.#audio.currentTime
    cancelAnimationFrame(this.#frame)
    if (this.playing) this.#frame = requestAnimationFrame(this.#follow)
  }

  async load(): Promise<void> {
    if (this.stage === 'loading' || this.stage === 'ready') return
    this.stage = 'loading'
    try {
      const sound = await (this.restriction === null ? api.recording(this.recordingId) : api.restrictedRecording(this.restriction, this.recordingId))
      this.lanes = readLanes(sound, BUCKETS)
      this.seconds = this.lanes?.seconds ?? this.seconds
      this.#url = URL.createObjectURL(new Blob([sound], { type: 'audio/wav' }))
      this.#audio.src = this.#url
      this.stage = 'ready'
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.problem = asProblem(error)
    this.stage = 'failed'
  }

  async toggle(): Promise<void> {
    if (this.stage !== 'ready') await this.load()
    if (this.stage !== 'ready') return
    if (this.playing) this.#audio.pause()
    else await this.#audio.play().catch((error: unknown) => this.#fail(error))
  }

  seek(seconds: number): void {
    this.at = Math.min(Math.max(0, seconds), this.seconds)
    this.#audio.currentTime = this.at
  }

  nextRate(): void {
    this.rate = this.rate === 1 ? 1.5 : this.rate === 1.5 ? 2 : 1
    this.#audio.playbackRate = this.rate
  }

  close(): void {
    this.#audio.pause()
    cancelAnimationFrame(this.#frame)
    this.#audio.removeAttribute('src')
    if (this.#url !== null) URL.revokeObjectURL(this.#url)
    this.#url = null
  }
}
