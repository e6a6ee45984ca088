/** Pictures for images' addresses. They are asked for with the token, so not by address: each once, a few at a time; the newest are kept. */
const AT_ONCE = 4
const KEPT = 300

export class ShownPictures {
  #urls = $state.raw<Readonly<Record<string, string>>>({})
  #asked = new Set<string>()
  #waiting: (() => Promise<void>)[] = []
  #running = 0

  /** Null while it is not there; asking for it fetches it. `tag`: changes with the picture. */
  of(tag: string, fetch: () => Promise<Blob>): string | null {
    if (!this.#asked.has(tag)) {
      this.#asked.add(tag)
      this.#waiting.push(() => this.#fetch(tag, fetch))
      queueMicrotask(() => void this.#next())
    }
    return this.#urls[tag] ?? null
  }

  clear(): void {
    Object.values(this.#urls).forEach((url) => URL.revokeObjectURL(url))
    this.#urls = {}
    this.#asked.clear()
    this.#waiting = []
  }

  async #next(): Promise<void> {
    if (this.#running >= AT_ONCE) return
    const work = this.#waiting.shift()
    if (work === undefined) return
    this.#running += 1
    await work()
    this.#running -= 1
    void this.#next()
  }

  async #fetch(tag: string, fetch: () => Promise<Blob>): Promise<void> {
    try {
      const url = URL.createObjectURL(await fetch())
      if (!this.#asked.has(tag)) {
        URL.revokeObjectURL(url)
        return
      }
      const all = Object.entries(this.#urls)
      const over = all.slice(0, Math.max(0, all.length + 1 - KEPT))
      this.#urls = { ...Object.fromEntries(all.slice(over.length)), [tag]: url }
      for (const [gone, old] of over) {
        this.#asked.delete(gone)
        URL.revokeObjectURL(old) // an image that is shown stays as it is
      }
    } catch {
      this.#asked.delete(tag) // letters stand for it; when it is shown anew it is tried again
    }
  }
}
