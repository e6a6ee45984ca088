/** What people look like: who has a picture, and each one once it is shown. It is asked for with the token, so not by address. */
import { api } from '../links/api'

const AGAIN_MS = 5 * 60_000

class Pictures {
  #tags = $state.raw<Readonly<Record<string, string>>>({})
  #urls = $state.raw<Readonly<Record<string, string>>>({})
  #asked = new Set<string>()
  #timer: ReturnType<typeof setInterval> | undefined

  start(): void {
    void this.load()
    this.#timer = setInterval(() => void this.load(), AGAIN_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    Object.values(this.#urls).forEach((url) => URL.revokeObjectURL(url))
    this.#tags = this.#urls = {}
    this.#asked.clear()
  }

  async load(): Promise<void> {
    const found = await api.pictures().catch(() => null)
    if (found !== null) this.#tags = Object.fromEntries(found.items.map((one) => [one.user_id, one.tag]))
  }

  has(userId: string): boolean {
    return this.#tags[userId] !== undefined
  }

  /** For an image's address; null while there is none. Asking for it fetches it. */
  of(userId: string | null | undefined): string | null {
    const tag = userId == null ? undefined : this.#tags[userId]
    if (userId == null || tag === undefined) return null
    if (!this.#asked.has(tag)) {
      this.#asked.add(tag)
      queueMicrotask(() => void this.#fetch(userId, tag))
    }
    return this.#urls[tag] ?? null
  }

  async #fetch(userId: string, tag: string): Promise<void> {
    try {
      const url = URL.createObjectURL(await api.picture(userId))
      if (this.#asked.has(tag)) this.#urls = { ...this.#urls, [tag]: url }
      else URL.revokeObjectURL(url)
    } catch {
      this.#asked.delete(tag) // letters stand for it; the next time that the list is read it is tried again
    }
  }
}

export const pictures = new Pictures()
