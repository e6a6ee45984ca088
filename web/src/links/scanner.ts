/** Asks the worker that looks at pictures (scanner.worker.ts). A picture that it cannot read is a Problem. */
import { Problem } from '../kit/problem'
import type { Corners, Look } from '../kit/scan'
import type { Found, Wish } from './scanner.worker'

const LONGEST_MS = 60_000
type Unasked<T> = T extends unknown ? Omit<T, 'id'> : never

export class Scanner {
  #worker: Worker | null = null
  #waiting = new Map<number, (found: Found) => void>()
  #last = 0

  async find(file: Blob): Promise<Corners | null> {
    const found = await this.#ask({ kind: 'find', file })
    return 'corners' in found ? found.corners : null
  }

  async flatten(file: Blob, corners: Corners, look: Look): Promise<{ jpeg: Blob; width: number; height: number }> {
    const found = await this.#ask({ kind: 'flatten', file, corners: corners.map(({ x, y }) => ({ x, y })) as unknown as Corners, look })
    if (!('jpeg' in found)) throw unreadable()
    return found
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = null
    for (const [id, tell] of this.#waiting) tell({ id, failed: 'closed' })
  }

  async #ask(wish: Unasked<Wish>): Promise<Found> {
    this.#worker ??= this.#begin()
    const id = ++this.#last
    const found = await new Promise<Found>((tell) => {
      const late = setTimeout(() => tell({ id, failed: 'late' }), LONGEST_MS)
      this.#waiting.set(id, (one) => {
        clearTimeout(late)
        tell(one)
      })
      this.#worker?.postMessage({ ...wish, id } satisfies Wish)
    })
    this.#waiting.delete(id)
    if ('failed' in found) throw unreadable()
    return found
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./scanner.worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = (event: MessageEvent<Found>) => this.#waiting.get(event.data.id)?.(event.data)
    worker.onerror = () => this.close()
    return worker
  }
}

const unreadable = (): Problem => new Problem('picture_unreadable', 422, 'The picture cannot be read')
