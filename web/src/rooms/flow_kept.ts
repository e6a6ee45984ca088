/** What was changed of a flow's draft and has not reached the server, kept in this browser until it has, or until the sign-out. */
import { same } from '../kit/flow_edits'
import { keptEdits, withEdit, withoutEdits, type KeptEdit } from '../kit/flow_kept'
import type { Content } from '../kit/flow_kinds'
import { store } from '../links/store'
import { account } from './account.svelte'

function drop(which: (edit: KeptEdit) => boolean): void {
  const text = store.choice('flows')
  if (text !== null) store.setChoice('flows', withoutEdits(text, which))
}

export const keptFlows = {
  /** The newest, of whichever page. */
  of: (flow: string): KeptEdit | null => keptEdits(store.choice('flows')).findLast((one) => one.flow === flow) ?? null,

  has: (flow: string, page: string, draft: Content): boolean =>
    keptEdits(store.choice('flows')).some((one) => one.flow === flow && one.page === page && same(one.draft, draft)),

  /** Nothing is kept of a user who is signed out by now. */
  put(edit: KeptEdit): void {
    if (account.me !== null) store.setChoice('flows', withEdit(store.choice('flows'), edit))
  },

  /** An edit that a page which is gone had left is this page's now. */
  takeOver(edit: KeptEdit, page: string): void {
    this.drop(edit.flow, edit.page)
    this.put({ ...edit, page })
  },

  /** What other pages keep of it stays. */
  drop: (flow: string, page: string): void => drop((one) => one.flow === flow && one.page === page),

  /** Of all pages, what the server has by now. */
  dropReached: (flow: string, stored: Content): void => drop((one) => one.flow === flow && same(one.draft, stored)),

  forget: (flow: string): void => drop((one) => one.flow === flow),
}
