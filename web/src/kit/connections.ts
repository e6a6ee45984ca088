/** How calls reach an organisation: trunks and numbers as the API has them, and what is said of them. Pure. */
import { phoneNumber } from './format'
import type { Tone } from './timeline'
import type { NumberAnswer, TrunkAnswer } from './api-types'
import type { Named } from './model'

export type { NumberAnswer as OwnNumber, TrunkAnswer as Trunk } from './api-types'

export type TrunkStatus = TrunkAnswer['status']
/** What may be set of a trunk; a password is only ever sent, never told. */
export type TrunkWish = Omit<TrunkAnswer, 'id' | 'status' | 'since' | 'trouble'> & { password?: string }
export type NumberWish = Omit<NumberAnswer, 'id' | 'verified_at'>

export const NEW_TRUNK: Omit<TrunkWish, 'order'> = {
  name: '', kind: 'ip', addresses: [], host: null, port: null, transport: 'udp', username: null, send_as_account: false, srtp: false, symmetric_rtp: false, trust_identity: false, country: '',
  enabled: true,
}

const STATUS: Record<TrunkStatus, { tone: Tone; word: string; text: string }> = {
  registered: { tone: 'talk', word: 'Registered', text: 'The carrier accepted the registration: calls can come in and go out.' },
  reachable: { tone: 'talk', word: 'Reachable', text: 'The carrier’s host answers: outgoing calls work.' },
  inbound_only: { tone: 'talk', word: 'Incoming only', text: 'The trunk has no host, so it is for incoming calls only.' },
  rejected: { tone: 'bad', word: 'Rejected', text: 'The carrier answers, but refuses the registration. Check the user name and the password.' },
  unreachable: { tone: 'bad', word: 'No answer', text: 'The carrier’s host does not answer. Check the host, the port, the transport and your firewall.' },
  forbidden: { tone: 'bad', word: 'Not allowed', text: 'The host is this machine or in a private network, which this installation does not allow for trunks. Its operator can allow it.' },
  off: { tone: 'pause', word: 'Off', text: 'The trunk is switched off: no calls come in or go out over it.' },
  unknown: { tone: 'wait', word: 'Not checked yet', text: 'Call24 is checking it. This takes a few seconds.' },
}
/** What is wrong with the carrier's certificate comes first: it is why nothing else works, or soon will not. */
export function trunkStatus(trunk: TrunkAnswer): { tone: Tone; word: string; text: string } {
  const status = STATUS[trunk.status] ?? STATUS.unknown
  if (!trunk.trouble) return status
  if (status.tone === 'talk') return { ...status, text: `${status.text} ${trunk.trouble}.` }
  return { tone: 'bad', word: 'Not trusted', text: `${trunk.trouble}. No calls go out over it. Ask your carrier, or check the host.` }
}

/** Addresses as they are typed or pasted: on lines, with commas or blanks between. */
export const addressesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)

/** Where a call to the number goes, by name. */
export function leadsTo(number: NumberAnswer, queues: readonly Named[], flows: readonly Named[]): string {
  const named = (of: readonly Named[], id: string | null): string | undefined => of.find((one) => one.id === id)?.name
  return named(queues, number.queue_id) ?? named(flows, number.flow_id) ?? 'something that was deleted'
}

export const numberName = (number: NumberAnswer): string => [phoneNumber(number.number), number.label].filter(Boolean).join(' · ')

/** What of a form differs from what was read; nothing else is sent, so that two people at work do not undo each other. */
export function changesOf<T extends object>(before: T, form: T): Partial<T> {
  const names = Object.keys(form) as (keyof T)[]
  return Object.fromEntries(names.filter((name) => JSON.stringify(form[name]) !== JSON.stringify(before[name])).map((name) => [name, form[name]])) as Partial<T>
}
