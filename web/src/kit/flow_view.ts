/** Larger, smaller and moved: how a diagram is looked at. Pure. */
export interface Point { x: number; y: number }
export interface Size { width: number; height: number }

export const SMALLEST = 0.3
export const LARGEST = 1.6
const STEPS = [0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.2, 1.6]
const clamped = (zoom: number): number => Math.max(SMALLEST, Math.min(LARGEST, zoom))

/** The next larger (1) or smaller (-1) of the steps. */
export function stepped(zoom: number, by: 1 | -1): number {
  const next = by === 1 ? STEPS.find((one) => one > zoom + 0.01) : STEPS.findLast((one) => one < zoom - 0.01)
  return next ?? (by === 1 ? LARGEST : SMALLEST)
}

/** As a wheel or two fingers ask for it: up is larger. */
export const wheeled = (zoom: number, deltaY: number): number => clamped(zoom * Math.exp(-deltaY / 400))

/** How far to scroll so that what was beneath `at` stays there. */
export function scrolled(scroll: Point, at: Point, before: number, after: number): Point {
  const by = after / before
  return { x: (scroll.x + at.x) * by - at.x, y: (scroll.y + at.y) * by - at.y }
}

/** All of it in the pane, not larger than it is drawn, not smaller than `least`. */
export const fitting = (pane: Size, drawing: Size, least: number): number => Math.max(least, Math.min(1, pane.width / drawing.width, pane.height / drawing.height))

const EDGE = 40, FASTEST = 14
/** How far to scroll each time while something is dragged near an edge of the pane. */
export function pulled(at: Point, pane: Size): Point {
  const one = (place: number, length: number): number => (place < EDGE ? -FASTEST * Math.min(1, (EDGE - place) / EDGE) : place > length - EDGE ? FASTEST * Math.min(1, (place - length + EDGE) / EDGE) : 0)
  return { x: one(at.x, pane.width), y: one(at.y, pane.height) }
}

/** The nearest place on one side (such as [1, 0]: to the right), as an arrow key goes to it. */
export function nearest(places: ReadonlyMap<string, { x: number; y: number; height: number }>, from: string, way: readonly [number, number]): string | undefined {
  const place = places.get(from)
  if (place === undefined) return undefined
  const ahead = [...places].map(([id, other]) => {
    const [dx, dy] = [other.x - place.x, other.y + other.height / 2 - place.y - place.height / 2]
    const forth = dx * way[0] + dy * way[1]
    return { id, forth, cost: forth + 2 * Math.abs(dx * way[1] + dy * way[0]) }
  })
  return ahead.filter((one) => one.id !== from && one.forth > 4).sort((a, b) => a.cost - b.cost)[0]?.id
}
