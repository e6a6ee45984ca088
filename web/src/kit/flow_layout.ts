/**
 * Where the steps of a flow are drawn: layers from left to right (Sugiyama's method). Pure.
 * Ways that lead back are drawn beneath; a way over several layers has a lane of its own through them, so that it crosses no card.
 */
export interface Port { way: string; to: string; /** Of the card's top, where the way leaves it. */ y: number }
export interface Box { id: string; height: number; ports: readonly Port[] }
export interface Place { x: number; y: number; height: number }
export interface Wire { from: string; way: string; to: string; path: string; back: boolean; /** Of the way, where a step may be added. */ x: number; y: number }
export interface Layout { places: ReadonlyMap<string, Place>; wires: readonly Wire[]; width: number; height: number }

export const WIDTH = 232
const GAP_X = 76, GAP_Y = 28, MARGIN = 32, HEAD_Y = 32, LANE = 10, SWEEPS = 6, BACK_GAP = 14

interface Item { key: string; rank: number; height: number; order: number; y: number; real: boolean; ins: Link[]; outs: Link[] }
/** Between neighbouring layers; `fromY`: of the item's top. */
interface Link { from: Item; to: Item; fromY: number; toY: number }
interface Way { from: string; way: string; to: string; fromY: number; back: boolean }

export function layout(start: string, boxes: readonly Box[]): Layout {
  const byId = new Map(boxes.map((box) => [box.id, box]))
  const ways = waysOf(start, boxes, byId)
  const ranks = ranksOf(boxes, ways.filter((way) => !way.back))
  const items = new Map<string, Item>()
  boxes.forEach((box) => items.set(box.id, { key: box.id, rank: ranks.get(box.id) ?? 0, height: box.height, order: 0, y: 0, real: true, ins: [], outs: [] }))
  const lanes = ways.filter((way) => !way.back).map((way) => ({ way, items: lane(way, items) }))
  const layers = layersOf([...items.values()])
  order(layers)
  place(layers)
  return drawn(layers, items, lanes, ways.filter((way) => way.back))
}

/** All ways between boxes that exist. A way to a step that the caller came through leads back. */
function waysOf(start: string, boxes: readonly Box[], byId: ReadonlyMap<string, Box>): Way[] {
  const ways: Way[] = []
  const done = new Set<string>()
  const open = new Set<string>()
  function visit(box: Box): void {
    open.add(box.id)
    for (const port of box.ports) {
      const to = byId.get(port.to)
      if (to === undefined) continue
      ways.push({ from: box.id, way: port.way, to: to.id, fromY: port.y, back: open.has(to.id) })
      if (!open.has(to.id) && !done.has(to.id)) visit(to)
    }
    open.delete(box.id)
    done.add(box.id)
  }
  const first = byId.get(start)
  for (const box of first === undefined ? boxes : [first, ...boxes]) if (!done.has(box.id)) visit(box)
  return ways
}

/** Each step stands after all that lead to it: the longest way decides. */
function ranksOf(boxes: readonly Box[], ways: readonly Way[]): Map<string, number> {
  const ranks = new Map(boxes.map((box) => [box.id, 0]))
  for (let round = 0; round < boxes.length; round += 1) {
    let moved = false
    for (const { from, to } of ways) {
      const least = (ranks.get(from) ?? 0) + 1
      if ((ranks.get(to) ?? 0) < least) moved = ranks.set(to, least) !== undefined
    }
    if (!moved) break
  }
  return ranks
}

/** A way from layer to layer: where it passes one, it has a place there. */
function lane(way: Way, items: Map<string, Item>): Item[] {
  const from = items.get(way.from) as Item
  const to = items.get(way.to) as Item
  const passed: Item[] = [from]
  for (let rank = from.rank + 1; rank < to.rank; rank += 1) {
    const item: Item = { key: `${way.from} ${way.way} ${rank}`, rank, height: LANE, order: 0, y: 0, real: false, ins: [], outs: [] }
    items.set(item.key, item)
    passed.push(item)
  }
  passed.push(to)
  for (let at = 1; at < passed.length; at += 1) {
    const [one, other] = [passed[at - 1] as Item, passed[at] as Item]
    const link = { from: one, to: other, fromY: one.real ? way.fromY : LANE / 2, toY: other.real ? HEAD_Y : LANE / 2 }
    one.outs.push(link)
    other.ins.push(link)
  }
  return passed
}

function layersOf(items: readonly Item[]): Item[][] {
  const layers: Item[][] = []
  for (const item of items) (layers[item.rank] ??= []).push(item)
  const full = [...layers].map((layer) => layer ?? [])
  full.forEach((layer) => layer.forEach((item, at) => (item.order = at)))
  return full
}

/** Fewer crossings: each layer by where its neighbours stand, forth and back. Of several ways to a step the first counts, so that what key 1 leads to stands above what key 2 does. */
function order(layers: readonly Item[][]): void {
  const sort = (layer: Item[], wish: (item: Item) => number): void => {
    const wished = new Map(layer.map((item) => [item, wish(item)]))
    layer.sort((a, b) => (wished.get(a) ?? 0) - (wished.get(b) ?? 0) || a.order - b.order).forEach((item, at) => (item.order = at))
  }
  const mean = (values: readonly number[], otherwise: number): number => (values.length === 0 ? otherwise : values.reduce((sum, each) => sum + each, 0) / values.length)
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of layers.slice(1)) sort(layer, (item) => (item.ins.length === 0 ? item.order : Math.min(...item.ins.map((link) => link.from.order + link.fromY / 10_000))))
    if (sweep < SWEEPS - 1) for (const layer of layers.slice(0, -1).reverse()) sort(layer, (item) => mean(item.outs.map((link) => link.to.order), item.order))
  }
}

/** Each near its neighbours, none over another: wishes first, then pushed apart downwards and, as far as there is room, back up. */
function place(layers: readonly Item[][]): void {
  for (const layer of layers) apart(layer, layer.map(() => 0))
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of layers.slice(1)) apart(layer, layer.map((item) => wish(item.y, item.ins.map((link) => link.from.y + link.fromY - link.toY))))
    for (const layer of layers.slice(0, -1).reverse()) apart(layer, layer.map((item) => wish(item.y, item.outs.map((link) => link.to.y + link.toY - link.fromY))))
  }
}

function wish(now: number, wishes: readonly number[]): number {
  return wishes.length === 0 ? now : wishes.reduce((sum, each) => sum + each, 0) / wishes.length
}

function apart(layer: readonly Item[], wishes: readonly number[]): void {
  const gap = (one: Item, other: Item): number => one.height + (one.real || other.real ? GAP_Y : LANE)
  layer.forEach((item, at) => {
    const above = layer[at - 1]
    item.y = above === undefined ? (wishes[at] ?? 0) : Math.max(wishes[at] ?? 0, above.y + gap(above, item))
  })
  // What was pushed too far down takes those above it along, half the way.
  const over = layer.reduce((sum, item, at) => sum + item.y - (wishes[at] ?? 0), 0) / Math.max(1, layer.length)
  for (const item of layer) item.y -= over
}

function drawn(layers: readonly Item[][], items: ReadonlyMap<string, Item>, lanes: readonly { way: Way; items: Item[] }[], back: readonly Way[]): Layout {
  const top = Math.min(0, ...layers.flat().map((item) => item.y))
  const x = (item: Item): number => MARGIN + item.rank * (WIDTH + GAP_X)
  const y = (item: Item): number => MARGIN + Math.round(item.y - top)
  const foot = Math.max(0, ...layers.flat().map((item) => y(item) + item.height))
  const places = new Map([...items.values()].filter((item) => item.real).map((item) => [item.key, { x: x(item), y: y(item), height: item.height }]))
  const wires: Wire[] = lanes.map(({ way, items: passed }) => {
    const points = passed.flatMap((item, at) => (at === 0 ? [[x(item) + WIDTH, y(item) + way.fromY]] : at === passed.length - 1 ? [[x(item), y(item) + HEAD_Y]] : [[x(item), y(item) + LANE / 2], [x(item) + WIDTH, y(item) + LANE / 2]])) as [number, number][]
    return { from: way.from, way: way.way, to: way.to, path: curve(points), back: false, ...between(points[0], points[1]) }
  })
  back.forEach((way, at) => {
    const [from, to] = [items.get(way.from) as Item, items.get(way.to) as Item]
    const [x1, y1, x2, y2] = [x(from) + WIDTH, y(from) + way.fromY, x(to), y(to) + HEAD_Y]
    // Beneath all that stands between the two; ways back from the same place beneath each other.
    const passed = layers.slice(to.rank, from.rank + 1).flat()
    const below = Math.max(0, ...passed.map((item) => y(item) + item.height)) + GAP_Y + at * BACK_GAP
    const [right, left] = [x1 + 24 + (at % 4) * 8, x2 - 24 - (at % 4) * 8]
    const path = `M${x1} ${y1}C${right} ${y1} ${right} ${y1} ${right} ${y1 + 24}L${right} ${below - 16}Q${right} ${below} ${right - 16} ${below}L${left + 16} ${below}Q${left} ${below} ${left} ${below - 16}L${left} ${y2 + 24}C${left} ${y2} ${left} ${y2} ${x2} ${y2}`
    wires.push({ from: way.from, way: way.way, to: way.to, path, back: true, x: (left + right) / 2, y: below })
  })
  const width = MARGIN * 2 + layers.length * WIDTH + Math.max(0, layers.length - 1) * GAP_X + (back.length > 0 ? 32 : 0)
  return { places, wires, width, height: foot + MARGIN + (back.length > 0 ? GAP_Y + back.length * BACK_GAP : 0) }
}

const between = ([x1, y1]: readonly [number, number] = [0, 0], [x2, y2]: readonly [number, number] = [0, 0]): { x: number; y: number } => ({ x: (x1 + x2) / 2, y: (y1 + y2) / 2 })

/** Level where it meets a card or a lane. */
export function curve(points: readonly (readonly [number, number])[]): string {
  const [[x, y] = [0, 0], ...rest] = points
  let [atX, atY] = [x, y]
  let path = `M${x} ${y}`
  for (const [toX, toY] of rest) {
    const middle = (atX + toX) / 2
    path += atY === toY ? `L${toX} ${toY}` : `C${middle} ${atY} ${middle} ${toY} ${toX} ${toY}`
    ;[atX, atY] = [toX, toY]
  }
  return path
}
