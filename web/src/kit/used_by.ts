/** What of an organisation uses a thing of it. Pure. */

export interface User { kind: 'number' | 'queue' | 'flow'; id: string; name: string }
export const KIND_WORDS: Record<User['kind'], string> = { number: /* @wc-include */ 'number', queue: /* @wc-include */ 'queue', flow: /* @wc-include */ 'flow' }
/** Between the last two of several. */
export const AND = /* @wc-include */ 'and'
/** `within`: what it names, as the API has it. */
export interface Using extends User { within: unknown }

/** Whether an id stands anywhere in it, as a value. */
export function names(thing: unknown, id: string): boolean {
  if (typeof thing !== 'object' || thing === null) return thing === id
  return Object.values(thing).some((each) => names(each, id))
}

/** All that name the thing, but not itself. */
export const usersOf = (all: readonly Using[], thing: string): User[] =>
  all.filter((one) => one.id !== thing && names(one.within, thing)).map(({ kind, id, name }) => ({ kind, id, name }))
