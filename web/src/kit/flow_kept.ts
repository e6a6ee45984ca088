/** Edits of drafts that have not reached the server, as a browser keeps them: what is read back is checked. Pure. */
import { KINDS, type Content } from './flow_kinds'

/** `revision`, `base`: of the draft as the server had it when it was edited; `at`: when, in epoch ms. */
export interface KeptEdit { flow: string; at: number; revision: number; base: Content; draft: Content }
const MOST = 8

/** What cannot be read is left out. */
export function keptEdits(text: string | null): KeptEdit[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(found) ? found.filter(isEdit) : []
  } catch {
    return []
  }
}

/** With this edit as the newest of its flow; null: with none. Null: nothing is left to keep. */
export function withEdit(text: string | null, flow: string, edit: Omit<KeptEdit, 'flow'> | null): string | null {
  const others = keptEdits(text).filter((one) => one.flow !== flow)
  const all = edit === null ? others : [...others, { flow, ...edit }].slice(-MOST)
  return all.length === 0 ? null : JSON.stringify(all)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function isEdit(value: unknown): value is KeptEdit {
  return isObject(value) && typeof value['flow'] === 'string' && Number.isFinite(value['at']) && Number.isInteger(value['revision']) && isContent(value['base']) && isContent(value['draft'])
}

function isContent(value: unknown): value is Content {
  if (!isObject(value) || typeof value['start'] !== 'string' || !isObject(value['nodes'])) return false
  return Object.values(value['nodes']).every((node) => isObject(node) && typeof node['type'] === 'string' && Object.hasOwn(KINDS, node['type']))
}
