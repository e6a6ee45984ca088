/** Edits of a flow's draft, each from one content to the next. Pure. */
import { exitsOf, KINDS, kindOf, target, waysOn, type Content, type FlowNode, type KindName, type Nodes } from './flow_kinds'

const NODES_MAX = 200
export const mayGrow = (nodes: Nodes): boolean => Object.keys(nodes).length < NODES_MAX

/** An id that says what it is: queue, queue-2. Ids of a flow are its own. */
export function freshId(nodes: Nodes, kind: KindName): string {
  const base = kind.replaceAll('_', '-')
  if (!(base in nodes)) return base
  let number = 2
  while (`${base}-${number}` in nodes) number += 1
  return `${base}-${number}`
}

/** The step with a way leading elsewhere; null: it has the way no more. */
export function withTarget(node: FlowNode, way: string, to: string | null): FlowNode {
  const [field = '', key] = way.split('.', 2)
  const before = node as unknown as Record<string, unknown>
  if (key === undefined) return { ...before, [field]: to ?? '' } as unknown as FlowNode
  const others = Object.fromEntries(Object.entries((before[field] ?? {}) as Record<string, string>).filter(([each]) => each !== key))
  return { ...before, [field]: to === null ? others : { ...others, [key]: to } } as unknown as FlowNode
}

export const withNode = (content: Content, id: string, node: FlowNode): Content => ({ ...content, nodes: { ...content.nodes, [id]: node } })

/** `from` null: where calls begin. */
export function connected(content: Content, from: string | null, way: string, to: string | null): Content {
  const node = from === null ? undefined : content.nodes[from]
  if (from === null) return { ...content, start: to ?? '' }
  return node === undefined ? content : withNode(content, from, withTarget(node, way, to))
}

/** A new step at a way on; what the way led to before follows the new step. */
export function inserted(content: Content, from: string | null, way: string, kind: KindName): { content: Content; id: string } {
  const id = freshId(content.nodes, kind)
  const before = from === null ? content.start : target(content.nodes[from] as FlowNode, way)
  const fresh = structuredClone(KINDS[kind].fresh) as FlowNode
  const onward = before !== null && before in content.nodes ? before : ''
  const node = exitsOf(fresh).filter((exit) => exit.optional !== true).reduce((one, exit) => withTarget(one, exit.way, onward), fresh)
  return { content: connected(withNode(content, id, node), from, way, id), id }
}

/** Without a step; what led there leads on to what followed it, where exactly one step did, else nowhere yet. */
export function removed(content: Content, id: string): Content {
  const gone = content.nodes[id]
  if (gone === undefined) return content
  const after = waysOn(gone).filter((exit) => exit.optional !== true)
  const on = after.length === 1 && kindOf(gone).exits.length === 1 && after[0]?.to !== id ? (after[0]?.to ?? '') : ''
  const rest = Object.entries(content.nodes).filter(([each]) => each !== id)
  const mended = rest.map(([each, node]) => [each, waysOn(node).filter((exit) => exit.to === id).reduce((one, exit) => withTarget(one, exit.way, exit.optional === true && on === '' ? null : on), node)] as const)
  return { start: content.start === id ? on : content.start, nodes: Object.fromEntries(mended) }
}

/** Of a flow with more than its content, its content alone is compared. */
export const same = (one: Content, other: Content): boolean => JSON.stringify(ordered([one.start, one.nodes])) === JSON.stringify(ordered([other.start, other.nodes]))

/** With the fields of objects in one order: the server's may be another. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, ordered(each)]))
}

/** A place in the list: `again`: it stands elsewhere in full; `via`: the way that leads there. */
export interface Row { id: string; via: string; from: string | null; way: string; depth: number; again: boolean; missing: boolean }

/** All steps in the order in which a caller meets them, each once in full, and those that nothing leads to after them. */
export function outline({ start, nodes }: Content): Row[] {
  const rows: Row[] = []
  const seen = new Set<string>()
  function visit(id: string, from: string | null, way: string, via: string, depth: number): void {
    const again = seen.has(id)
    const node = nodes[id]
    rows.push({ id, via, from, way, depth, again, missing: node === undefined })
    if (again || node === undefined) return
    seen.add(id)
    const on = waysOn(node)
    const deeper = exitsOf(node).length > 1 ? depth + 1 : depth
    for (const exit of on) visit(exit.to ?? '', id, exit.way, exitsOf(node).length > 1 || exit.short !== 'then' ? exit.short : '', deeper)
  }
  visit(start, null, 'start', '', 0)
  for (const id of Object.keys(nodes)) if (!seen.has(id)) visit(id, null, 'lost', '', 0)
  return rows
}
