/** Edits of drafts that have not reached the server, as a browser keeps them: what is read back is checked. Pure. */
import { outline, same } from './flow_edits'
import { factsOf, KINDS, titleOf, type Content } from './flow_kinds'

/**
 * `page`: whose edit it is, of several pages that are open at once; `at`: when, in epoch ms. `revision`, `base`: of the
 * draft as the server had it when it was edited. `sent`: what was sent since without an answer: the server may have it.
 */
export interface KeptEdit { flow: string; page: string; at: number; revision: number; base: Content; draft: Content; sent: readonly Content[] }
const MOST = 8
const LAST_SENT = 3

/** The newest last. What cannot be read is left out. */
export function keptEdits(text: string | null): KeptEdit[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(found) ? found.filter(isEdit) : []
  } catch {
    return []
  }
}

/** With this edit as the newest, and no other one of the same page and flow. */
export function withEdit(text: string | null, edit: KeptEdit): string {
  const others = keptEdits(text).filter((one) => one.flow !== edit.flow || one.page !== edit.page)
  return JSON.stringify([...others, edit].slice(-MOST))
}

/** Null: nothing is left to keep. */
export function withoutEdits(text: string | null, which: (edit: KeptEdit) => boolean): string | null {
  const left = keptEdits(text).filter((one) => !which(one))
  return left.length === 0 ? null : JSON.stringify(left)
}

/** Of what was sent without an answer, the first, which most likely arrived, and the last few. */
export function withSent(sent: readonly Content[], next: Content): readonly Content[] {
  return sent.some((one) => same(one, next)) ? sent : [...sent.slice(0, 1), ...[...sent.slice(1), next].slice(-LAST_SENT)]
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function isEdit(value: unknown): value is KeptEdit {
  if (!isObject(value) || typeof value['flow'] !== 'string' || typeof value['page'] !== 'string') return false
  if (!Number.isFinite(value['at']) || !Number.isInteger(value['revision'])) return false
  return isContent(value['base']) && isContent(value['draft']) && Array.isArray(value['sent']) && value['sent'].every(isContent)
}

/** Whether it can be drawn: an older version of the app may have written it. */
function isContent(value: unknown): value is Content {
  if (!isObject(value) || typeof value['start'] !== 'string' || !isObject(value['nodes'])) return false
  if (!Object.values(value['nodes']).every((node) => isObject(node) && typeof node['type'] === 'string' && Object.hasOwn(KINDS, node['type']))) return false
  const content = value as unknown as Content
  try {
    outline(content)
    for (const node of Object.values(content.nodes)) void [titleOf(node, (id) => id), factsOf(node, (id) => id)]
    return true
  } catch {
    return false
  }
}
