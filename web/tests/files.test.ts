import { expect, test } from 'vitest'
import { asThumbnail, fileSize, isPicture, isSame, kindOfFile, metadataOf, notReady, refusedAtOnce, unfinishedOf } from '../src/kit/files'
import type { FileRow } from '../src/kit/model'

test('sizes are said in the unit that suits them', () => {
  expect([0, 1, 1023, 1536, 200_000, 104_857_600, 10_737_418_240].map(fileSize)).toEqual(['0 bytes', '1 bytes', '1023 bytes', '1.5 KB', '195 KB', '100 MB', '10 GB'])
})

test('kinds have a word, also those that are not known', () => {
  expect(['application/pdf', 'image/png', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.oasis.opendocument.spreadsheet', 'x/y'].map(kindOfFile)).toEqual(['PDF', 'Picture', 'Document', 'Table', 'File'])
})

test('what a browser draws is shown large, and of HEIC its thumbnail once there is one', () => {
  const file = (type: string, thumbnail: FileRow['thumbnail'], state: FileRow['state'] = 'ready') => ({ state, type, thumbnail }) as FileRow
  expect([file('image/jpeg', 'none'), file('image/heic', 'made'), file('image/heic', 'due'), file('image/heic', 'none'), file('image/heic', 'made', 'scanning'), file('video/mp4', 'none')].map(isPicture)).toEqual([true, true, false, false, false, false])
  expect([file('image/heic', 'made'), file('image/jpeg', 'made')].map(asThumbnail)).toEqual([true, false])
})

test('what cannot be opened says why and what to do', () => {
  const file = { state: 'quarantined', found: 'Eicar' } as FileRow
  expect(notReady(file)?.text).toContain('Eicar')
  expect(notReady({ ...file, state: 'ready' })).toBeNull()
  expect(notReady({ ...file, state: 'scanning' })?.word).toBe('Being checked')
})

test('what the server would refuse is refused before it is sent', () => {
  const usage = { bytes: 900, files: 1, quota: 1000, largest: 200 }
  expect([0, 201, 101, 100].map((size) => refusedAtOnce(size, usage)?.code)).toEqual(['file_empty', 'file_too_large', 'file_quota', undefined])
  expect(refusedAtOnce(10_000, null)).toBeNull()
})

test('metadata is in base64, also of names in other alphabets', () => {
  expect(metadataOf('Гэрээ.pdf', { person_id: 'per_1' })).toBe('filename 0JPRjdGA0Y3RjS5wZGY=,person_id cGVyXzE=')
})

test('of what the browser kept, what is old or no upload is left out', () => {
  const one = { id: 'fil_1', about: 'tsk_1', modified: 5, at: 1_000 }
  expect(unfinishedOf(JSON.stringify([one, { ...one, at: 1_000 - 25 * 3_600_000 }, null, { id: 3 }]), 2_000)).toEqual([one])
  expect([unfinishedOf('{', 0), unfinishedOf('3', 0), unfinishedOf(null, 0)]).toEqual([[], [], []])
})

test('a file is the same one by its name, size and time of change', () => {
  const file = new File(['hello'], 'a.txt', { lastModified: 7 })
  expect([isSame(file, 'a.txt', 5, 7), isSame(file, 'a.txt', 5, 8), isSame(file, 'b.txt', 5, 7), isSame(file, 'a.txt', 6, 7)]).toEqual([true, false, false, false])
})
