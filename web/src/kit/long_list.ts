/** Which rows of a long list are drawn: those near the window. Rows are taken by blocks, whose heights are known once they were drawn. Pure. */

/** Rows of a block. */
export const BLOCK = 25
/** Up to so many rows, all are drawn. */
export const WHOLE = 150
/** So far above and below the window rows are drawn, and so far before the end more are asked for, in pixels. */
export const AROUND = 800

export interface Drawn {
  /** The first row, and the one after the last. */
  readonly from: number
  readonly to: number
  /** What stands for the rows above and below, in pixels. */
  readonly above: number
  readonly below: number
}

/** `heights`: of each block, in pixels; undefined where it was not drawn yet. `top`, `bottom`: of the window, from the list's top. */
export function drawnRows(count: number, heights: readonly (number | undefined)[], top: number, bottom: number): Drawn {
  if (count <= WHOLE) return { from: 0, to: count, above: 0, below: 0 }
  const blocks = Math.ceil(count / BLOCK)
  const height = usual(heights)
  const of = (block: number): number => heights[block] ?? height * (block === blocks - 1 ? (count - block * BLOCK) / BLOCK : 1)
  let first = 0
  let above = 0
  while (first < blocks - 1 && above + of(first) < top - AROUND) above += of(first++)
  let last = first
  let until = above + of(first)
  while (last < blocks - 1 && until < bottom + AROUND) until += of(++last)
  let below = 0
  for (let block = last + 1; block < blocks; block += 1) below += of(block)
  return { from: first * BLOCK, to: Math.min(count, (last + 1) * BLOCK), above, below }
}

/** Of a block that was not drawn yet: as those that were, on average. */
function usual(heights: readonly (number | undefined)[]): number {
  let sum = 0
  let known = 0
  for (const height of heights) {
    if (height === undefined) continue
    sum += height
    known += 1
  }
  return known === 0 ? BLOCK * 64 : sum / known
}
