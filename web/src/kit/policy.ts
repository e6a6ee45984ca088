/** The privacy policy's blocks, put together as they are drawn: what follows each other of a list or a table is one. Pure. */
import type { PolicyBlock } from './model'

export type PolicyPart =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'table'; header: readonly string[]; rows: readonly (readonly string[])[] }

/** Without the title, which stands above them. */
export function policyParts(blocks: readonly PolicyBlock[]): readonly PolicyPart[] {
  const parts: PolicyPart[] = []
  for (const { kind, cells } of blocks) {
    const last = parts.at(-1)
    const text = cells[0] ?? ''
    if (kind === 'item' && last?.kind === 'list') parts[parts.length - 1] = { kind: 'list', items: [...last.items, text] }
    else if (kind === 'item') parts.push({ kind: 'list', items: [text] })
    else if (kind === 'row' && last?.kind === 'table') parts[parts.length - 1] = { ...last, rows: [...last.rows, cells] }
    else if (kind === 'header') parts.push({ kind: 'table', header: cells, rows: [] })
    else if (kind === 'heading') parts.push({ kind: 'heading', text })
    else if (kind !== 'title') parts.push({ kind: 'paragraph', text })
  }
  return parts
}

export function policyTitle(blocks: readonly PolicyBlock[]): string {
  return blocks.find((block) => block.kind === 'title')?.cells[0] ?? 'Privacy policy'
}
