/**
 * Letter keys on a laptop: A answers, M mutes, H holds, T transfers (screens/CallActions), / searches a list (screens/ListSearch), J, K, N and E go through the tasks (screens/Work); only when no field has the focus and no
 * modifier is held. Who speaks to the computer, or touches keys by accident, switches them off (WCAG 2.1.4); this device remembers it.
 */
import { store } from '../links/store'
import { desk } from './desk.svelte'

export const KEYS = [
  { key: 'A', does: 'answer a ringing call' },
  { key: 'M', does: 'mute or unmute' },
  { key: 'H', does: 'hold or resume' },
  { key: 'T', does: 'transfer' },
  { key: '/', does: 'search the list' },
  { key: 'J', does: 'open the next task' },
  { key: 'K', does: 'open the previous task' },
  { key: 'N', does: 'write a new task' },
  { key: 'E', does: 'mark the open task as done' },
] as const

class LetterKeys {
  on = $state(store.choice('letter-keys') !== 'off')

  set(on: boolean): void {
    this.on = on
    store.setChoice('letter-keys', on ? null : 'off')
  }

  /** The letter as a hint beside a button; nothing when they are off. */
  hint(letter: string): string {
    return this.on ? letter : ''
  }

  /** Whether the event is this letter's wish. By the place of the key, so that it works with a Cyrillic layout too. */
  wishes(event: KeyboardEvent, code: string): boolean {
    return event.code === code && this.#free(event)
  }

  /** The slash, wherever a layout has it; where it has none (Cyrillic), the key in its place. */
  wishesSearch(event: KeyboardEvent): boolean {
    return (event.key === '/' || (event.code === /* @wc-ignore */ 'Slash' && !event.shiftKey && !/^[ -~]$/.test(event.key))) && this.#free(event)
  }

  #free(event: KeyboardEvent): boolean {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return false
    return !(event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable], [role=menu], dialog') !== null)
  }
}

export const letterKeys = new LetterKeys()

export function pressed(event: KeyboardEvent): void {
  if (letterKeys.wishes(event, 'KeyA')) desk.answer()
  else if (letterKeys.wishes(event, 'KeyM')) void desk.toggleMute()
  else if (letterKeys.wishes(event, 'KeyH')) void desk.toggleHold()
}
