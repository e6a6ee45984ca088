/** Whether the mouse has been still for a while: on the wall it is hidden then, with all that can be pressed. */
const STILL_MS = 3_000

export class Resting {
  now = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined

  /** As long as it matters. */
  follow(): () => void {
    const moved = (): void => this.#moved()
    const kinds = ['mousemove', 'pointerdown', 'keydown'] as const
    for (const kind of kinds) addEventListener(kind, moved)
    this.#moved()
    return () => {
      for (const kind of kinds) removeEventListener(kind, moved)
      clearTimeout(this.#timer)
    }
  }

  #moved(): void {
    this.now = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (this.now = true), STILL_MS)
  }
}
