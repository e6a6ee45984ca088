import { describe, expect, it } from 'vitest'
import { heightOf, inOrder, legendOf, pictureOf, spaced, type Lane } from '../src/kit/call_picture'
import type { CallDetail } from '../src/kit/model'

const START = Date.parse('2026-03-02T07:00:00.000Z')
const at = (s: number): string => new Date(START + s * 1000).toISOString()
const ANN = { id: 'usr_ann', name: 'Ann' }
const BOB = { id: 'usr_bob', name: 'Bob' }
const offer = (s: number, agent: typeof ANN, outcome: string, ring_s: number, purpose = 'offer'): CallDetail['offers'][number] =>
  ({ at: at(s), agent, outcome, ring_s, purpose, candidates: [{ agent, chosen: true, code: 'idle_longest', reason: 'idle the longest', idle_s: 9 }], others: [] }) as CallDetail['offers'][number]
const part = (agent: typeof ANN, came: string, from: number, to: number, wrap_up_s = 0): CallDetail['agents'][number] =>
  ({ agent, came, answered_at: at(from), left_at: at(to), talk_s: to - from, hold_s: 0, wrap_up_s, disposition_id: null }) as CallDetail['agents'][number]

/** A menu, a wait, Ann does not answer, Bob does, holds the caller to consult Ann, and is in wrap-up. */
const CALL = {
  at: at(0), direction: 'inbound', queues: [], legs: [], monitors: [],
  line: [['menu', 5], ['wait', 10], ['ring', 8], ['wait', 2], ['ring', 3], ['talk', 60], ['hold', 30], ['talk', 20], ['wrap', 15]].map(([kind, s]) => ({ kind, s })),
  offers: [offer(15, ANN, 'ring_no_answer', 8), offer(25, BOB, 'answered', 3), offer(90, ANN, 'answered', 4, 'consult')],
  agents: [part(BOB, 'offer', 28, 138, 15), part(ANN, 'consult', 94, 118)],
  transfers: [],
  timeline: [{ at: at(0), event: 'CallArrived', text: 'The call came in' }, { at: at(5), event: 'CallQueued', text: 'Joined the queue' }, { at: at(138), event: 'CallEnded', text: 'The caller hung up' }],
} as unknown as CallDetail

const drawn = (lane: Lane | undefined): [string, number, number][] => (lane?.pieces ?? []).map((piece) => [piece.word, (piece.from - START) / 1000, (piece.to - START) / 1000])

describe('the picture of a call', () => {
  const picture = pictureOf(CALL)
  it('has the customer first, then the agents in the order in which they came', () => expect(picture.lanes.map((lane) => lane.who)).toEqual([null, 'Ann', 'Bob']))
  it('draws the customer’s whole time without a gap', () => {
    const [customer] = picture.lanes
    expect(drawn(customer)).toEqual([['menu', 0, 5], ['wait', 5, 15], ['ring', 15, 23], ['wait', 23, 25], ['ring', 25, 28], ['talk', 28, 88], ['hold', 88, 118], ['talk', 118, 138]])
  })
  it('draws each offer, talk, hold, consultation and wrap-up where it was', () => {
    expect(drawn(picture.lanes[1])).toEqual([['ring', 15, 23], ['ring', 90, 94], ['talk', 94, 118]])
    expect(drawn(picture.lanes[2])).toEqual([['ring', 25, 28], ['talk', 28, 88], ['hold', 88, 118], ['talk', 118, 138], ['wrap-up', 138, 153]])
    expect((picture.to - picture.from) / 1000).toBe(153)
  })
  it('gives each piece what happened meanwhile, and each offer its reasons', () => {
    const [customer, ann] = picture.lanes
    expect(customer?.pieces.map((piece) => piece.steps.map((step) => step.event))).toEqual([['CallArrived'], ['CallQueued'], [], [], [], [], [], ['CallEnded']])
    expect(ann?.pieces[0]?.offer?.candidates[0]?.reason).toBe('idle the longest')
  })
  it('spreads a lane over the whole time, with what lies between its pieces', () => {
    const parts = spaced(picture, picture.lanes[1] as Lane).map(({ gap, share }) => [Math.round(gap * 153), Math.round(share * 153)])
    expect(parts).toEqual([[15, 8], [67, 4], [0, 24], [35, 0]])
  })
  it('has every colour in its legend', () => {
    const tones = new Set(picture.lanes.flatMap((lane) => lane.pieces.map((piece) => piece.tone)))
    expect(new Set(legendOf(picture).map((one) => one.tone))).toEqual(tones)
  })
  it('is a list in order of time, on a narrow screen', () => expect(inOrder(picture).map(({ piece }) => piece.from)).toEqual([...inOrder(picture)].map(({ piece }) => piece.from).sort((a, b) => a - b)))
  it('marks where the caller left, and a transfer, though they have no length', () => {
    const left = pictureOf({ ...CALL, line: [{ kind: 'wait', s: 9 }, { kind: 'left', s: 0 }], offers: [], agents: [] } as CallDetail)
    expect(left.lanes[0]?.pieces.map((piece) => piece.mark)).toEqual([null, 'left'])
    const passed = pictureOf({ ...CALL, transfers: [{ at: at(130), by: BOB, kind: 'blind', to: 'queue', to_id: null, reached: true }] })
    expect(passed.lanes[2]?.pieces.find((piece) => piece.mark === 'transfer')?.from).toBe(START + 130_000)
  })
  it('has no lane of length nothing for a call that ended at once', () => {
    const picture = pictureOf({ ...CALL, line: [], offers: [], agents: [] } as CallDetail)
    expect(picture.to).toBeGreaterThan(picture.from)
  })
  it('is at least as high as a thumb, and never as high as a screen', () => {
    const long = { tone: 'wait', word: 'wait', from: 0, to: 9_000_000, mark: null, offer: null, steps: [] } as const
    expect([heightOf({ ...long, to: 0 }), heightOf({ ...long, to: 50_000 }), heightOf({ ...long, to: 9_000_000_000 })]).toEqual([2.75, 4.25, 8])
  })
})
