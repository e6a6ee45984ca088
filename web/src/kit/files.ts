/** Words for files: sizes, kinds and states; what is refused before a byte is sent; the metadata of tus. Pure. */
import type { FileRow, FileUsage } from './model'
import { Problem } from './problem'
import type { Tone } from './timeline'

const UNITS = ['bytes', 'KB', 'MB', 'GB'] as const

/** 1536 -> "1.5 KB". */
export function fileSize(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const shown = bytes / 1024 ** power
  return `${power === 0 || shown >= 100 ? Math.round(shown) : Math.round(shown * 10) / 10} ${UNITS[power]}`
}

/** Kinds that a browser draws and nothing of which it runs. */
const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']
/** Of HEIC, which few browsers draw, the thumbnail is shown. */
export const asThumbnail = (file: FileRow): boolean => file.type === 'image/heic'
export const isPicture = (file: FileRow): boolean => file.state === 'ready' && (asThumbnail(file) ? file.thumbnail === 'made' : PICTURES.includes(file.type))

const KINDS: readonly (readonly [string, string])[] = [
  ['application/pdf', 'PDF'], ['image/', 'Picture'], ['audio/', 'Sound'], ['video/', 'Video'], ['text/', 'Text'], ['wordprocessingml', 'Document'], ['spreadsheetml', 'Table'], ['presentationml', 'Slides'],
  ['opendocument.text', 'Document'], ['opendocument.spreadsheet', 'Table'], ['opendocument.presentation', 'Slides'],
]
export const kindOfFile = (type: string): string => KINDS.find(([part]) => type.includes(part))?.[1] ?? 'File'

/** What is said of a file that cannot be opened; null of one that can. */
export function notReady(file: FileRow): { word: string; tone: Tone; text: string } | null {
  switch (file.state) {
    case 'ready': return null
    case 'quarantined': return { word: 'Infected', tone: 'bad', text: `The malware scanner found ${file.found ?? /* @wc-include */ 'something'}. Delete it, and ask who sent it for another one.` }
    case 'unscannable': return { word: 'Not checked', tone: 'bad', text: 'The malware scanner cannot look at it. Delete it, and ask for it in another form.' }
    default: return { word: 'Being checked', tone: 'wait', text: 'It can be opened in a moment.' }
  }
}

/** What is brought back after it was deleted; what the malware scanner did not let through goes at once. */
export const undoable = (file: FileRow): boolean => file.state !== 'quarantined' && file.state !== 'unscannable'

/** A name without its ending, which stays: `Letter.pdf` -> `Letter`, `.pdf`. */
export function stemOf(name: string): [string, string] {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)]
}

/** Whether it will be another in a moment. */
export const changesSoon = (file: FileRow): boolean => file.state === 'checking' || file.state === 'scanning' || (file.state === 'ready' && file.thumbnail === 'due')

/** What the server would refuse, known before anything is sent. */
export function refusedAtOnce(size: number, usage: FileUsage | null): Problem | null {
  if (size === 0) return new Problem('file_empty', 422, 'The file is empty')
  if (usage !== null && size > usage.largest) return new Problem('file_too_large', 422, `It has ${fileSize(size)}, and a file may have ${fileSize(usage.largest)}. Make it smaller, or send it in parts.`)
  if (usage !== null && usage.bytes + size > usage.quota) return new Problem('file_quota', 409, 'The quota is used up')
  return null
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** `Upload-Metadata` of tus: keys, and values in base64. */
export function metadataOf(name: string, about: Record<string, string>): string {
  return Object.entries({ filename: name, ...about }).map(([key, value]) => `${key} ${base64(value)}`).join(',')
}

/** An upload that an earlier visit to the page did not finish: its id, whose file it is to be, when the file was last changed, and when it was begun. */
export interface Unfinished { id: string; about: string; modified: number; at: number }
const DAY_MS = 24 * 3_600_000
const MOST = 20

/** As the browser kept it, without what the server has deleted by now. */
export function unfinishedOf(kept: string | null, now: number): Unfinished[] {
  try {
    const raw: unknown = JSON.parse(kept ?? '[]')
    if (!Array.isArray(raw)) return []
    return raw.filter((one: Partial<Unfinished> | null): one is Unfinished => typeof one?.id === 'string' && typeof one.about === 'string' && typeof one.modified === 'number' && typeof one.at === 'number' && one.at > now - DAY_MS).slice(-MOST)
  } catch {
    return []
  }
}

/** Whether a chosen file is the one that an upload was begun with. */
export function isSame(file: File, name: string, size: number, modified: number): boolean {
  return file.size === size && file.lastModified === modified && file.name.normalize('NFC') === name
}
