import { expect, test } from 'vitest'
import { Problem } from '../src/kit/problem'
import { FIRST_PART, LARGEST_PART, mayWorkLater, SMALLEST_PART, TRIES, Upload, waitS, type Pace, type Wire } from '../src/kit/uploading'

const away = new Problem('away', 0, 'No network')

function fileOf(size: number): File {
  return new File([new Uint8Array(size).map((_, n) => (n * 7) % 251)], 'a.pdf')
}

/** A server of one upload: what arrived, what each request was, and what it is told to answer with. */
class Server implements Wire {
  arrived: number[] = []
  id = ''
  asked: string[] = []
  /** For the next requests that send: a problem, and how many bytes of the part still arrive. */
  trouble: { problem: Problem; keeps: number }[] = []
  begins: Problem[] = []
  ids = 0

  begin(): Promise<{ id: string; offset: number }> {
    this.asked.push('begin')
    const problem = this.begins.shift()
    if (problem !== undefined) return Promise.reject(problem)
    this.arrived = []
    this.id = `fil_${++this.ids}`
    return Promise.resolve({ id: this.id, offset: 0 })
  }

  offset(id: string): Promise<number> {
    this.asked.push('offset')
    return id === this.id ? Promise.resolve(this.arrived.length) : Promise.reject(new Problem('not_found', 404, 'Gone'))
  }

  async send(id: string, offset: number, bytes: Blob): Promise<number> {
    this.asked.push(`send ${offset}+${bytes.size}`)
    if (id !== this.id) throw new Problem('not_found', 404, 'Gone')
    const trouble = this.trouble.shift()
    if (trouble === undefined && offset !== this.arrived.length) throw new Problem('upload_offset', 409, 'Elsewhere')
    const all = new Uint8Array(await bytes.arrayBuffer())
    this.arrived = this.arrived.concat(Array.from(all.slice(0, trouble?.keeps ?? all.length)))
    if (trouble !== undefined) throw trouble.problem
    return this.arrived.length
  }
}

class StillPace implements Pace {
  waited: number[] = []
  ms = 0
  constructor(private readonly each = 0) {}
  now = (): number => (this.ms += this.each)
  chance = (): number => 0.5
  wait = (ms: number): Promise<void> => Promise.resolve(void this.waited.push(ms))
}

const whole = async (file: File): Promise<number[]> => [...new Uint8Array(await file.arrayBuffer())]

test('a file goes in parts that grow while they are quick, and arrives as it is', async () => {
  const [server, file] = [new Server(), fileOf(FIRST_PART * 4 + 5)]
  const upload = new Upload(file, server, new StillPace(), () => undefined)
  await upload.run()
  expect(server.asked).toEqual(['begin', `send 0+${FIRST_PART}`, `send ${FIRST_PART}+${FIRST_PART * 2}`, `send ${FIRST_PART * 3}+${FIRST_PART + 5}`])
  expect(upload.state).toBe('done')
  expect(server.arrived).toEqual(await whole(file))
})

test('parts shrink while they are slow, and are never larger than the largest', async () => {
  const [slow, quick] = [new Server(), new Server()]
  await new Upload(fileOf(FIRST_PART * 2), slow, new StillPace(10_000), () => undefined).run()
  expect(slow.asked.slice(0, 4)).toEqual(['begin', `send 0+${FIRST_PART}`, `send ${FIRST_PART}+${FIRST_PART / 2}`, `send ${FIRST_PART * 1.5}+${SMALLEST_PART}`])
  await new Upload(fileOf(LARGEST_PART * 3), quick, new StillPace(), () => undefined).run()
  expect(Math.max(...quick.asked.slice(1).map((one) => Number(one.split('+')[1])))).toBe(LARGEST_PART)
})

test('after the network broke off it asks how much arrived and goes on from there', async () => {
  const [server, pace, file] = [new Server(), new StillPace(), fileOf(FIRST_PART * 2)]
  server.trouble = [{ problem: away, keeps: 1000 }, { problem: away, keeps: 0 }]
  const states: string[] = []
  const upload: Upload = new Upload(file, server, pace, () => states.push(upload.state))
  await upload.run()
  expect(server.asked.slice(0, 6)).toEqual(['begin', `send 0+${FIRST_PART}`, 'offset', `send 1000+${FIRST_PART / 2}`, 'offset', `send 1000+${SMALLEST_PART}`])
  expect(pace.waited).toEqual([1000, 2000])
  expect(states).toContain('retrying')
  expect(upload.state).toBe('done')
  expect(server.arrived).toEqual(await whole(file))
})

test('another count of bytes is asked for: at once when ours was wrong, later when another window goes on or a part came damaged', async () => {
  for (const [code, status, waits] of [['upload_offset', 409, []], ['upload_taken_over', 409, [1000]], ['http_460', 460, [1000]]] as const) {
    const [server, pace, file] = [new Server(), new StillPace(), fileOf(5000)]
    server.trouble = [{ problem: new Problem(code, status, ''), keeps: 3000 }]
    await new Upload(file, server, pace, () => undefined).run()
    expect(server.asked).toEqual(['begin', 'send 0+5000', 'offset', 'send 3000+2000'])
    expect(pace.waited).toEqual(waits)
    expect(server.arrived).toEqual(await whole(file))
  }
})

test('an answer that is lost after the last byte costs a question, not the file', async () => {
  const [server, file] = [new Server(), fileOf(5000)]
  server.trouble = [{ problem: away, keeps: 5000 }]
  const upload = new Upload(file, server, new StillPace(), () => undefined)
  await upload.run()
  expect([upload.state, server.asked]).toEqual(['done', ['begin', 'send 0+5000', 'offset']])
})

test('what was begun on an earlier visit goes on, and is begun again where it is gone', async () => {
  const [server, file] = [new Server(), fileOf(5000)]
  await server.begin()
  server.arrived = (await whole(file)).slice(0, 4000)
  const upload = new Upload(file, server, new StillPace(), () => undefined, 'fil_1')
  await upload.run()
  expect(server.asked.slice(1)).toEqual(['offset', 'send 4000+1000'])
  const late = new Upload(file, server, new StillPace(), () => undefined, 'fil_old')
  await late.run()
  expect([late.state, late.id, server.asked.slice(3)]).toEqual(['done', 'fil_2', ['offset', 'begin', 'send 0+5000']])
})

test('a refusal is told and not tried again; trouble is, longer each time, and not for ever', async () => {
  for (const [code, status] of [['file_quota', 409], ['file_type_refused', 422], ['forbidden', 403], ['too_many_uploads', 429]] as const) {
    const server = new Server()
    server.begins = [new Problem(code, status, '')]
    const upload = new Upload(fileOf(10), server, new StillPace(), () => undefined)
    await upload.run()
    expect([upload.state, upload.problem?.code, server.asked]).toEqual(['failed', code, ['begin']])
  }
  const [server, pace] = [new Server(), new StillPace()]
  server.begins = Array<Problem>(TRIES + 1).fill(away)
  const upload = new Upload(fileOf(10), server, pace, () => undefined)
  await upload.run()
  expect([upload.state, upload.problem?.code]).toEqual(['failed', 'away'])
  expect(pace.waited).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((s) => s * 1000))
  await upload.run()
  expect(upload.state).toBe('done')
})

test('what arrives in between makes the next break the first again', async () => {
  const [server, pace, file] = [new Server(), new StillPace(), fileOf(FIRST_PART)]
  server.trouble = [{ problem: away, keeps: 9 }, { problem: away, keeps: 0 }]
  await new Upload(file, server, pace, () => undefined).run()
  expect(pace.waited).toEqual([1000, 2000])
  const [flaky, later] = [new Server(), new StillPace()]
  const send = flaky.send.bind(flaky)
  let parts = 0
  flaky.send = (...part) => (++parts % 2 === 0 ? Promise.reject(away) : send(...part))
  await new Upload(fileOf(FIRST_PART * 4), flaky, later, () => undefined).run()
  expect(later.waited.length).toBeGreaterThan(1)
  expect(new Set(later.waited)).toEqual(new Set([1000]))
})

test('a server that says when to come back is believed', () => {
  expect(waitS(1, new Problem('too_many', 429, '', [], 17), 0)).toBe(17)
  expect([waitS(2, away, 0), waitS(2, away, 1)]).toEqual([1.5, 2.5])
  expect([408, 429, 460, 500, 503].map((status) => mayWorkLater(new Problem('x', status, '')))).toEqual([true, true, true, true, true])
  expect([400, 401, 403, 404, 422].map((status) => mayWorkLater(new Problem('x', status, '')))).toEqual([false, false, false, false, false])
})

test('a paused upload keeps what arrived, asks again, and goes on', async () => {
  const [server, file] = [new Server(), fileOf(FIRST_PART * 3)]
  let paused = false
  const upload: Upload = new Upload(file, server, new StillPace(), () => {
    if (paused || upload.state !== 'sending' || upload.offset !== FIRST_PART) return
    paused = true
    upload.pause()
  })
  await upload.run()
  expect([upload.state, server.arrived.length]).toEqual(['paused', FIRST_PART])
  const before = server.asked.length
  await upload.run()
  expect(server.asked[before]).toBe('offset')
  expect(server.asked[before + 1]).toMatch(`send ${FIRST_PART}+`)
  expect(upload.state).toBe('done')
  expect(server.arrived).toEqual(await whole(file))
})

test('a file that cannot be read any more is said to be so', async () => {
  const file = fileOf(10)
  file.slice = () => ({ size: 10, slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }) }) as unknown as Blob
  const upload = new Upload(file, new Server(), new StillPace(), () => undefined)
  await upload.run()
  expect([upload.state, upload.problem?.code]).toEqual(['failed', 'file_unreadable'])
})
