/** Prompts as the API has them, which files may become one, and a recording as WAV. Pure. */
import { duration } from './format'
import type { Prompt } from './api-types'

export type { Prompt } from './api-types'

export const FILE_MAX = 10 * 1024 * 1024
export const SECONDS_MAX = 300
export const TEXT_MAX = 2000
const ENDINGS = ['wav', 'mp3', 'ogg', 'oga', 'opus', 'flac']
export const ACCEPTED = `${ENDINGS.map((ending) => `.${ending}`).join(',')},audio/wav,audio/mpeg,audio/ogg,audio/flac`

/** What of espeak-ng's languages people ask for; the server knows whether it has one. */
export const LANGUAGES: readonly (readonly [voice: string, name: string])[] = [
  ['en-gb', 'English (UK)'], ['en-us', 'English (US)'], ['de', 'German'], ['fr-fr', 'French'], ['es', 'Spanish'], ['es-419', 'Spanish (Latin America)'], ['it', 'Italian'], ['pt', 'Portuguese'],
  ['pt-br', 'Portuguese (Brazil)'], ['nl', 'Dutch'], ['pl', 'Polish'], ['cs', 'Czech'], ['ru', 'Russian'], ['uk', 'Ukrainian'], ['kk', 'Kazakh'], ['tr', 'Turkish'], ['sv', 'Swedish'], ['nb', 'Norwegian'],
  ['da', 'Danish'], ['fi', 'Finnish'], ['hu', 'Hungarian'], ['ro', 'Romanian'], ['el', 'Greek'], ['cmn', 'Chinese (Mandarin)'], ['ja', 'Japanese'], ['ko', 'Korean'],
]

/** Why a file cannot be a prompt, before it is sent; null: it may. The server looks at what is inside. */
export function wrongFile(file: { name: string; size: number }): string | null {
  const ending = file.name.toLowerCase().split('.').at(-1) ?? ''
  if (!ENDINGS.includes(ending)) return 'Choose a WAV, MP3, Ogg or FLAC file.'
  if (file.size === 0) return 'The file is empty.'
  return file.size > FILE_MAX ? `The file has ${(file.size / 1024 / 1024).toFixed(1)} MB; 10 MB at most. An MP3 of the same is smaller.` : null
}

/** A file's name as people would call the prompt. */
export const nameOf = (file: string): string => file.replace(/\.[^.]+$/, '').replaceAll(/[_-]+/g, ' ').trim().slice(0, 100)

export const promptLine = (prompt: Prompt, users: number): string =>
  [duration(prompt.seconds), prompt.source === 'spoken' ? 'from text' : 'uploaded', users === 0 ? 'not used' : users === 1 ? 'used once' : `used ${users} times`].join(' · ')

/** What was done to how loud it is; as little as nobody hears is not said. */
export function loudnessLine(prompt: Prompt): string | null {
  if (prompt.note === null) return null
  const by = `${Math.round(Math.abs(prompt.gain_db))} dB`
  return prompt.gain_db > 0 ? `It was made louder by ${by}.` : `It was made quieter by ${by}.`
}

/** Mono sound of 16 bit as a WAV file. `samples`: from -1 to 1. */
export function wavOf(samples: Float32Array, rate: number): ArrayBuffer {
  const file = new DataView(new ArrayBuffer(44 + samples.length * 2))
  const text = (at: number, word: string): void => [...word].forEach((letter, index) => file.setUint8(at + index, letter.charCodeAt(0)))
  text(0, 'RIFF')
  file.setUint32(4, 36 + samples.length * 2, true)
  text(8, 'WAVEfmt ')
  file.setUint32(16, 16, true)
  file.setUint16(20, 1, true)
  file.setUint16(22, 1, true)
  file.setUint32(24, rate, true)
  file.setUint32(28, rate * 2, true)
  file.setUint16(32, 2, true)
  file.setUint16(34, 16, true)
  text(36, 'data')
  file.setUint32(40, samples.length * 2, true)
  samples.forEach((value, index) => file.setInt16(44 + index * 2, Math.round(Math.max(-1, Math.min(1, value)) * 32767), true))
  return file.buffer
}
