/** What may be dropped where in the diagram of a flow, and what comes of it; of a drop that is not allowed, why. Pure. */
import { connected, freshId, inserted, mayGrow, removed, withNode, withTarget } from './flow_edits'
import { exitsOf, KEYS, KINDS, target, titleOf, waysOn, type Content, type Exit, type FlowNode, type KindName, type NameOf } from './flow_kinds'

/** A way on from a step; `from` null: where calls begin. */
export interface WayOn { from: string | null; way: string }
/** What is dragged: the end of a way on, a step, or a way that a step might have and has not yet (`free`). */
export type Dragged = ({ what: 'way' } & WayOn) | { what: 'free'; from: string } | { what: 'step'; id: string }
/** What is beneath the pointer. */
export type Under = { what: 'step'; id: string } | ({ what: 'way' } & WayOn) | { what: 'space' }
/** `content` null: it is asked for first (which way, or which kind of step). */
export type Drop = { allowed: true; content: Content | null } | { allowed: false; why: string }

export const START: WayOn = { from: null, way: 'start' }
export const sameWay = (one: WayOn, other: WayOn): boolean => one.from === other.from && one.way === other.way
const no = (why: string): Drop => ({ allowed: false, why })
const done = (content: Content | null): Drop => ({ allowed: true, content })

/** Where a way leads now; empty: nowhere yet; null: there is no such way. */
export function leadsTo({ start, nodes }: Content, { from, way }: WayOn): string | null {
  if (from === null) return start
  const node = nodes[from]
  return node === undefined ? null : target(node, way)
}

/** What a drop does, whatever is dragged. */
export function dropped(content: Content, dragged: Dragged, under: Under): Drop {
  if (dragged.what === 'step') return under.what === 'way' ? moved(content, dragged.id, under) : no(under.what === 'step' ? 'Drop it on a connection, not on a step.' : 'Drop it on a connection: the diagram arranges itself.')
  if (under.what === 'space') return mayGrow(content.nodes) ? done(null) : no('A flow has at most 200 steps.')
  if (under.what === 'way') return no('Drop it on a step.')
  if (dragged.what === 'way') return led(content, dragged, under.id)
  const node = content.nodes[dragged.from]
  const all = node === undefined ? [] : freeWays(node).map(({ way }) => led(content, { from: dragged.from, way }, under.id))
  return all.some((one) => one.allowed) ? done(null) : (all[0] ?? no('This step is gone.'))
}

/** The end of a connection on a step. */
export function led(content: Content, on: WayOn, to: string): Drop {
  const now = leadsTo(content, on)
  if (content.nodes[to] === undefined || (on.from !== null && content.nodes[on.from] === undefined)) return no('This step is gone.')
  if (now === to) return no('It leads there already.')
  if (on.from === to && isUnattended(on.way)) return no('A step cannot follow itself.')
  const next = connected(content, on.from, on.way, to)
  if (on.from !== null && isUnattended(on.way) && comesRound(next, to, on.from)) return no('A caller who does nothing would go round for ever.')
  return done(next)
}

/** A step is taken from where it stands and put into a connection; what that led to follows it. */
export function moved(content: Content, id: string, into: WayOn): Drop {
  const node = content.nodes[id]
  const exits = node === undefined ? [] : exitsOf(node)
  if (node === undefined || leadsTo(content, into) === null) return no('This step is gone.')
  if (exits.length === 0) return no('The call ends with this step, so nothing can follow it. Drag a connection to it instead.')
  if (exits.length > 1 || node.type === 'menu') return no('This step has several ways on. Drag its connections instead.')
  if (into.from === id || leadsTo(content, into) === id) return no('It stands there already.')
  const without = removed(content, id)
  const onward = leadsTo(without, into) ?? ''
  return done(connected(withNode(without, id, withTarget(node, exits[0]?.way ?? '', onward)), into.from, into.way, id))
}

/** All connections into which a step can be moved, in the order in which they are drawn. */
export const placesOf = (content: Content, id: string): WayOn[] => allWays(content).filter((on) => moved(content, id, on).allowed)

export const allWays = (content: Content): WayOn[] => [START, ...Object.entries(content.nodes).flatMap(([from, node]) => waysOn(node).map(({ way }) => ({ from, way })))]

/** The ways that a step might have and has not: other keys of a menu, other exits of a queue. */
export function freeWays(node: FlowNode): Exit[] {
  const keys = node.type === 'menu' ? KEYS.filter((key) => !(key in node.choices)).map((key) => ({ way: `choices.${key}`, label: `Key ${key}`, short: key, to: null })) : []
  return [...keys, ...exitsOf(node).filter((exit) => exit.to === null)]
}

/** A new step that nothing leads to yet. */
export function loose(content: Content, kind: KindName): { content: Content; id: string } {
  const id = freshId(content.nodes, kind)
  return { content: withNode(content, id, structuredClone(KINDS[kind].fresh) as FlowNode), id }
}

/** A new step by hand: after the chosen one where it still leads nowhere, at the beginning of an empty flow, else apart. */
export function added(content: Content, after: string | null, kind: KindName): { content: Content; id: string } {
  const open = after === null || content.nodes[after] === undefined ? undefined : waysOn(content.nodes[after]).find((exit) => exit.to === '')
  if (open !== undefined) return inserted(content, after, open.way, kind)
  return content.start === '' ? inserted(content, null, 'start', kind) : loose(content, kind)
}

/** A way on in words: "Menu, key 2". */
export function wayWord(content: Content, { from, way }: WayOn, name: NameOf): string {
  const node = from === null ? undefined : content.nodes[from]
  if (node === undefined) return 'Where calls begin'
  const exit = [...exitsOf(node), ...freeWays(node)].find((one) => one.way === way)
  return exitsOf(node).length === 1 ? titleOf(node, name) : `${titleOf(node, name)}, ${exit === undefined ? way : exit.label.slice(0, 1).toLocaleLowerCase() + exit.label.slice(1)}`
}

/** Where a step comes that is put into a connection. */
export const placeWord = (content: Content, on: WayOn, name: NameOf): string => (on.from === null ? 'At the beginning' : `After ${wayWord(content, on, name)}`)

/** Taken although the caller does nothing and nobody is there; the server says the same of what may be published. */
const isUnattended = (way: string): boolean => !/^(choices\.|on_invalid$|exits\.max_wait$|start$)/.test(way)

/** Whether a caller who does nothing comes from one step to another. */
function comesRound({ nodes }: Content, from: string, to: string): boolean {
  const seen = new Set<string>()
  const waiting = [from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true
    const node = nodes[id]
    if (node === undefined || seen.has(id)) continue
    seen.add(id)
    waiting.push(...waysOn(node).filter((exit) => isUnattended(exit.way)).map((exit) => exit.to ?? ''))
  }
  return false
}
