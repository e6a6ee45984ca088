/**
 * What is dragged in the diagram of a flow, from the press to the drop. It knows no elements: the diagram says what is
 * beneath the pointer, and gets what the drop does.
 */
import { dropped, type Dragged, type Drop, type Under } from '../kit/flow_drops'
import type { Content } from '../kit/flow_kinds'
import type { Point } from '../kit/flow_view'

/** A press becomes a drag once the pointer is this far away, in CSS pixels of the screen. */
const FAR = 5

export class FlowDrag {
  /** What is dragged; null: nothing is. */
  what = $state.raw<Dragged | null>(null)
  /** Where the pointer is, in the drawing. */
  at = $state.raw<Point>({ x: 0, y: 0 })
  under = $state.raw<Under>({ what: 'space' })
  #pressed: { what: Dragged; at: Point } | null = null

  constructor(readonly content: () => Content) {}

  /** What a drop here does; null while nothing is dragged. */
  get drop(): Drop | null {
    return this.what === null ? null : dropped(this.content(), this.what, this.under)
  }

  /** `screen`: where the pointer is on the screen. */
  press(what: Dragged, screen: Point): void {
    this.cancel()
    this.#pressed = { what, at: screen }
  }

  /** True while something is dragged. `at`, `under`: in the drawing, asked for only then. */
  move(screen: Point, look: (dragged: Dragged) => { at: Point; under: Under }): boolean {
    const pressed = this.#pressed
    if (pressed !== null && Math.hypot(screen.x - pressed.at.x, screen.y - pressed.at.y) >= FAR) {
      this.#pressed = null
      this.what = pressed.what
    }
    if (this.what === null) return false
    const { at, under } = look(this.what)
    this.at = at
    this.under = under
    return true
  }

  /** What was dragged where, and what it does; null: nothing was dragged, and the press was a click. */
  release(): { what: Dragged; under: Under; at: Point; drop: Drop } | null {
    const { what, under, at, drop } = this
    this.cancel()
    return what === null || drop === null ? null : { what, under, at, drop }
  }

  cancel(): void {
    this.what = null
    this.#pressed = null
    this.under = { what: 'space' }
  }
}
