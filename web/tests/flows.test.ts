import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { differences } from '../src/kit/flow_differences'
import { connected, freshId, inserted, outline, removed, same, withNode } from '../src/kit/flow_edits'
import { exitsOf, KIND_NAMES, KINDS, kindOf, target, waysOn, type Content, type FlowNode } from '../src/kit/flow_kinds'
import { layout, WIDTH, type Box, type Layout } from '../src/kit/flow_layout'
import { templated, TEMPLATES } from '../src/kit/flow_templates'
import { BUILT_IN } from '../src/kit/flow_words'

const NAMES: Record<string, string> = { que_1: 'Support', que_2: 'Sales', hrs_1: 'Office', prm_1: 'Welcome', usr_1: 'Anna' }
const name = (id: string): string => NAMES[id] ?? id
const menu: FlowNode = { type: 'menu', prompt: 'prm_1', choices: { 0: 'bye', 1: 'one', 2: 'two' }, timeout_s: 5, tries: 3, on_timeout: 'one', on_invalid: 'menu', invalid_prompt: null }
const FLOW: Content = {
  start: 'hours',
  nodes: {
    hours: { type: 'hours', hours_id: 'hrs_1', open: 'menu', closed: 'bye' },
    menu,
    one: { type: 'queue', queue_id: 'que_1', exits: { max_wait: 'offer' } },
    two: { type: 'queue', queue_id: 'que_2', exits: {} },
    offer: { type: 'callback', queue_id: 'que_1', prompt: 'callback-offer', digit: '1', declined: 'one' },
    bye: { type: 'hang_up', prompt: null },
  },
}

test('the table has every kind, and what a new step has is what its table says', () => {
  for (const kind of KIND_NAMES) {
    const { fresh, settings } = KINDS[kind]
    expect(fresh.type).toBe(kind)
    for (const setting of settings) expect(fresh, `${kind} ${setting.name}`).toHaveProperty(setting.name)
    for (const exit of exitsOf(fresh as FlowNode)) if (exit.optional !== true) expect(target(fresh as FlowNode, exit.way), `${kind} ${exit.way}`).toBe('')
    expect(kindOf(fresh as FlowNode).title(fresh as FlowNode, name)).not.toBe('')
  }
})

test('the words of built-in sounds are those that are spoken', () => {
  const spoken = Object.fromEntries([...readFileSync(new URL('../../ops/asterisk/sounds/make.sh', import.meta.url), 'utf8').matchAll(/^(?:say|part) ([a-z-]+) "(.+?)"/gm)].map((found) => [found[1], found[2]]))
  for (const [sound, words] of Object.entries(BUILT_IN)) expect(spoken[sound], sound).toBe(words)
})

test('keys are listed as on a telephone, then what is not a key', () => {
  expect(exitsOf(menu).map((exit) => exit.short)).toEqual(['1', '2', '0', 'nothing', 'wrong key'])
  expect(waysOn(FLOW.nodes['two'] as FlowNode)).toEqual([])
  expect(exitsOf(FLOW.nodes['two'] as FlowNode).map((exit) => exit.to)).toEqual([null, null, null, null])
})

test('a step comes between two others, and goes again', () => {
  const { content, id } = inserted(FLOW, 'hours', 'open', 'announce')
  expect([id, target(content.nodes['hours'] as FlowNode, 'open'), target(content.nodes[id] as FlowNode, 'next')]).toEqual(['announce', 'announce', 'menu'])
  expect(same(removed(content, id), FLOW)).toBe(true)
  expect(inserted(FLOW, null, 'start', 'hours').content).toMatchObject({ start: 'hours-2', nodes: { 'hours-2': { open: 'hours', closed: 'hours' } } })
  expect(FLOW.start, 'edits change nothing in place').toBe('hours')
})

test('what led to a step with several ways leads nowhere once it is gone; an exit that a queue need not have goes with it', () => {
  const without = removed(removed(FLOW, 'menu'), 'offer')
  expect(without.nodes['hours']).toMatchObject({ open: '', closed: 'bye' })
  expect(without.nodes['one']).toMatchObject({ exits: {} })
  expect(removed(FLOW, 'hours').start).toBe('')
})

test('a way of a menu or a queue is added, led elsewhere and taken away', () => {
  const led = connected(FLOW, 'menu', 'choices.9', 'two')
  expect((led.nodes['menu'] as typeof menu & { choices: object }).choices).toEqual({ 0: 'bye', 1: 'one', 2: 'two', 9: 'two' })
  expect(same(connected(led, 'menu', 'choices.9', null), FLOW)).toBe(true)
  expect(connected(FLOW, 'one', 'exits.full', 'bye').nodes['one']).toMatchObject({ exits: { max_wait: 'offer', full: 'bye' } })
})

test('ids say what a step is and are given once', () => {
  expect(freshId({}, 'hang_up')).toBe('hang-up')
  expect(freshId({ queue: menu, 'queue-2': menu }, 'queue')).toBe('queue-3')
})

test('the list has each step once in full, in the order in which a caller meets it, and what nothing leads to last', () => {
  const lost = withNode(FLOW, 'lost', { type: 'voicemail', prompt: null })
  expect(outline(lost).map((row) => `${'  '.repeat(row.depth)}${row.via}>${row.id}${row.again ? ' again' : ''}`)).toEqual([
    '>hours', '  open>menu', '    1>one', '      waited too long>offer', '      declined>one again', '    2>two', '    0>bye', '    nothing>one again', '    wrong key>menu again', '  closed>bye again', '>lost',
  ])
  expect(outline(connected(FLOW, 'hours', 'closed', '')).at(-1)).toMatchObject({ missing: true, from: 'hours', way: 'closed' })
})

test('differences are sentences', () => {
  const now: Content = {
    start: 'menu',
    nodes: { ...FLOW.nodes, menu: { ...menu, timeout_s: 8, choices: { 1: 'one', 2: 'bye' }, invalid_prompt: 'invalid-choice' }, mail: { type: 'voicemail', prompt: null }, two: { type: 'ring', agents: ['usr_1'], ring_s: 20, no_answer: '' } },
  }
  delete (now.nodes as Record<string, FlowNode>)['hours']
  expect(differences(FLOW, now, name).map((one) => one.text)).toEqual([
    'Calls begin with Menu; it was Opening hours Office.',
    'Menu: waits for a key is 8 seconds, was 5 seconds.',
    'Menu: said after a wrong key is “invalid-choice”, was nothing.',
    'Menu: key 2 leads to Hang up, led to Queue Sales.',
    'Menu: key 0 is removed, led to Hang up.',
    'Queue Sales is replaced by Ring Anna.',
    'Voicemail is added.',
    'Opening hours Office is removed.',
  ])
  expect(differences(FLOW, structuredClone(FLOW) as Content, name)).toEqual([])
})

test('templates lead from their start to every step, with what was chosen', () => {
  for (const { name: template } of TEMPLATES) {
    const { start, nodes } = templated(template, ['que_1', 'que_2'], 'hrs_1')
    const rows = outline({ start, nodes })
    if (template !== 'empty') expect(rows.some((row) => row.missing || row.way === 'lost'), template).toBe(false)
  }
  expect(templated('menu', ['que_1', 'que_2'], '').nodes['menu']).toMatchObject({ choices: { 1: 'queue', 2: 'queue-2' } })
  expect(Object.keys((templated('menu', Array.from({ length: 20 }, (_, at) => `que_${at}`), '').nodes['menu'] as { choices: object }).choices)).toHaveLength(9)
})

/** Cards that lie over each other. */
const overlaps = ({ places }: Layout): string[] => {
  const all = [...places]
  return all.flatMap(([one, a], at) => all.slice(at + 1).filter(([, b]) => Math.abs(a.x - b.x) < WIDTH && a.y < b.y + b.height && b.y < a.y + a.height).map(([other]) => `${one} ${other}`))
}
const boxesOf = ({ nodes }: Content): Box[] => Object.entries(nodes).map(([id, node]) => ({ id, height: 64 + waysOn(node).length * 30, ports: waysOn(node).map((exit, at) => ({ way: exit.way, to: exit.to ?? '', y: 70 + at * 30 })) }))

test('a flow is drawn from left to right, no card over another, ways back drawn as such', () => {
  const drawing = layout(FLOW.start, boxesOf(FLOW))
  const x = (id: string): number => drawing.places.get(id)?.x ?? NaN
  expect([x('hours') < x('menu'), x('menu') < x('one'), x('one') < x('offer')]).toEqual([true, true, true])
  expect(overlaps(drawing)).toEqual([])
  expect(drawing.wires.filter((wire) => wire.back).map((wire) => `${wire.from} ${wire.way}`).sort()).toEqual(['menu on_invalid', 'offer declined'])
  expect(drawing.wires).toHaveLength(9)
  const y = (id: string): number => drawing.places.get(id)?.y ?? NaN
  expect(y('one') < y('two') && y('two') < y('bye'), 'what key 1 leads to stands first').toBe(true)
  expect(layout(FLOW.start, boxesOf(FLOW))).toEqual(drawing)
})

test('a way over several layers keeps clear of the cards between', () => {
  const chain = (id: string, next: string): Box => ({ id, height: 64, ports: next === '' ? [] : [{ way: 'next', to: next, y: 32 }] })
  const boxes = [{ id: 'a', height: 124, ports: [{ way: 'x', to: 'b', y: 80 }, { way: 'y', to: 'd', y: 110 }] }, chain('b', 'c'), chain('c', 'd'), chain('d', '')]
  const drawing = layout('a', boxes)
  const long = drawing.wires.find((wire) => wire.way === 'y')
  const levels = [...(long?.path ?? '').matchAll(/L(\d+) (\d+)/g)].map((found) => Number(found[2]))
  expect(levels, 'past b, between the two, past c').toHaveLength(3)
  for (const [at, id] of [[0, 'b'], [2, 'c']] as const) {
    const [place, y] = [drawing.places.get(id), levels[at] ?? NaN]
    expect(place !== undefined && (y < place.y || y > place.y + place.height), id).toBe(true)
  }
})

test('every flow of up to 200 steps is drawn without overlaps, and quickly', () => {
  let seed = 7
  const random = (below: number): number => (seed = (seed * 16807) % 2147483647) % below
  for (const size of [0, 1, 12, 60, 200]) {
    const ids = Array.from({ length: size }, (_, at) => `n${at}`)
    const boxes = ids.map((id): Box => ({ id, height: 64 + random(6) * 30, ports: Array.from({ length: 1 + random(4) }, (_, at) => ({ way: `w${at}`, to: `n${random(size + 2)}`, y: 32 + at })) }))
    const since = performance.now()
    const drawing = layout('n0', boxes)
    expect(performance.now() - since).toBeLessThan(3_000)
    expect([drawing.places.size, overlaps(drawing)]).toEqual([size, []])
    for (const { x, y, height } of drawing.places.values()) expect(x >= 0 && y >= 0 && x + WIDTH <= drawing.width && y + height <= drawing.height).toBe(true)
  }
})
