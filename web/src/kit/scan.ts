/**
 * A sheet of paper in a photograph: where its corners are, and what it looks like from straight above, evenly lit. Pure.
 *
 * The paper is taken for the largest bright region (Otsu, 1979). Its outline is reduced to four corners by leaving out the corner that matters
 * least (Visvalingam and Whyatt, 1993), and each side is fitted to the points beside it. The way from the page to the photograph is a homography
 * of four points (Hartley and Zisserman, Multiple View Geometry, 4.1).
 */
export interface Point { x: number; y: number }
/** Upper left, upper right, lower right, lower left, from 0 to 1 of the picture's width and height. */
export type Corners = readonly [Point, Point, Point, Point]
/** RGBA. */
export interface Picture { width: number; height: number; data: Uint8ClampedArray }
export type Look = 'colour' | 'grey' | 'plain'

/** Where nothing was found: a little inside the edges. */
export const NOT_FOUND: Corners = [{ x: 0.06, y: 0.06 }, { x: 0.94, y: 0.06 }, { x: 0.94, y: 0.94 }, { x: 0.06, y: 0.94 }]
/** Of the picture: what is smaller is not the page, what is larger has no edge. */
const AREA = [0.12, 0.985] as const
/** How much of the four-cornered shape the region fills, at least. */
const FILLED = 0.8

export function luminance(picture: Picture): Float32Array {
  const found = new Float32Array(picture.width * picture.height)
  for (let n = 0, at = 0; n < found.length; n++, at += 4) found[n] = 0.299 * (picture.data[at] ?? 0) + 0.587 * (picture.data[at + 1] ?? 0) + 0.114 * (picture.data[at + 2] ?? 0)
  return found
}

/** Each the mean of the 25 around it, so that letters and grains do not tear the page apart. */
function blurred(grey: Float32Array, width: number, height: number): Float32Array {
  const along = (from: Float32Array, step: number, count: number, lines: number, next: number): Float32Array => {
    const to = new Float32Array(from.length)
    for (let line = 0; line < lines; line++) {
      for (let n = 0; n < count; n++) {
        let sum = 0
        for (let by = -2; by <= 2; by++) sum += from[line * next + Math.min(count - 1, Math.max(0, n + by)) * step] as number
        to[line * next + n * step] = sum / 5
      }
    }
    return to
  }
  return along(along(grey, 1, width, height, width), width, height, width, 1)
}

/** The brightness that parts light from dark best. */
export function otsu(grey: Float32Array): number {
  const counts = new Float64Array(256)
  for (const one of grey) counts[Math.min(255, Math.max(0, Math.round(one)))]! += 1
  const all = counts.reduce((sum, count, value) => sum + count * value, 0)
  let [below, sumBelow, best, threshold] = [0, 0, -1, 128]
  for (let value = 0; value < 255; value++) {
    below += counts[value] as number
    sumBelow += value * (counts[value] as number)
    const above = grey.length - below
    if (below === 0 || above === 0) continue
    const between = below * above * (sumBelow / below - (all - sumBelow) / above) ** 2
    if (between > best) [best, threshold] = [between, value + 0.5]
  }
  return threshold
}

/** The points of the largest connected region that is brighter, by their places. */
function largestBright(grey: Float32Array, width: number, threshold: number): number[] {
  const seen = new Uint8Array(grey.length)
  let best: number[] = []
  for (let start = 0; start < grey.length; start++) {
    if (seen[start] || (grey[start] as number) <= threshold) continue
    const region = [start]
    seen[start] = 1
    for (let n = 0; n < region.length; n++) {
      const at = region[n] as number
      const x = at % width
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (next < 0 || next >= grey.length || seen[next] || (grey[next] as number) <= threshold) continue
        seen[next] = 1
        region.push(next)
      }
    }
    if (region.length > best.length) best = region
  }
  return best
}

const cross = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)

/** The convex hull, clockwise as it is seen. Source: Andrew, 1979. */
export function hull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  const half = (all: readonly Point[]): Point[] => {
    const chain: Point[] = []
    for (const one of all) {
      while (chain.length > 1 && cross(chain.at(-2) as Point, chain.at(-1) as Point, one) <= 0) chain.pop()
      chain.push(one)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

export function area(shape: readonly Point[]): number {
  return Math.abs(shape.reduce((sum, one, n) => sum + one.x * (shape[(n + 1) % shape.length] as Point).y - one.y * (shape[(n + 1) % shape.length] as Point).x, 0)) / 2
}

function fourOf(outline: readonly Point[]): Point[] {
  const left = [...outline]
  const matters = (n: number): number => Math.abs(cross(left[n] as Point, left[(n + left.length - 1) % left.length] as Point, left[(n + 1) % left.length] as Point))
  while (left.length > 4) {
    let least = 0
    for (let n = 1; n < left.length; n++) if (matters(n) < matters(least)) least = n
    left.splice(least, 1)
  }
  return left
}

/** A line through the points beside a side, as a x + b y = c; the side itself where there are too few. */
function sideOf(from: Point, to: Point, outline: readonly Point[]): readonly [number, number, number] {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const beside = outline.filter((one) => {
    const along = ((one.x - from.x) * (to.x - from.x) + (one.y - from.y) * (to.y - from.y)) / length ** 2
    return along > 0.1 && along < 0.9 && Math.abs(cross(from, to, one)) / length < Math.max(3, length * 0.02)
  })
  const points = beside.length < 5 ? [from, to] : beside
  const [mx, my] = [points.reduce((sum, one) => sum + one.x, 0) / points.length, points.reduce((sum, one) => sum + one.y, 0) / points.length]
  let [xx, xy, yy] = [0, 0, 0]
  for (const one of points) {
    xx += (one.x - mx) ** 2
    xy += (one.x - mx) * (one.y - my)
    yy += (one.y - my) ** 2
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2
  const [a, b] = [-Math.sin(angle), Math.cos(angle)]
  return [a, b, a * mx + b * my]
}

function meeting(one: readonly [number, number, number], other: readonly [number, number, number], otherwise: Point): Point {
  const by = one[0] * other[1] - other[0] * one[1]
  if (Math.abs(by) < 0.05) return otherwise
  return { x: (one[2] * other[1] - other[2] * one[1]) / by, y: (one[0] * other[2] - other[0] * one[2]) / by }
}

/** From the upper left on, clockwise. */
export function ordered(corners: readonly Point[]): Corners {
  const first = corners.reduce((best, one, n) => (one.x + one.y < (corners[best] as Point).x + (corners[best] as Point).y ? n : best), 0)
  return [0, 1, 2, 3].map((n) => corners[(first + n) % 4]) as unknown as Corners
}

/** The corners of a page in a picture, of some hundred pixels on each side; null: there is none to be seen. */
export function findCorners(picture: Picture): Corners | null {
  const { width, height } = picture
  const grey = blurred(luminance(picture), width, height)
  const region = largestBright(grey, width, otsu(grey))
  const share = region.length / grey.length
  if (share < AREA[0] || share > AREA[1]) return null
  const inside = new Set(region)
  const edge = region.filter((at) => at % width === 0 || at % width === width - 1 || !inside.has(at - 1) || !inside.has(at + 1) || !inside.has(at - width) || !inside.has(at + width))
  const outline = edge.map((at) => ({ x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 }))
  const four = fourOf(hull(outline))
  if (four.length < 4 || region.length / area(four) < FILLED) return null
  const sides = four.map((one, n) => sideOf(one, four[(n + 1) % 4] as Point, outline))
  const met = four.map((one, n) => meeting(sides[(n + 3) % 4] as never, sides[n] as never, one))
  return ordered(met.map((one) => ({ x: Math.min(1, Math.max(0, one.x / width)), y: Math.min(1, Math.max(0, one.y / height)) })))
}

/** Whether four corners are a shape that a page can have: none pressed into another, and none crossed over. */
export function isUsable(corners: Corners): boolean {
  return corners.every((one, n) => cross(one, corners[(n + 1) % 4] as Point, corners[(n + 2) % 4] as Point) > 0.002)
}

const LONGEST = 2200

/** How large the page becomes: as long as its longest sides in the photograph, with `LONGEST` pixels at most. */
export function sizeOf(corners: Corners, width: number, height: number): { width: number; height: number } {
  const [a, b, c, d] = corners
  const length = (one: Point, other: Point): number => Math.hypot((one.x - other.x) * width, (one.y - other.y) * height)
  const [wide, high] = [Math.max(length(a, b), length(d, c)), Math.max(length(a, d), length(b, c))]
  const scale = Math.min(1, LONGEST / Math.max(wide, high))
  return { width: Math.max(1, Math.round(wide * scale)), height: Math.max(1, Math.round(high * scale)) }
}

/** The nine numbers that lead from the unit square to four points. */
export function homography([a, b, c, d]: Corners): readonly number[] {
  const [dx1, dx2, sx] = [b.x - c.x, d.x - c.x, a.x - b.x + c.x - d.x]
  const [dy1, dy2, sy] = [b.y - c.y, d.y - c.y, a.y - b.y + c.y - d.y]
  const by = dx1 * dy2 - dx2 * dy1
  const [g, h] = [(sx * dy2 - dx2 * sy) / by, (dx1 * sy - sx * dy1) / by]
  return [b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x, b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y, g, h, 1]
}

/** The page from straight above, each pixel from the four around where it is in the photograph. */
export function flattened(from: Picture, corners: Corners): Picture {
  const { width, height } = sizeOf(corners, from.width, from.height)
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = homography(corners) as [number, number, number, number, number, number, number, number, number]
  const to = new Uint8ClampedArray(width * height * 4)
  for (let y = 0, at = 0; y < height; y++) {
    const v = (y + 0.5) / height
    for (let x = 0; x < width; x++, at += 4) {
      const u = (x + 0.5) / width
      const w = m6 * u + m7 * v + m8
      const px = Math.min(from.width - 1.001, Math.max(0, ((m0 * u + m1 * v + m2) / w) * from.width - 0.5))
      const py = Math.min(from.height - 1.001, Math.max(0, ((m3 * u + m4 * v + m5) / w) * from.height - 0.5))
      const [x0, y0] = [Math.floor(px), Math.floor(py)]
      const [fx, fy, place] = [px - x0, py - y0, (y0 * from.width + x0) * 4]
      const below = place + from.width * 4
      for (let n = 0; n < 3; n++) {
        const upper = (from.data[place + n] as number) * (1 - fx) + (from.data[place + 4 + n] as number) * fx
        const lower = (from.data[below + n] as number) * (1 - fx) + (from.data[below + 4 + n] as number) * fx
        to[at + n] = upper * (1 - fy) + lower * fy
      }
      to[at + 3] = 255
    }
  }
  return { width, height, data: to }
}

const BLOCKS = 24

/** How bright the paper is in each of some hundred blocks: of ten pixels the ninth. Dark blocks, pictures say, are taken for as bright as those around them at least by half. */
function paper(grey: Float32Array, width: number, height: number): { light: Float32Array; across: number; down: number } {
  const across = Math.min(BLOCKS, width)
  const down = Math.min(BLOCKS, height)
  const light = new Float32Array(across * down)
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const seen: number[] = []
      const [right, bottom] = [Math.ceil(((column + 1) * width) / across), Math.ceil(((row + 1) * height) / down)]
      for (let y = Math.floor((row * height) / down); y < bottom; y += 2) for (let x = Math.floor((column * width) / across); x < right; x += 2) seen.push(grey[y * width + x] as number)
      seen.sort((a, b) => a - b)
      light[row * across + column] = seen[Math.floor(seen.length * 0.9)] as number
    }
  }
  const usual = [...light].sort((a, b) => a - b)[Math.floor(light.length / 2)] as number
  return { light: light.map((one) => Math.max(one, usual * 0.55, 1)), across, down }
}

/** Evenly lit: paper becomes white, ink dark. `grey` leaves the colours out, `plain` changes nothing. */
export function improved(from: Picture, look: Look): Picture {
  if (look === 'plain') return from
  const { width, height } = from
  const grey = luminance(from)
  const { light, across, down } = paper(grey, width, height)
  const data = new Uint8ClampedArray(from.data.length)
  for (let y = 0, at = 0, n = 0; y < height; y++) {
    const row = Math.min(down - 1, Math.max(0, ((y + 0.5) * down) / height - 0.5))
    const [r0, r1, fr] = [Math.floor(row), Math.min(down - 1, Math.floor(row) + 1), row - Math.floor(row)]
    for (let x = 0; x < width; x++, at += 4, n++) {
      const column = Math.min(across - 1, Math.max(0, ((x + 0.5) * across) / width - 0.5))
      const [c0, c1, fc] = [Math.floor(column), Math.min(across - 1, Math.floor(column) + 1), column - Math.floor(column)]
      const upper = (light[r0 * across + c0] as number) * (1 - fc) + (light[r0 * across + c1] as number) * fc
      const lower = (light[r1 * across + c0] as number) * (1 - fc) + (light[r1 * across + c1] as number) * fc
      const white = upper * (1 - fr) + lower * fr
      for (let channel = 0; channel < 3; channel++) {
        const share = (look === 'grey' ? (grey[n] as number) : (from.data[at + channel] as number)) / white
        data[at + channel] = 255 * Math.min(1, Math.max(0, (share - 0.12) / 0.82))
      }
      data[at + 3] = 255
    }
  }
  return { width, height, data }
}
