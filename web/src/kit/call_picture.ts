/** A call that has ended as a picture: a lane for each party, in pieces that say when, how long and why. Pure; screens/CallPicture draws it. */
import type { CallDetail, Offer, Span } from './model'
import { KIND, type Tone } from './timeline'

/** What happened in a moment of the call, in words. */
export type Step = CallDetail['timeline'][number]
/** `mark`: it has no length of its own. `offer`: an agent was rung. Instants are epoch ms. */
export interface Piece { tone: Tone; word: string; from: number; to: number; mark: 'left' | 'transfer' | null; offer: Offer | null; steps: readonly Step[] }
/** `who` null: the customer's. */
export interface Lane { id: string; who: string | null; pieces: readonly Piece[] }
export interface Picture { from: number; to: number; lanes: readonly Lane[] }
type Laid = Pick<Piece, 'tone' | 'word' | 'from' | 'to'> & Partial<Piece>

const ms = (at: string): number => Date.parse(at)

function customer(call: CallDetail): Laid[] {
  let at = ms(call.at)
  return call.line.filter((span) => span.kind !== 'wrap').map((span: Span): Laid => {
    const from = at
    at += Math.round(span.s * 1000)
    return { ...KIND[span.kind], from, to: at, mark: span.kind === 'left' ? 'left' : null }
  }).filter((piece) => piece.to > piece.from || piece.mark !== null)
}

/** What of the customer's time falls into an agent's: on hold, else talking; who is consulted talks. */
function ofAgent(part: CallDetail['agents'][number], theirs: readonly Laid[], end: number): Laid[] {
  const [from, to] = [ms(part.answered_at), part.left_at === null ? end : ms(part.left_at)]
  const holds = part.came === 'consult' ? [] : theirs.filter((piece) => piece.tone === 'hold' && piece.from < to && piece.to > from)
  const pieces: Laid[] = []
  let at = from
  for (const hold of holds) {
    const [begins, ends] = [Math.max(hold.from, from), Math.min(hold.to, to)]
    if (begins > at) pieces.push({ ...KIND.talk, from: at, to: begins })
    pieces.push({ ...KIND.hold, from: begins, to: ends })
    at = ends
  }
  if (to > at) pieces.push({ ...KIND.talk, from: at, to })
  if (part.wrap_up_s > 0) pieces.push({ ...KIND.wrap, from: to, to: to + part.wrap_up_s * 1000 })
  return pieces
}

function agentLanes(call: CallDetail, theirs: readonly Laid[], end: number): Map<string, { who: string; pieces: Laid[] }> {
  const lanes = new Map<string, { who: string; pieces: Laid[] }>()
  const lane = (agent: { id: string; name: string }): Laid[] => {
    const known = lanes.get(agent.id) ?? { who: agent.name, pieces: [] }
    lanes.set(agent.id, known)
    return known.pieces
  }
  for (const offer of call.offers) lane(offer.agent).push({ ...KIND.ring, from: ms(offer.at), to: ms(offer.at) + offer.ring_s * 1000, offer })
  for (const part of call.agents ?? []) lane(part.agent).push(...ofAgent(part, theirs, end))
  for (const one of call.transfers ?? []) lane(one.by).push({ tone: 'none', word: 'transfer', from: ms(one.at), to: ms(one.at), mark: 'transfer' })
  for (const one of call.monitors ?? []) lane(one.user).push({ tone: 'pause', word: 'monitoring', from: ms(one.from), to: one.to === null ? end : ms(one.to) })
  return lanes
}

function outside(call: CallDetail, end: number): Lane[] {
  return (call.legs ?? []).filter((leg) => leg.party === 'outside').map((leg) => {
    const [began, ended] = [ms(leg.began_at), leg.ended_at === null ? end : ms(leg.ended_at)]
    const answered = leg.answered_at === null ? ended : ms(leg.answered_at)
    const pieces: Laid[] = [{ ...KIND.ring, from: began, to: answered }, { ...KIND.outside, from: answered, to: ended }]
    return { id: leg.id, who: 'Outside number', pieces: whole(pieces.filter((piece) => piece.to > piece.from), []) }
  })
}

/** In order, each with what happened meanwhile; who was rung has reasons instead. */
function whole(pieces: readonly Laid[], timeline: readonly Step[]): Piece[] {
  const inOrder = [...pieces].sort((a, b) => a.from - b.from || a.to - b.to)
  return inOrder.map((piece, n) => {
    const last = n === inOrder.length - 1
    const inside = ({ at }: Step): boolean => ms(at) >= piece.from && (last || ms(at) < Math.max(piece.to, piece.from + 1))
    return { mark: null, offer: null, ...piece, steps: piece.offer ? [] : timeline.filter(inside) }
  })
}

/** The customer first, then the agents in the order in which they came to it. */
export function pictureOf(call: CallDetail): Picture {
  const theirs = customer(call)
  const from = ms(call.at)
  const end = Math.max(from, ...theirs.map((piece) => piece.to))
  const agents = [...agentLanes(call, theirs, end)].map(([id, { who, pieces }]): Lane => ({ id, who, pieces: whole(pieces, []) }))
  const first = (lane: Lane): number => lane.pieces[0]?.from ?? end
  agents.sort((a, b) => first(a) - first(b))
  const lanes: Lane[] = [{ id: 'customer', who: null, pieces: whole(theirs, call.timeline) }, ...agents, ...outside(call, end)]
  const to = Math.max(end, from + 1000, ...lanes.flatMap((lane) => lane.pieces.map((piece) => piece.to)))
  return { from, to, lanes }
}

/** Each colour of the picture with its word, once, in the order in which they come. */
export function legendOf(picture: Picture): { tone: Tone; text: string }[] {
  const known = new Map<string, Tone>()
  for (const lane of picture.lanes) for (const piece of lane.pieces) if (piece.mark !== 'transfer') known.set(piece.word, piece.tone)
  return [...known].map(([text, tone]) => ({ tone, text }))
}

/** All pieces one after the other, for a narrow screen. */
export const inOrder = (picture: Picture): { lane: Lane; piece: Piece }[] =>
  picture.lanes.flatMap((lane) => lane.pieces.map((piece) => ({ lane, piece }))).sort((a, b) => a.piece.from - b.piece.from || a.piece.to - b.piece.to)

/** In rem, between what can be touched and what still fits: ten times as long is twice as high. */
export const heightOf = (piece: Piece): number => Math.min(8, 2.75 + Math.max(0, Math.log10(Math.max(1, (piece.to - piece.from) / 5_000))) * 1.5)

/** So many pieces a lane has room for, each as wide as a finger is. */
export const CROWDED = 20

/** A lane's pieces with what lies before each, as shares of the whole; at the end what lies after the last. */
export function spaced(picture: Picture, lane: Lane): { piece: Piece | null; gap: number; share: number }[] {
  const length = picture.to - picture.from
  let at = picture.from
  const found: { piece: Piece | null; gap: number; share: number }[] = lane.pieces.map((piece) => {
    const gap = Math.max(0, piece.from - at) / length
    at = Math.max(at, piece.to)
    return { piece, gap, share: (piece.to - piece.from) / length }
  })
  return at < picture.to ? [...found, { piece: null, gap: (picture.to - at) / length, share: 0 }] : found
}
