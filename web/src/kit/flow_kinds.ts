/**
 * The kinds of steps of a flow, as a table: what each is called, how it begins, which ways lead on, which settings it
 * has. Another kind is another entry. The server decides what may be published; this only draws and names. Pure.
 */
import type { Flow } from './api-types'
import { listed } from './format'
import type { IconName } from '../ui/icons'

export type FlowNode = Flow['nodes'][string]
export type KindName = FlowNode['type']
export type Nodes = Readonly<Record<string, FlowNode>>
/** What calls run or what is edited: where it begins, and its steps by id. */
export interface Content { start: string; nodes: Nodes }
/** What a thing that a step names is called: a queue, opening hours, a prompt, a person. */
export type NameOf = (id: string) => string

/** A setting. `none`: may be left out, and what happens then. */
export type FieldKind = 'prompt' | 'queue' | 'hours' | 'people' | 'skills' | 'number' | 'phone' | 'key'
export interface Setting { name: string; kind: FieldKind; label: string; none?: string; unit?: string; min?: number; max?: number; hint?: string }
/** A way on. `optional`: the step has it only where it is chosen. */
export interface Exit { way: string; label: string; short: string; to: string | null; optional?: boolean }

interface Kind<Node extends FlowNode = FlowNode> {
  label: string
  about: string
  icon: IconName
  fresh: Node
  exits: readonly (readonly [way: string, label: string, short?: string])[]
  settings: readonly Setting[]
  /** What it is called on its card, and what the card says beneath. */
  title: (node: Node, name: NameOf) => string
  facts: (node: Node, name: NameOf) => string
}
type Table = { readonly [Name in KindName]: Kind<Extract<FlowNode, { type: Name }>> }

const quoted = (id: string, name: NameOf): string => (id === '' ? 'no prompt chosen' : `“${name(id)}”`)
const said = (id: string | null, name: NameOf, none: string): string => (id === null ? none : quoted(id, name))
const chosen = (id: string, name: NameOf, none: string): string => (id === '' ? none : name(id))
const PROMPT: Setting = { name: 'prompt', kind: 'prompt', label: 'What is said' }
const RING_S: Setting = { name: 'ring_s', kind: 'number', label: 'Rings for', unit: 'seconds', min: 5, max: 120 }

export const KINDS: Table = {
  announce: {
    label: 'Announcement', about: 'Plays a prompt, then goes on.', icon: 'sound',
    fresh: { type: 'announce', prompt: '', next: '' }, exits: [['next', 'Then', 'then']], settings: [PROMPT],
    title: (node, name) => (node.prompt === '' ? 'Announcement' : `“${name(node.prompt)}”`), facts: (node) => (node.prompt === '' ? 'no prompt chosen' : 'is played to its end'),
  },
  menu: {
    label: 'Menu', about: 'Plays a prompt and waits for a key.', icon: 'keypad',
    fresh: { type: 'menu', prompt: '', choices: { 1: '' }, timeout_s: 5, tries: 3, on_timeout: '', on_invalid: '', invalid_prompt: 'invalid-choice' },
    exits: [['on_timeout', 'If nothing is pressed', /* @wc-include */ 'nothing'], ['on_invalid', 'After wrong keys', 'wrong key']],
    settings: [
      PROMPT, { name: 'timeout_s', kind: 'number', label: 'Waits for a key', unit: 'seconds', min: 1, max: 60 }, { name: 'tries', kind: 'number', label: 'Is said at most', unit: 'times', min: 1, max: 10 },
      { name: 'invalid_prompt', kind: 'prompt', label: 'Said after a wrong key', none: 'Nothing' },
    ],
    title: () => 'Menu', facts: (node, name) => `${quoted(node.prompt, name)} · at most ${node.tries === 1 ? /* @wc-include */ 'once' : node.tries === 2 ? /* @wc-include */ 'twice' : `${node.tries} times`}`,
  },
  hours: {
    label: 'Opening hours', about: 'Goes one way when it is open, another when it is not.', icon: 'clock',
    fresh: { type: 'hours', hours_id: '', open: '', closed: '' }, exits: [[/* @wc-include */ 'open', 'While it is open', /* @wc-include */ 'open'], [/* @wc-include */ 'closed', 'While it is closed', /* @wc-include */ 'closed']],
    settings: [{ name: 'hours_id', kind: 'hours', label: 'Opening hours' }],
    title: () => 'Open now?', facts: (node, name) => chosen(node.hours_id, name, 'no opening hours chosen'),
  },
  set: {
    label: 'Priority and skills', about: 'Sets what the call asks of routing.', icon: 'settings',
    fresh: { type: 'set', priority: null, skills: [], next: '' }, exits: [['next', 'Then', 'then']],
    settings: [
      { name: 'priority', kind: 'number', label: 'Priority', none: 'As it was', min: 0, max: 100, hint: '0 to 100; higher is served first. Empty: as it was.' },
      { name: 'skills', kind: 'skills', label: 'Skills that the agent must have' },
    ],
    title: () => 'Priority and skills',
    facts: (node) => [...(node.priority === null ? [] : [`priority ${node.priority}`]), ...node.skills.map((skill) => `${skill.name} ${skill.level}`)].join(' · ') || 'nothing chosen',
  },
  queue: {
    label: 'Queue', about: 'The caller waits for an agent.', icon: 'history',
    fresh: { type: 'queue', queue_id: '', exits: {} },
    exits: [['exits.max_wait', 'After the longest wait', 'waited too long'], ['exits.nobody', 'If no agent is there', 'no agents'], ['exits.full', 'If it is full', /* @wc-include */ 'full'], ['exits.closed', 'If the queue is closed', /* @wc-include */ 'closed']],
    settings: [{ name: 'queue_id', kind: 'queue', label: 'Queue' }],
    title: (node, name) => chosen(node.queue_id, name, 'Queue'), facts: (node) => (node.queue_id === '' ? 'no queue chosen' : 'waits for an agent'),
  },
  ring: {
    label: 'Ring people', about: 'Rings certain people, whatever their queues.', icon: 'user',
    fresh: { type: 'ring', agents: [], ring_s: 25, no_answer: '' }, exits: [['no_answer', 'If nobody answers', 'no answer']],
    settings: [{ name: 'agents', kind: 'people', label: 'Who is rung' }, RING_S],
    title: (node, name) => (node.agents.length === 0 ? 'Ring people' : `Ring ${node.agents.length > 2 ? `${node.agents.length} people` : listed(node.agents.map(name))}`),
    facts: (node) => (node.agents.length === 0 ? 'nobody chosen' : `for ${node.ring_s} seconds`),
  },
  callback: {
    label: 'Callback offer', about: 'Whoever accepts may hang up and keeps the place in the queue.', icon: 'callback',
    fresh: { type: 'callback', queue_id: '', prompt: 'callback-offer', digit: '1', declined: '' }, exits: [[/* @wc-include */ 'declined', 'Who prefers to wait', /* @wc-include */ 'declined']],
    settings: [{ name: 'queue_id', kind: 'queue', label: 'Queue that calls back' }, PROMPT, { name: 'digit', kind: 'key', label: 'Key that accepts' }],
    title: () => 'Callback offer', facts: (node, name) => `${chosen(node.queue_id, name, 'no queue chosen')} · key ${node.digit || '?'}`,
  },
  forward: {
    label: 'Outside number', about: 'Calls a number outside.', icon: 'out',
    fresh: { type: 'forward', number: '', ring_s: 30, failed: '' }, exits: [['failed', 'If it is not reached', 'not reached']],
    settings: [{ name: 'number', kind: 'phone', label: 'Number', hint: 'With its country code, such as +976 7000 1000.' }, RING_S],
    title: (node) => (node.number === '' ? 'Outside number' : `Call ${node.number}`), facts: (node) => (node.number === '' ? 'no number chosen' : `for ${node.ring_s} seconds`),
  },
  withdraw_consent: {
    label: 'Stop the recording', about: 'Nothing records the call from here on.', icon: 'shield',
    fresh: { type: 'withdraw_consent', prompt: 'recording-stopped', next: '' }, exits: [['next', 'Then', 'then']], settings: [PROMPT],
    title: () => 'Stop the recording', facts: (node, name) => quoted(node.prompt, name),
  },
  task: {
    label: 'Leave a task', about: 'Leaves a task in a queue, with the caller and the keys pressed.', icon: 'task',
    fresh: { type: 'task', queue_id: '', prompt: '', next: '' }, exits: [['next', 'Then', 'then']], settings: [{ name: 'queue_id', kind: 'queue', label: 'Queue of the task' }, PROMPT],
    title: (node, name) => chosen(node.queue_id, name, 'Leave a task'), facts: (node, name) => (node.queue_id === '' ? 'no queue chosen' : quoted(node.prompt, name)),
  },
  voicemail: {
    label: 'Voicemail', about: 'Records a message, and ends the call.', icon: 'voicemail',
    fresh: { type: 'voicemail', prompt: null }, exits: [], settings: [{ ...PROMPT, none: 'The built-in words' }],
    title: () => 'Voicemail', facts: (node, name) => said(node.prompt, name, 'the built-in words'),
  },
  hang_up: {
    label: 'Hang up', about: 'Says something or nothing, and ends the call.', icon: 'close',
    fresh: { type: 'hang_up', prompt: null }, exits: [], settings: [{ ...PROMPT, none: 'Nothing' }],
    title: () => 'Hang up', facts: (node, name) => said(node.prompt, name, 'without a word'),
  },
}

export const KIND_NAMES = Object.keys(KINDS) as KindName[]
export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'] as const

/** TypeScript cannot see that a node's own entry takes it. */
export const kindOf = (node: FlowNode): Kind => KINDS[node.type] as unknown as Kind

export const titleOf = (node: FlowNode, name: NameOf): string => kindOf(node).title(node, name)
export const factsOf = (node: FlowNode, name: NameOf): string => kindOf(node).facts(node, name)

/** Where a way leads: empty, not chosen yet; null: the step does not have it. */
export function target(node: FlowNode, way: string): string | null {
  const [field = '', key] = way.split('.', 2)
  const value = (node as unknown as Record<string, unknown>)[field]
  if (key === undefined) return typeof value === 'string' ? value : null
  return ((value ?? {}) as Record<string, string>)[key] ?? null
}

/** All ways on from a step, those that it might have too, in the order in which they are listed. */
export function exitsOf(node: FlowNode): Exit[] {
  const keys = node.type === 'menu' ? KEYS.filter((key) => key in node.choices).map((key) => ({ way: `choices.${key}`, label: `Key ${key}`, short: key, to: node.choices[key] ?? '' })) : []
  const others = kindOf(node).exits.map(([way, label, short]) => ({ way, label, short: short ?? label, to: target(node, way), ...(way.startsWith('exits.') ? { optional: true } : {}) }))
  return [...keys, ...others]
}

/** Those that the step has. */
export const waysOn = (node: FlowNode): Exit[] => exitsOf(node).filter((exit) => exit.to !== null)
