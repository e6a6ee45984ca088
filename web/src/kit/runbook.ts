/** Takes a runbook's Markdown apart: headings, items and paragraphs, without marks. Links keep their words alone. Pure. */
export interface Block { kind: 'heading' | 'item' | 'text'; text: string }

export function runbookBlocks(markdown: string): Block[] {
  const blocks: Block[] = []
  for (const line of markdown.split('\n').map((one) => one.trim())) {
    if (line === '') continue
    const heading = /^#+ (.*)$/.exec(line)?.[1]
    const item = /^[*-] (.*)$/.exec(line)?.[1]
    blocks.push({ kind: heading !== undefined ? 'heading' : item !== undefined ? 'item' : 'text', text: plain(heading ?? item ?? line) })
  }
  return blocks
}

const plain = (text: string): string => text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '').replaceAll('`', '').replace(/(^|\s)\*([^*]+)\*/g, '$1$2')
