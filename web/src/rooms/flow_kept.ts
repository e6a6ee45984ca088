/** What was changed of a flow's draft and has not reached the server, kept in this browser until it has, or until the sign-out. */
import { keptEdits, withEdit, type KeptEdit } from '../kit/flow_kept'
import { store } from '../links/store'
import { account } from './account.svelte'

export const keptFlows = {
  of: (flow: string): KeptEdit | null => keptEdits(store.choice('flows')).find((one) => one.flow === flow) ?? null,

  /** False: this browser keeps nothing. Nothing is kept of a user who is signed out by now. */
  put(flow: string, edit: Omit<KeptEdit, 'flow'>): boolean {
    if (account.me === null) return false
    const all = withEdit(store.choice('flows'), flow, edit)
    store.setChoice('flows', all)
    return store.choice('flows') === all
  },

  drop(flow: string): void {
    const text = store.choice('flows')
    if (text !== null) store.setChoice('flows', withEdit(text, flow, null))
  },
}
