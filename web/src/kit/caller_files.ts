/**
 * Callers' files: what one says of itself, read from the ZIP before it is sent, and words for parts and problems. It
 * reads a few entries of a file that may be a gigabyte, and stores nothing; whether it is sound, the server decides.
 */
import type { CallerFile, CallerImport } from './model'
import { counted } from './privacy'

export const MOST_BYTES = 1 << 30
const MOST_LIST = 16 << 20
const MOST_MANIFEST = 32 << 20
const MOST_CONTACTS = 1 << 20
const [END, LISTED, ENTRY] = [0x06054b50, 0x02014b50, 0x04034b50]
const [END_LENGTH, LISTED_LENGTH, ENTRY_LENGTH, COMMENT] = [22, 46, 30, 65_535]
const DEFLATED = 8

/** What a file says that it has, and of whom. */
export interface Preview { organisation: string; madeAt: string; name: string | null; number: string | null; calls: number; recordings: number; documents: number }
interface Entry { method: number; packed: number; at: number }

async function view(zip: Blob, from: number, to: number): Promise<DataView> {
  return new DataView(await zip.slice(from, to).arrayBuffer())
}

/** The entries of a ZIP, by name. Throws where it is none. Source: PKWARE APPNOTE, 4.3. */
async function listed(zip: Blob): Promise<Map<string, Entry>> {
  const start = Math.max(0, zip.size - END_LENGTH - COMMENT)
  const tail = await view(zip, start, zip.size)
  let end = tail.byteLength - END_LENGTH
  while (end >= 0 && tail.getUint32(end, true) !== END) end--
  const [size, from] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)]
  if (size > MOST_LIST) throw new RangeError('too many entries')
  const list = await view(zip, from, from + size)
  const found = new Map<string, Entry>()
  for (let at = 0; at + LISTED_LENGTH <= list.byteLength && list.getUint32(at, true) === LISTED; ) {
    const name = list.getUint16(at + 28, true)
    const text = new TextDecoder().decode(new Uint8Array(list.buffer, at + LISTED_LENGTH, name))
    found.set(text, { method: list.getUint16(at + 10, true), packed: list.getUint32(at + 20, true), at: list.getUint32(at + 42, true) })
    at += LISTED_LENGTH + name + list.getUint16(at + 30, true) + list.getUint16(at + 32, true)
  }
  return found
}

/** An entry as JSON; no more of it is unpacked than `most` bytes. Throws. */
async function json(zip: Blob, entry: Entry | undefined, most: number): Promise<unknown> {
  if (entry === undefined || entry.packed > most) throw new RangeError('not there, or too big')
  const head = await view(zip, entry.at, entry.at + ENTRY_LENGTH)
  if (head.getUint32(0, true) !== ENTRY) throw new RangeError('no entry')
  const from = entry.at + ENTRY_LENGTH + head.getUint16(26, true) + head.getUint16(28, true)
  const packed = zip.slice(from, from + entry.packed).stream()
  const reader = (entry.method === DEFLATED ? packed.pipeThrough(new DecompressionStream('deflate-raw')) : packed).getReader()
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (let size = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return JSON.parse(await new Blob(pieces).text())
    size += value.length
    if (size > most) throw new RangeError('too big')
    pieces.push(value)
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const whole = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** What the file says of itself; null: it is no caller's file. */
export async function previewOf(zip: Blob): Promise<Preview | null> {
  try {
    const entries = await listed(zip)
    const manifest = (await json(zip, entries.get('manifest.json'), MOST_MANIFEST)) as Record<string, unknown>
    if (manifest['format'] !== 'call24-caller-file' || !Array.isArray(manifest['files'])) return null
    const files = manifest['files'] as Record<string, unknown>[]
    const contacts = (await json(zip, entries.get('data/contacts.json'), MOST_CONTACTS)) as Record<string, unknown>[]
    const own = contacts.find((one) => one['id'] === manifest['contact_id']) ?? {}
    return {
      organisation: text((manifest['organisation'] as Record<string, unknown> | undefined)?.['name']),
      madeAt: text(manifest['made_at']),
      name: text(own['name']) || text(own['display_name']) || null,
      number: text(own['number']) || null,
      calls: whole(manifest['calls']),
      recordings: files.filter((one) => text(one['name']).startsWith('recordings/')).length,
      documents: files.filter((one) => text(one['name']).startsWith('data/')).reduce((sum, one) => sum + whole(one['count']), 0),
    }
  } catch {
    return null
  }
}

/** "820 KB", "12.4 MB". */
export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} KB`
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

/** How far the writing of a file is. */
export function written(file: Pick<CallerFile, 'calls' | 'calls_done'>): string {
  return file.calls === null ? 'Waiting for its turn' : `${file.calls_done} of ${file.calls} calls`
}

const PROBLEMS: Record<string, readonly [title: string, text: string]> = {
  caller_file_unreadable: ['This is not a caller’s file', 'It can be one that Call24 made, unchanged.'],
  caller_file_too_big: ['The file has more than can be imported', 'Ask the organisation that made it for help.'],
  caller_file_changed: ['The file was changed, or is damaged', 'Get it again from where it was made.'],
  caller_file_schema: ['Something in the file cannot be read here', 'It may be from a newer version of Call24.'],
  caller_file_own: ['Your organisation made this file itself', 'There is nothing to import.'],
  import_interrupted: ['The import was interrupted', 'Send the file again.'],
}
/** Why an import failed, and what to do. */
export function importProblem(one: Pick<CallerImport, 'problem' | 'trouble'>): { title: string; text: string } {
  const [title, next] = PROBLEMS[one.problem ?? ''] ?? ['The file was not imported', '']
  return { title, text: [`${next} Nothing was stored.`.trim(), one.trouble ?? ''].filter(Boolean).join(' ') }
}

/** What a part of a file is called. */
export function partWord(part: string): string {
  return part === 'vcon' ? 'vCon of a call' : part === 'calls.csv' ? 'Row of the table of calls' : counted(part)
}

/** A document as it is easiest to read; as it is where it is no JSON. */
export function readable(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 1)
  } catch {
    return document
  }
}
