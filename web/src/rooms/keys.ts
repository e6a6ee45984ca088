/** Keys on a laptop: A answers, M mutes, H holds, T transfers (screens/CallActions); only when no field has the focus and no modifier is held. */
import { desk } from './desk.svelte'

export const KEYS = [
  { key: 'A', does: 'answer a ringing call' },
  { key: 'M', does: 'mute or unmute' },
  { key: 'H', does: 'hold or take back' },
  { key: 'T', does: 'transfer' },
] as const

export function pressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return
  if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable], [role=menu]') !== null) return
  // By the letter on the key, so that it works with a Cyrillic layout too.
  if (event.code === 'KeyA') desk.answer()
  else if (event.code === 'KeyM') void desk.toggleMute()
  else if (event.code === 'KeyH') void desk.toggleHold()
}
