/** What is said of a failure of the app: words that are nobody's, our own files, the browser's family. The server minimises it again. */
import type { NewCrashReport } from './api-types'
import { WORDS } from './crash_words'

export type Screen = NewCrashReport['screen']
export interface Here { version: string; agent: string; screen: Screen; origin: string }

const WORDS_MAX = 40
const FRAMES_MAX = 20
const GONE = '*'
const AROUND = /^[.,:;()[\]{}'"`!?=<>]+|[.,:;()[\]{}'"`!?=<>]+$/g
const PLACE = /(https?:\/\/[^\s()]+?):(\d+):(\d+)/g
const APP_FILE = /^(assets\/[A-Za-z0-9_]{1,40}-[A-Za-z0-9_-]{8}\.js|theme\.js)$/
const known = new Set(WORDS.split(/\s+/).filter((word) => word !== ''))

/** Its words that are on the list, and `*` for all else. Of what was minimised already it is the same. */
export function minimisedMessage(text: string): string {
  const kept: string[] = []
  for (const token of text.slice(0, 2000).split(/\s+/)) {
    const word = token.replace(AROUND, '')
    if (known.has(word)) kept.push(word)
    else if (word !== '' && kept.at(-1) !== GONE) kept.push(GONE)
  }
  return kept.slice(0, WORDS_MAX).join(' ')
}

/** Places in the app's own built files, the innermost first. */
export function frames(stack: string, origin: string): NonNullable<NewCrashReport['frames']> {
  return [...stack.matchAll(PLACE)]
    .map(([, url = '', line, column]) => ({ file: ownFile(url, origin), line: Number(line), column: Number(column) }))
    .filter((frame) => APP_FILE.test(frame.file))
    .slice(0, FRAMES_MAX)
}

function ownFile(url: string, origin: string): string {
  return url.startsWith(`${origin}/`) ? (url.slice(origin.length + 1).split(/[?#]/)[0] ?? '') : ''
}

/** Family and major version. */
export function browserOf(agent: string): Pick<NewCrashReport, 'browser' | 'browser_version'> {
  const signs = [['Edge', /Edg\/(\d+)/], ['Opera', /OPR\/(\d+)/], ['Firefox', /Firefox\/(\d+)/], ['Chrome', /Chrom(?:e|ium)\/(\d+)/], ['Safari', /Version\/(\d+).*Safari/]] as const
  for (const [browser, sign] of signs) {
    const found = sign.exec(agent)
    if (found) return { browser, browser_version: Math.min(Number(found[1]), 9999) }
  }
  return { browser: 'other', browser_version: 0 }
}

export function crashReport(error: unknown, here: Here): NewCrashReport {
  const known = error instanceof Error ? error : null
  return {
    version: here.version,
    ...browserOf(here.agent),
    screen: here.screen,
    type: known !== null && /^[A-Za-z]{1,60}$/.test(known.name) ? known.name : 'Error',
    message: minimisedMessage(known?.message ?? (typeof error === 'string' ? error : '')),
    frames: frames(known?.stack ?? '', here.origin),
  }
}
