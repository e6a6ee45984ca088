import { expect, test } from 'vitest'
import { FILE_MAX, loudnessLine, nameOf, promptLine, wavOf, wrongFile, type Prompt } from '../src/kit/prompts'

test('files that cannot be a prompt are refused before they are sent', () => {
  expect(wrongFile({ name: 'Greeting.MP3', size: 9 })).toBe(null)
  expect(wrongFile({ name: 'greeting.wav', size: FILE_MAX })).toBe(null)
  expect(wrongFile({ name: 'greeting.wav', size: FILE_MAX + 1024 * 1024 })).toMatch(/^The file has 11\.0 MB; 10 MB at most/)
  expect(wrongFile({ name: 'greeting.wav', size: 0 })).toBe('The file is empty.')
  for (const name of ['greeting.m4a', 'wave', 'greeting.wav.exe']) expect(wrongFile({ name, size: 9 }), name).toBe('Choose a WAV, MP3, Ogg or FLAC file.')
})

test('a prompt is called as its file is', () => {
  expect([nameOf('main_menu-v2.final.wav'), nameOf('Welcome.mp3')]).toEqual(['main menu v2.final', 'Welcome'])
})

test('a line has the length, where it comes from, and whether it is used', () => {
  const prompt: Prompt = { id: 'prm_1', name: 'Welcome', seconds: 72.4, source: 'spoken', text: 'Hello', voice: 'en-gb', loudness_db: -20, gain_db: 0, note: null, created_at: '2026-11-30T00:00:00Z' }
  expect([loudnessLine(prompt), loudnessLine({ ...prompt, gain_db: 7.6, note: 'as the server says it' }), loudnessLine({ ...prompt, gain_db: -4, note: 'as the server says it' })]).toEqual([null, 'It was made louder by 8 dB.', 'It was made quieter by 4 dB.'])
  expect([promptLine(prompt, 0), promptLine({ ...prompt, source: 'uploaded' }, 1), promptLine(prompt, 3)]).toEqual(['1:12 · from text · not used', '1:12 · uploaded · used once', '1:12 · from text · used 3 times'])
})

test('a recording becomes a WAV file of 16 bit, and what is too loud is held at the edge', () => {
  const file = new DataView(wavOf(new Float32Array([0, 1, -1, 2]), 16000))
  const word = (at: number): string => String.fromCharCode(...new Uint8Array(file.buffer, at, 4))
  expect([word(0), word(8), word(12), word(36)]).toEqual(['RIFF', 'WAVE', 'fmt ', 'data'])
  expect([file.byteLength, file.getUint32(4, true), file.getUint32(24, true), file.getUint32(28, true), file.getUint32(40, true)]).toEqual([52, 44, 16000, 32000, 8])
  expect([44, 46, 48, 50].map((at) => file.getInt16(at, true))).toEqual([0, 32767, -32767, 32767])
})
