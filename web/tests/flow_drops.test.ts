/** What may be dropped where in the diagram of a flow, and how it is looked at. */
import { expect, test } from 'vitest'
import { added, dropped, freeWays, leadsTo, led, moved, placesOf, placeWord, START, wayWord, type Drop } from '../src/kit/flow_drops'
import { same } from '../src/kit/flow_edits'
import type { Content, FlowNode } from '../src/kit/flow_kinds'
import { fitting, nearest, pulled, scrolled, SMALLEST, LARGEST, stepped, wheeled } from '../src/kit/flow_view'
import { FlowDrag } from '../src/rooms/flow_drag.svelte'

const name = (id: string): string => ({ que_1: 'Support', que_2: 'Sales', prm_1: 'Welcome' })[id] ?? id
const FLOW: Content = {
  start: 'hello',
  nodes: {
    hello: { type: 'announce', prompt: 'prm_1', next: 'menu' },
    menu: { type: 'menu', prompt: 'prm_1', choices: { 1: 'one', 2: '' }, timeout_s: 5, tries: 3, on_timeout: 'one', on_invalid: 'menu', invalid_prompt: null },
    one: { type: 'queue', queue_id: 'que_1', exits: { nobody: 'sorry' } },
    sorry: { type: 'announce', prompt: 'sorry', next: 'bye' },
    bye: { type: 'hang_up', prompt: null },
    offer: { type: 'callback', queue_id: 'que_2', prompt: 'callback-offer', digit: '1', declined: '' },
  },
}
const why = (drop: Drop): string | null => (drop.allowed ? null : drop.why)
const after = (drop: Drop): Content => {
  if (!drop.allowed || drop.content === null) throw new Error(why(drop) ?? 'asks first')
  return drop.content
}

test('the end of a connection is dropped on a step', () => {
  expect(leadsTo(after(led(FLOW, { from: 'menu', way: 'choices.2' }, 'bye')), { from: 'menu', way: 'choices.2' })).toBe('bye')
  expect(after(dropped(FLOW, { what: 'way', ...START }, { what: 'step', id: 'menu' })).start).toBe('menu')
  expect(after(led(FLOW, { from: 'menu', way: 'choices.1' }, 'menu')).nodes['menu'], 'a key may say the menu again').toMatchObject({ choices: { 1: 'menu' } })
  expect(FLOW.start, 'nothing is changed in place').toBe('hello')
})

test('a drop that is not allowed says why', () => {
  expect(why(led(FLOW, { from: 'hello', way: 'next' }, 'menu'))).toBe('It leads there already.')
  expect(why(led(FLOW, { from: 'sorry', way: 'next' }, 'sorry'))).toBe('A step cannot follow itself.')
  expect(why(led(FLOW, { from: 'sorry', way: 'next' }, 'gone'))).toBe('This step is gone.')
  expect(why(dropped(FLOW, { what: 'way', ...START }, { what: 'way', from: 'hello', way: 'next' }))).toBe('Drop it on a step.')
  expect(why(dropped(FLOW, { what: 'step', id: 'hello' }, { what: 'step', id: 'menu' }))).toBe('Drop it on a connection, not on a step.')
  expect(why(dropped(FLOW, { what: 'step', id: 'hello' }, { what: 'space' }))).toContain('arranges itself')
  const full: Content = { start: '', nodes: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`n${at}`, { type: 'voicemail', prompt: null } as FlowNode])) }
  expect(why(dropped(full, { what: 'way', ...START }, { what: 'space' }))).toBe('A flow has at most 200 steps.')
})

test('a circle that a caller who does nothing would never leave is not drawn; one over keys or the longest wait is', () => {
  expect(why(led(FLOW, { from: 'sorry', way: 'next' }, 'one')), 'no agent, sorry, no agent …').toBe('A caller who does nothing would go round for ever.')
  expect(why(led(FLOW, { from: 'sorry', way: 'next' }, 'hello')), 'over “nothing pressed” too').toBe('A caller who does nothing would go round for ever.')
  expect(led(FLOW, { from: 'one', way: 'exits.max_wait' }, 'hello').allowed).toBe(true)
  expect(led(FLOW, { from: 'menu', way: 'on_invalid' }, 'hello').allowed).toBe(true)
})

test('on empty space a new step is asked for, and of a free way which one it is', () => {
  expect(dropped(FLOW, { what: 'way', from: 'hello', way: 'next' }, { what: 'space' })).toEqual({ allowed: true, content: null })
  expect(dropped(FLOW, { what: 'free', from: 'menu' }, { what: 'step', id: 'bye' })).toEqual({ allowed: true, content: null })
  expect(freeWays(FLOW.nodes['menu'] as FlowNode).map((exit) => exit.short)).toEqual(['3', '4', '5', '6', '7', '8', '9', '0', '*', '#'])
  expect(freeWays(FLOW.nodes['one'] as FlowNode).map((exit) => exit.way)).toEqual(['exits.max_wait', 'exits.full', 'exits.closed'])
  expect(freeWays(FLOW.nodes['hello'] as FlowNode)).toEqual([])
})

test('a step with one way on is moved into another connection: both ends are mended', () => {
  const now = after(moved(FLOW, 'hello', { from: 'one', way: 'exits.nobody' }))
  expect(now.start, 'what led to it leads on').toBe('menu')
  expect(now.nodes).toMatchObject({ one: { exits: { nobody: 'hello' } }, hello: { next: 'sorry' }, sorry: { next: 'bye' } })
  const back = after(moved(now, 'hello', START))
  expect(same(back, FLOW)).toBe(true)
  expect(after(moved(FLOW, 'sorry', { from: 'menu', way: 'choices.2' })).nodes, 'into a way that leads nowhere yet').toMatchObject({ menu: { choices: { 2: 'sorry' } }, sorry: { next: '' }, one: { exits: { nobody: 'bye' } } })
})

test('what cannot be moved says why, and places are those where it can', () => {
  expect(why(moved(FLOW, 'bye', START))).toContain('The call ends with this step')
  expect(why(moved(FLOW, 'menu', START))).toContain('several ways on')
  expect(why(moved(FLOW, 'one', START))).toContain('several ways on')
  expect(why(moved(FLOW, 'hello', START))).toBe('It stands there already.')
  expect(why(moved(FLOW, 'hello', { from: 'hello', way: 'next' }))).toBe('It stands there already.')
  expect(placesOf(FLOW, 'sorry').map((on) => placeWord(FLOW, on, name))).toEqual([
    'At the beginning', 'After “Welcome”', 'After Menu, key 1', 'After Menu, key 2', 'After Menu, if nothing is pressed', 'After Menu, after wrong keys', 'After Callback offer',
  ])
  expect(placesOf(FLOW, 'menu')).toEqual([])
  expect(wayWord(FLOW, START, name)).toBe('Where calls begin')
})

test('a step that is added by hand comes after the chosen one where that leads nowhere, else apart', () => {
  expect(added(FLOW, 'menu', 'voicemail').content.nodes).toMatchObject({ menu: { choices: { 1: 'one', 2: 'voicemail' } } })
  const apart = added(FLOW, 'hello', 'voicemail')
  expect([apart.id, apart.content.start, apart.content.nodes['hello']]).toEqual(['voicemail', 'hello', FLOW.nodes['hello']])
  expect(added({ start: '', nodes: {} }, null, 'queue').content.start).toBe('queue')
})

test('a press is a click until the pointer has gone some way, and Escape lets go', () => {
  const drag = new FlowDrag(() => FLOW)
  const look = () => ({ at: { x: 1, y: 2 }, under: { what: 'step', id: 'bye' } as const })
  drag.press({ what: 'way', from: 'menu', way: 'choices.2' }, { x: 100, y: 100 })
  expect(drag.move({ x: 103, y: 102 }, look)).toBe(false)
  expect(drag.release()).toBeNull()
  drag.press({ what: 'way', from: 'menu', way: 'choices.2' }, { x: 100, y: 100 })
  expect(drag.move({ x: 100, y: 105 }, look)).toBe(true)
  expect(drag.drop?.allowed).toBe(true)
  drag.cancel()
  expect([drag.move({ x: 300, y: 300 }, look), drag.release()]).toEqual([false, null])
  drag.press({ what: 'way', from: 'sorry', way: 'next' }, { x: 0, y: 0 })
  drag.move({ x: 50, y: 0 }, look)
  expect(drag.release()).toMatchObject({ under: { what: 'step', id: 'bye' }, drop: { allowed: false, why: 'It leads there already.' } })
  expect(drag.what).toBeNull()
})

test('larger and smaller keep what is beneath the pointer where it is', () => {
  const at = { x: 200, y: 100 }
  const scroll = scrolled({ x: 50, y: 30 }, at, 1, 2)
  expect([(50 + 200) / 1, (30 + 100) / 1]).toEqual([(scroll.x + at.x) / 2, (scroll.y + at.y) / 2])
  expect([stepped(1, 1), stepped(1, -1), stepped(0.72, 1), stepped(LARGEST, 1), stepped(SMALLEST, -1)]).toEqual([1.2, 0.8, 0.8, LARGEST, SMALLEST])
  expect([wheeled(1, 1e6), wheeled(1, -1e6)]).toEqual([SMALLEST, LARGEST])
  expect(fitting({ width: 500, height: 1000 }, { width: 1000, height: 1000 }, 0.3)).toBe(0.5)
  expect(pulled({ x: 5, y: 300 }, { width: 800, height: 600 })).toMatchObject({ y: 0 })
  expect(pulled({ x: 5, y: 300 }, { width: 800, height: 600 }).x).toBeLessThan(0)
  expect(pulled({ x: 400, y: 595 }, { width: 800, height: 600 }).y).toBeGreaterThan(0)
  const places = new Map([['a', { x: 0, y: 0, height: 60 }], ['b', { x: 300, y: 10, height: 60 }], ['c', { x: 300, y: 400, height: 60 }]])
  expect([nearest(places, 'a', [1, 0]), nearest(places, 'b', [0, 1]), nearest(places, 'a', [-1, 0])]).toEqual(['b', 'c', undefined])
})
