/** What differs between two contents of a flow, in sentences. Pure. */
import { exitsOf, kindOf, target, titleOf, type Content, type FlowNode, type NameOf, type Setting } from './flow_kinds'

/** `step`: what it is about, as it is now; of what was removed, as it was. */
export interface Difference { kind: 'added' | 'removed' | 'changed'; step: string; text: string }

/** `now` is read as what follows `before`; empty: they do the same. */
export function differences(before: Content, now: Content, name: NameOf): Difference[] {
  const found: Difference[] = []
  const called = (id: string | null, of: Content): string => (id === null || id === '' ? 'nothing yet' : of.nodes[id] === undefined ? 'a step that does not exist' : full(of.nodes[id], name))
  if (before.start !== now.start) found.push({ kind: 'changed', step: '', text: `Calls begin with ${called(now.start, now)}; it was ${called(before.start, before)}.` })
  for (const [id, node] of Object.entries(now.nodes)) {
    const was = before.nodes[id]
    if (was === undefined) found.push({ kind: 'added', step: id, text: `${full(node, name)} is added.` })
    else if (was.type !== node.type) found.push({ kind: 'changed', step: id, text: `${full(was, name)} is replaced by ${full(node, name)}.` })
    else found.push(...ofNode(was, node, { before, now, name, called }).map((text) => ({ kind: 'changed' as const, step: id, text: `${full(was, name)}: ${text}.` })))
  }
  for (const [id, node] of Object.entries(before.nodes)) if (now.nodes[id] === undefined) found.push({ kind: 'removed', step: id, text: `${full(node, name)} is removed.` })
  return found
}

interface Around { before: Content; now: Content; name: NameOf; called: (id: string | null, of: Content) => string }

function ofNode(was: FlowNode, node: FlowNode, { before, now, name, called }: Around): string[] {
  const field = (of: FlowNode, setting: Setting): unknown => (of as unknown as Record<string, unknown>)[setting.name]
  const settings = kindOf(node).settings
    .filter((setting) => JSON.stringify(field(was, setting)) !== JSON.stringify(field(node, setting)))
    .map((setting) => `${lower(setting.label)} is ${valueWord(field(node, setting), setting, name)}, was ${valueWord(field(was, setting), setting, name)}`)
  const labels = new Map([...exitsOf(was), ...exitsOf(node)].map((exit) => [exit.way, exit.label]))
  const ways = [...labels].map(([way, label]) => ({ label, from: target(was, way), to: target(node, way) })).filter(({ from, to }) => from !== to)
  return [...settings, ...ways.map(({ label, from, to }) => (to === null ? `${lower(label)} is removed, led to ${called(from, before)}` : from === null ? `${lower(label)} is added, leads to ${called(to, now)}` : `${lower(label)} leads to ${called(to, now)}, led to ${called(from, before)}`))]
}

/** Its kind too, where the title does not say it. */
function full(node: FlowNode, name: NameOf): string {
  const [title, kind] = [titleOf(node, name), kindOf(node).label]
  return title === kind || node.type === 'ring' || node.type === 'forward' ? title : node.type === 'hours' ? `Opening hours ${kindOf(node).facts(node, name)}` : `${kind} ${title}`
}

const lower = (label: string): string => label.slice(0, 1).toLocaleLowerCase() + label.slice(1)

/** A setting's value as a reader says it. */
export function valueWord(value: unknown, setting: Setting, name: NameOf): string {
  if (value === null || value === undefined) return lower(setting.none ?? /* @wc-include */ 'nothing')
  if (value === '') return 'not chosen'
  if (setting.kind === 'prompt') return `“${name(String(value))}”`
  if (setting.kind === 'people') return (value as string[]).map(name).join(', ') || /* @wc-include */ 'nobody'
  if (setting.kind === 'skills') return (value as { name: string; level: number }[]).map((skill) => `${skill.name} ${skill.level}`).join(', ') || /* @wc-include */ 'none'
  if (setting.kind === 'queue' || setting.kind === 'hours') return name(String(value))
  return `${String(value)}${setting.unit === undefined ? '' : ` ${setting.unit}`}`
}
