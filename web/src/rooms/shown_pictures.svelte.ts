/** Pictures for images' addresses. They are asked for with the token, so not by address: each once, a few at a time; what is shown and the newest are kept. */
import { createSubscriber } from 'svelte/reactivity'

const AT_ONCE = 4
const KEPT = 300

interface Picture {
  url: string | null
  asked: boolean
  shown: boolean
  /** Within an effect: it runs again when this picture changes, and no other. */
  readonly subscribe: () => void
  changed: () => void
}

export class ShownPictures {
  #all = new Map<string, Picture>()
  #waiting: (() => Promise<void>)[] = []
  #running = 0

  /** Null while it is not there; asking for it fetches it. `tag`: changes with the picture. */
  of(tag: string, fetch: () => Promise<Blob>): string | null {
    const picture = this.#all.get(tag) ?? this.#add(tag)
    picture.subscribe()
    if (!picture.asked) {
      picture.asked = true
      this.#waiting.push(() => this.#fetch(tag, picture, fetch))
      queueMicrotask(() => void this.#next())
    }
    return picture.url
  }

  clear(): void {
    const all = [...this.#all.values()]
    this.#all.clear()
    this.#waiting = []
    for (const one of all) this.#drop(one)
    for (const one of all) one.changed()
  }

  #add(tag: string): Picture {
    const picture: Picture = {
      url: null,
      asked: false,
      shown: false,
      changed: () => undefined,
      subscribe: createSubscriber((update) => {
        picture.shown = true
        picture.changed = update
        return () => {
          picture.shown = false
          picture.changed = () => undefined
          if (picture.url === null && !picture.asked && this.#all.get(tag) === picture) this.#all.delete(tag)
        }
      }),
    }
    this.#all.set(tag, picture)
    return picture
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

  async #fetch(tag: string, picture: Picture, fetch: () => Promise<Blob>): Promise<void> {
    try {
      const url = URL.createObjectURL(await fetch())
      if (this.#all.get(tag) !== picture) {
        URL.revokeObjectURL(url)
        return
      }
      this.#all.delete(tag)
      this.#all.set(tag, picture) // the newest stands last
      picture.url = url
      this.#makeRoom()
      picture.changed()
    } catch {
      picture.asked = false // letters stand for it; when it is shown anew it is tried again
      if (!picture.shown && this.#all.get(tag) === picture) this.#all.delete(tag)
    }
  }

  #makeRoom(): void {
    const there = [...this.#all].filter(([, one]) => one.url !== null)
    const over = there.slice(0, Math.max(0, there.length - KEPT)).filter(([, one]) => !one.shown)
    for (const [tag, one] of over) {
      this.#all.delete(tag)
      this.#drop(one)
    }
  }

  #drop(picture: Picture): void {
    if (picture.url !== null) URL.revokeObjectURL(picture.url)
    picture.url = null
    picture.asked = false
  }
}
