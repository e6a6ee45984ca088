/** What people look like: users who have a picture, and the pictures of users and of people of the address book, once they are shown. */
import { api } from '../links/api'
import { ShownPictures } from './shown_pictures.svelte'

const AGAIN_MS = 5 * 60_000

class Pictures {
  #tags = $state.raw<Readonly<Record<string, string>>>({})
  #shown = new ShownPictures()
  #timer: ReturnType<typeof setInterval> | undefined

  start(): void {
    void this.load()
    this.#timer = setInterval(() => void this.load(), AGAIN_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#shown.clear()
    this.#tags = {}
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
    return userId == null || tag === undefined ? null : this.#shown.of(tag, () => api.picture(userId))
  }

  /** Of a person of the address book; `picture`: which one. */
  ofPerson(person: { readonly id: string; readonly picture: string | null }): string | null {
    return person.picture === null ? null : this.#shown.of(person.picture, () => api.contactPicture(person.id))
  }
}

export const pictures = new Pictures()
