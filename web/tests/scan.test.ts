import { expect, test } from 'vitest'
import { pdfOf } from '../src/kit/pdf'
import { area, findCorners, flattened, homography, hull, improved, isUsable, NOT_FOUND, ordered, sizeOf, type Corners, type Picture, type Point } from '../src/kit/scan'

const corners = (...points: readonly (readonly [number, number])[]): Corners => points.map(([x, y]) => ({ x, y })) as unknown as Corners
const QUADS = {
  straight: corners([0.1, 0.12], [0.9, 0.12], [0.9, 0.9], [0.1, 0.9]),
  leaning: corners([0.25, 0.08], [0.93, 0.2], [0.8, 0.93], [0.08, 0.75]),
  'from below': corners([0.3, 0.15], [0.7, 0.15], [0.95, 0.9], [0.05, 0.9]),
}

function within({ x, y }: Point, shape: Corners): boolean {
  return shape.every((one, n) => {
    const next = shape[(n + 1) % 4] as Point
    return (next.x - one.x) * (y - one.y) - (next.y - one.y) * (x - one.x) > 0
  })
}

/** Paper that gets darker to the right, with lines of print, on a dark table with grains. The upper left quarter of the page is red in its middle. */
function photograph(shape: Corners, { width = 320, height = 400, table = 60, fold = 0 } = {}): Picture {
  const data = new Uint8ClampedArray(width * height * 4)
  const [a, b, c, d, e, f, g, h, i] = homography(shape) as number[] as [number, number, number, number, number, number, number, number, number]
  // The inverse, by cofactors: from the photograph to the page.
  const inverse = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f, d * h - e * g, b * g - a * h, a * e - b * d] as const
  let seed = 1
  const grain = (): number => ((seed = (seed * 48271) % 2147483647) % 21) - 10
  for (let n = 0; n < width * height; n++) {
    const [x, y] = [((n % width) + 0.5) / width, (Math.floor(n / width) + 0.5) / height]
    let colour: readonly number[] = [table, table, table]
    if (within({ x, y }, shape)) {
      const w = inverse[6] * x + inverse[7] * y + inverse[8]
      const [u, v] = [(inverse[0] * x + inverse[1] * y + inverse[2]) / w, (inverse[3] * x + inverse[4] * y + inverse[5]) / w]
      const light = u + v < fold ? table : 235 - 90 * x
      const red = Math.hypot(u - 0.25, v - 0.25) < 0.08
      const print = v > 0.5 && v < 0.9 && Math.floor(v * 60) % 3 === 0 && u > 0.1 && u < 0.9
      colour = red ? [light, light * 0.15, light * 0.15] : print ? [light * 0.2, light * 0.2, light * 0.2] : [light, light, light]
    }
    const by = grain()
    for (let channel = 0; channel < 3; channel++) data[n * 4 + channel] = (colour[channel] as number) + by
    data[n * 4 + 3] = 255
  }
  return { width, height, data }
}

const pixel = ({ width, height, data }: Picture, u: number, v: number): number[] => {
  const at = (Math.floor(v * height) * width + Math.floor(u * width)) * 4
  return [...data.slice(at, at + 3)]
}

test.each(Object.entries(QUADS))('the corners of a page are found: %s', (_, shape) => {
  const found = findCorners(photograph(shape))
  expect(found).not.toBeNull()
  found?.forEach((one, n) => expect(Math.hypot(one.x - (shape[n] as Point).x, one.y - (shape[n] as Point).y)).toBeLessThan(0.012))
})

test('a corner that is folded over is found where it would be', () => {
  const shape = QUADS.straight
  const found = findCorners(photograph(shape, { width: 480, height: 600, fold: 0.06 }))
  expect(found).not.toBeNull()
  expect(Math.hypot((found?.[0].x ?? 0) - 0.1, (found?.[0].y ?? 0) - 0.12)).toBeLessThan(0.008)
})

test('where no page is to be seen none is made up', () => {
  const plain: Picture = { width: 200, height: 200, data: new Uint8ClampedArray(200 * 200 * 4).fill(120) }
  expect(findCorners(plain)).toBeNull()
  expect(findCorners(photograph(corners([0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6])))).toBeNull()
  const bent = photograph(QUADS.straight)
  for (let y = 0; y < 260; y++) for (let x = 100; x < 320; x++) bent.data.fill(40, (y * 320 + x) * 4, (y * 320 + x) * 4 + 3)
  expect(findCorners(bent)).toBeNull()
})

test('four points lead to four points', () => {
  for (const shape of Object.values(QUADS)) {
    const m = homography(shape) as number[]
    ;[[0, 0], [1, 0], [1, 1], [0, 1]].forEach(([u, v], n) => {
      const [x, y, w] = [0, 3, 6].map((row) => (m[row] as number) * (u as number) + (m[row + 1] as number) * (v as number) + (m[row + 2] as number)) as [number, number, number]
      expect(x / w).toBeCloseTo((shape[n] as Point).x, 9)
      expect(y / w).toBeCloseTo((shape[n] as Point).y, 9)
    })
  }
})

test.each(Object.entries(QUADS))('the page is seen from straight above: %s', (_, shape) => {
  const page = flattened(photograph(shape), shape)
  const [red, green] = pixel(page, 0.25, 0.25) as [number, number]
  expect(red).toBeGreaterThan(120)
  expect(green).toBeLessThan(80)
  for (const [u, v] of [[0.75, 0.25], [0.03, 0.03], [0.97, 0.03], [0.97, 0.97], [0.03, 0.97]] as const) expect(Math.min(...pixel(page, u, v))).toBeGreaterThan(110)
})

test('paper becomes white in light and shade, and print dark; grey has no colours and plain is as it was', () => {
  const page = flattened(photograph(QUADS.straight), QUADS.straight)
  const [coloured, grey] = [improved(page, 'colour'), improved(page, 'grey')]
  for (const u of [0.05, 0.5, 0.95]) expect(Math.min(...pixel(coloured, u, 0.1))).toBeGreaterThan(225)
  expect(Math.max(...pixel(coloured, 0.5, 51.5 / 60))).toBeLessThan(90)
  const [red, green] = pixel(coloured, 0.25, 0.25) as [number, number]
  expect(red - green).toBeGreaterThan(120)
  expect(new Set(pixel(grey, 0.25, 0.25)).size).toBe(1)
  expect(improved(page, 'plain')).toBe(page)
})

test('a page is as large as its longest sides, and not too large', () => {
  expect(sizeOf(QUADS.straight, 1000, 1000)).toEqual({ width: 800, height: 780 })
  expect(Math.max(...Object.values(sizeOf(QUADS.straight, 9000, 4000)))).toBe(2200)
})

test('corners that cross or press into one another are no page', () => {
  expect(isUsable(NOT_FOUND)).toBe(true)
  const [a, b, c, d] = NOT_FOUND
  expect(isUsable([b, a, c, d])).toBe(false)
  expect(isUsable([a, b, { x: 0.3, y: 0.3 }, d])).toBe(false)
})

test('shapes: hull, area, order', () => {
  const square = [{ x: 0, y: 0 }, { x: 4, y: 0 }, { x: 4, y: 4 }, { x: 0, y: 4 }]
  expect(hull([...square, { x: 2, y: 2 }, { x: 2, y: 0 }]).length).toBe(4)
  expect(area(square)).toBe(16)
  expect(ordered([square[2], square[3], square[0], square[1]] as Point[])).toEqual(square)
})

test('a PDF has a page for each picture, at the places that its table says, and nothing else', () => {
  const jpeg = (n: number): Uint8Array => new Uint8Array([0xff, 0xd8, n, 0x0a, 0x80, 0xff, 0xd9])
  const made = pdfOf([{ jpeg: jpeg(1), width: 100, height: 200 }, { jpeg: jpeg(2), width: 300, height: 100 }])
  const text = new TextDecoder('latin1').decode(made)
  expect(text.startsWith('%PDF-1.4')).toBe(true)
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
  const rows = text.slice(table).split('\n').slice(2).filter((row) => /^\d{10} \d{5} [nf] $/.test(row))
  expect(rows.length).toBe(9)
  rows.slice(1).forEach((row, n) => expect(text.slice(Number(row.slice(0, 10))).startsWith(`${n + 1} 0 obj\n`), row).toBe(true))
  expect(text).toContain('/MediaBox [0 0 420.95 841.89]')
  expect(text).toContain('/MediaBox [0 0 841.89 280.63]')
  expect([...text.matchAll(/\/Length (\d+) >>\nstream\n/g)].map((one) => text.slice(one.index + one[0].length + Number(one[1])).startsWith('\nendstream'))).toEqual([true, true, true, true])
  expect(text).not.toMatch(/Info|Author|Date|Producer/)
})
