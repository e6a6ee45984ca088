/**
 * One upload by tus 1.0.0: in parts, each from where the server says the last one ended, so it goes on after anything that breaks off.
 * It knows no network, clock or screen: they are given to it.
 */
import { asProblem, Problem } from './problem'

export type UploadState = 'waiting' | 'sending' | 'retrying' | 'paused' | 'failed' | 'done'

/** What sends. Each throws a Problem. */
export interface Wire {
  begin(name: string, size: number): Promise<{ id: string; offset: number }>
  /** How many bytes the server has. */
  offset(id: string): Promise<number>
  /** How many it has after these. */
  send(id: string, offset: number, bytes: Blob, signal: AbortSignal): Promise<number>
}

export interface Pace {
  now(): number
  /** At most so long; less when the network comes back, or `signal` says so. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** From 0 to 1: so that many who were cut off do not come back at one time. */
  chance(): number
}

const KB = 1024
export const FIRST_PART = 256 * KB
export const SMALLEST_PART = 64 * KB
export const LARGEST_PART = 4096 * KB
/** A part that takes less than the first grows, one that takes longer than the second shrinks. */
const QUICK_MS = 1_500
const SLOW_MS = 6_000
/** Failures in a row, without a byte between them. */
export const TRIES = 8
const LONGEST_WAIT_S = 30

/** Whether the same request may work later. */
export function mayWorkLater(problem: Problem): boolean {
  if (problem.code === 'too_many_uploads') return false
  return problem.away || problem.status >= 500 || [408, 425, 429, 460].includes(problem.status) || elsewhere(problem)
}

/** The server's count of bytes is another than ours: 460 is tus's for a part that arrived damaged. */
const elsewhere = (problem: Problem): boolean => problem.code === 'upload_offset' || problem.code === 'upload_taken_over'

/** Doubled with each failure, and a quarter more or less. */
export function waitS(failures: number, problem: Problem, chance: number): number {
  if (problem.retryAfterS !== null) return Math.min(problem.retryAfterS, 300)
  return Math.min(2 ** (failures - 1), LONGEST_WAIT_S) * (0.75 + chance / 2)
}

/** A file that was changed or deleted since it was chosen cannot be read any more. Asked for first, since `fetch` would tell it as a network that is away. Throws a Problem. */
async function readable(bytes: Blob): Promise<void> {
  try {
    await bytes.slice(0, 1).arrayBuffer()
  } catch {
    throw new Problem('file_unreadable', 422, 'The file cannot be read any more')
  }
}

export class Upload {
  state: UploadState = 'waiting'
  /** Bytes that the server has. */
  offset = 0
  problem: Problem | null = null
  #stop: AbortController | null = null
  #part = FIRST_PART
  #begunAgain = false

  /** `id`: of an upload that was begun before, and is gone on with. `changed` is told of each change. */
  constructor(
    readonly file: File,
    private readonly wire: Wire,
    private readonly pace: Pace,
    private readonly changed: () => void,
    public id: string | null = null,
  ) {}

  get underWay(): boolean {
    return this.state === 'sending' || this.state === 'retrying'
  }

  /** Sends until it is done, is paused, or cannot be done. */
  async run(): Promise<void> {
    const stop = (this.#stop = new AbortController())
    let failures = 0
    let known = false
    this.problem = null
    this.#become('sending')
    while (!stop.signal.aborted) {
      const before = this.offset
      try {
        if (!known) await this.#find()
        known = true
        if (this.offset >= this.file.size) return this.#become('done')
        if (stop.signal.aborted) return
        if (this.state !== 'sending') this.#become('sending')
        await this.#sendPart(stop.signal)
        if (this.offset > before) failures = 0
      } catch (error) {
        known = false
        if (stop.signal.aborted) return
        const problem = asProblem(error)
        if (this.#isGone(problem)) continue
        failures += 1
        if (!mayWorkLater(problem) || failures > TRIES) return this.#fail(problem)
        if (problem.code === 'upload_offset' && failures === 1) continue
        this.#part = Math.max(SMALLEST_PART, this.#part / 2)
        this.#become('retrying')
        await this.pace.wait(waitS(failures, problem, this.pace.chance()) * 1000, stop.signal)
      }
    }
  }

  /** What the server has stays there; `run` goes on. */
  pause(): void {
    this.#stop?.abort()
    if (this.state !== 'done') this.#become('paused')
  }

  async #find(): Promise<void> {
    if (this.id === null) {
      const made = await this.wire.begin(this.file.name, this.file.size)
      this.id = made.id
      this.offset = made.offset
    } else {
      this.offset = await this.wire.offset(this.id)
    }
    this.changed()
  }

  async #sendPart(signal: AbortSignal): Promise<void> {
    const from = this.pace.now()
    const bytes = this.file.slice(this.offset, Math.min(this.offset + this.#part, this.file.size))
    await readable(bytes)
    this.offset = await this.wire.send(this.id as string, this.offset, bytes, signal)
    const took = this.pace.now() - from
    if (took < QUICK_MS) this.#part = Math.min(LARGEST_PART, this.#part * 2)
    else if (took > SLOW_MS) this.#part = Math.max(SMALLEST_PART, this.#part / 2)
    this.changed()
  }

  /** It went after a day, or somebody cancelled it: it is begun again, once. */
  #isGone(problem: Problem): boolean {
    if (problem.status !== 404 || this.id === null || this.#begunAgain) return false
    this.#begunAgain = true
    this.id = null
    this.offset = 0
    return true
  }

  #fail(problem: Problem): void {
    this.problem = problem
    this.#become('failed')
  }

  #become(state: UploadState): void {
    this.state = state
    this.changed()
  }
}
