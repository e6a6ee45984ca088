/** What a new flow may begin as. Pure. */
import type { IconName } from '../ui/icons'
import { KEYS, type Content, type FlowNode } from './flow_kinds'

export const TEMPLATES = [
  { name: 'queue', label: 'Greeting, then a queue', about: 'Callers hear a greeting and wait for an agent.', icon: 'history', many: false, hours: false },
  { name: 'menu', label: 'Menu, then queues', about: 'Callers press a key and wait for whom they chose.', icon: 'keypad', many: true, hours: false },
  { name: 'hours', label: 'Opening hours, then a queue or voicemail', about: 'In opening hours callers wait for an agent; outside of them they leave a message.', icon: 'clock', many: false, hours: true },
  { name: 'empty', label: 'Empty', about: 'You add every step yourself.', icon: 'plus', many: false, hours: false },
] as const satisfies readonly { name: string; label: string; about: string; icon: IconName; many: boolean; hours: boolean }[]
export type TemplateName = (typeof TEMPLATES)[number]['name']
const KEYS_OFFERED = 9

/** `queues`, `hours`: ids that were chosen; what is not chosen is said by validation. */
export function templated(template: TemplateName, queues: readonly string[], hours: string): Content {
  const first: FlowNode = { type: 'queue', queue_id: queues[0] ?? '', exits: {} }
  const voicemail: FlowNode = { type: 'voicemail', prompt: null }
  if (template === 'queue') return { start: 'greeting', nodes: { greeting: { type: 'announce', prompt: 'greeting', next: 'queue' }, queue: first } }
  if (template === 'hours') {
    return { start: 'hours', nodes: { hours: { type: 'hours', hours_id: hours, open: 'greeting', closed: 'voicemail' }, greeting: { type: 'announce', prompt: 'greeting', next: 'queue' }, queue: first, voicemail } }
  }
  if (template === 'empty') return { start: '', nodes: {} }
  const wanted = (queues.length === 0 ? [''] : queues).slice(0, KEYS_OFFERED)
  const ids = wanted.map((_, at) => (at === 0 ? 'queue' : `queue-${at + 1}`))
  const choices = Object.fromEntries(ids.map((id, at) => [KEYS[at] ?? '0', id]))
  const waiting = Object.fromEntries(wanted.map((queue_id, at) => [ids[at] ?? '', { type: 'queue', queue_id, exits: {} } satisfies FlowNode]))
  return { start: 'menu', nodes: { menu: { type: 'menu', prompt: '', choices, timeout_s: 5, tries: 3, on_timeout: 'queue', on_invalid: 'queue', invalid_prompt: 'invalid-choice' }, ...waiting } }
}
