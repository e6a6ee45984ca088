/** Things that are counted. A language has as many forms of each as it needs (the plural rule in its file of locales/). Pure. */

const NOUNS = {
  agent: (n: number) => plural(n, ['# agent', '# agents']),
  attempt: (n: number) => plural(n, ['# attempt', '# attempts']),
  blank: (n: number) => plural(n, ['# blank', '# blanks']),
  call: (n: number) => plural(n, ['# call', '# calls']),
  'call record': (n: number) => plural(n, ['# call record', '# call records']),
  caller: (n: number) => plural(n, ['# caller', '# callers']),
  card: (n: number) => plural(n, ['# card', '# cards']),
  change: (n: number) => plural(n, ['# change', '# changes']),
  code: (n: number) => plural(n, ['# code', '# codes']),
  contact: (n: number) => plural(n, ['# contact', '# contacts']),
  customer: (n: number) => plural(n, ['# customer', '# customers']),
  day: (n: number) => plural(n, ['# day', '# days']),
  document: (n: number) => plural(n, ['# document', '# documents']),
  'document and recording': (n: number) => plural(n, ['# document and recording', '# documents and recordings']),
  draft: (n: number) => plural(n, ['# draft', '# drafts']),
  export: (n: number) => plural(n, ['# export', '# exports']),
  'kind of event': (n: number) => plural(n, ['# kind of event', '# kinds of events']),
  notification: (n: number) => plural(n, ['# notification', '# notifications']),
  'number or queue': (n: number) => plural(n, ['# number or queue', '# numbers and queues']),
  task: (n: number) => plural(n, ['# task', '# tasks']),
  'open task': (n: number) => plural(n, ['# open task', '# open tasks']),
  'other contact': (n: number) => plural(n, ['# other contact', '# other contacts']),
  permission: (n: number) => plural(n, ['# permission', '# permissions']),
  person: (n: number) => plural(n, ['# person', '# people']),
  problem: (n: number) => plural(n, ['# problem', '# problems']),
  record: (n: number) => plural(n, ['# record', '# records']),
  recording: (n: number) => plural(n, ['# recording', '# recordings']),
  row: (n: number) => plural(n, ['# row', '# rows']),
  scope: (n: number) => plural(n, ['# scope', '# scopes']),
  step: (n: number) => plural(n, ['# step', '# steps']),
  thing: (n: number) => plural(n, ['# thing', '# things']),
  user: (n: number) => plural(n, ['# user', '# users']),
}

export type Noun = keyof typeof NOUNS

/** The form of a text for a number; the build gives the forms and the rule of the page's language. `#`: the number. */
function plural(n: number, forms: readonly string[], rule: (n: number) => number = (k) => (k === 1 ? 0 : 1)): string {
  return (forms[rule(n)] ?? forms[0] ?? '').replace('#', String(n))
}

/** "1 agent", "3 agents". */
export const counted = (n: number, noun: Noun): string => NOUNS[noun](n)
