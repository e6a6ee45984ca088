/** The system's call screens and this page's desk: loaded in the app for phones alone. */
import type { PhoneAccess } from '../kit/model'
import type { Shell } from '../links/shell'
import { openPhone, type SipListener, type SipPhone } from '../links/sip'
import { desk } from './desk.svelte'
import { phone } from './phone.svelte'
import { ShellCalls, type Acts } from './shell_calls'

const acts: Acts = {
  answer: () => {
    desk.answer()
    // The server may not have told of the call yet.
    if (phone.call?.stage === 'ringing') phone.answer()
  },
  decline: () => void (desk.view.kind === 'ringing' ? desk.decline() : phone.end()),
  hangUp: () => void (desk.view.kind === 'talking' ? desk.hangUp() : phone.end()),
  hold: (on) => {
    if (desk.view.kind === 'talking' && (desk.view.state === 'held') !== on) void desk.toggleHold()
  },
  mute: (on) => {
    if (desk.muted !== on) void desk.toggleMute()
  },
}

export function openWithScreens(access: PhoneAccess, on: SipListener, shell: Shell): SipPhone {
  const calls = new ShellCalls(openPhone, access, on, shell, acts)
  const listening = shell.addListener('command', (command) => calls.heard(command))
  const stop = $effect.root(() => {
    const held = $derived(desk.view.kind === 'talking' && desk.view.state === 'held')
    let before = false
    $effect(() => {
      if (held !== before) calls.tell(held ? 'app_held' : 'app_resumed', desk.callId)
      before = held
    })
  })
  return {
    register: () => calls.register(),
    alive: () => calls.alive(),
    close: () => {
      stop()
      void listening.then((one) => one.remove()).catch(() => undefined)
      calls.close()
    },
  }
}
