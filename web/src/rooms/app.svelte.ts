/** Starts and stops the rooms with the sign-in, and opens the measuring door for tests. The composition root of all behind the sign-in. */
import { untrack } from 'svelte'
import type { Permission } from '../kit/permissions'
import { account } from './account.svelte'
import { brand } from './brand.svelte'
import { choices } from './choices.svelte'
import { closing } from './closing.svelte'
import { desk } from './desk.svelte'
import { earpiece } from './earpiece.svelte'
import { installation } from './installation.svelte'
import { live } from './live.svelte'
import { microphone } from './microphone.svelte'
import { notifications } from './notifications.svelte'
import { phone } from './phone.svelte'
import { push } from './push.svelte'
import { policy } from './policy.svelte'
import { pictures } from './pictures.svelte'
import { recents } from './recents.svelte'
import { ringThrough, wakeAudio } from './ringtone'
import { router } from './route.svelte'
import { selfAudits } from './self_audits.svelte'
import { soundDevices } from './sound_devices.svelte'
import { takeover } from './takeover.svelte'
import { taskOffers } from './task_offer.svelte'
import { tasks } from './tasks.svelte'
import { watch } from './watch.svelte'

interface Room { start: () => unknown; stop: () => void }

/** Runs a room while the user may do what it is for: a role can be changed meanwhile. */
const whileAllowed = (permission: Permission, room: Room): void => runWhile(() => account.may(permission), room)

function runWhile(allowed: () => boolean, room: Room): void {
  const wanted = $derived(allowed())
  $effect(() => {
    if (!wanted) return
    untrack(() => void room.start())
    return () => untrack(() => room.stop())
  })
}

/** What the first screen is drawn from is asked for before the rest: a browser has six requests under way at most. */
const DRAWN_MS = 250

/** What no call and no list waits for; returns what ends it. */
function openRest(): () => void {
  const stopAllowed = $effect.root(() => {
    whileAllowed('tasks.write', taskOffers)
    whileAllowed('audit.read', selfAudits)
    runWhile(() => account.me?.operator ?? false, installation)
  })
  tasks.start()
  notifications.start()
  pictures.start()
  brand.start()
  closing.start()
  void microphone.look()
  let left = false
  let stopHands = (): void => undefined
  import('./hands').then(({ open }) => left || (stopHands = open()), () => undefined)
  return () => {
    left = true
    stopHands()
    closing.stop()
    brand.stop()
    pictures.stop()
    notifications.stop()
    tasks.stop()
    stopAllowed()
  }
}

/** Runs while somebody is signed in; returns what ends it. */
export function open(): () => void {
  window.__call24 = {
    audio: { spectrum: () => earpiece.spectrum() },
    phone: () => ({ state: phone.status, call: phone.call?.callId ?? null, watched: phone.watched?.callId ?? null }),
  }
  const stopAllowed = $effect.root(() => {
    // Others, such as a privacy officer, are refused each event of it.
    whileAllowed('live.read', live)
  })
  const stopDevices = soundDevices.start()
  const stopSound = $effect.root(() => {
    $effect(() => earpiece.through(soundDevices.used('speaker')))
    $effect(() => ringThrough(soundDevices.used('ringing')))
    $effect(() => {
      void [soundDevices.seen, soundDevices.used('microphone')]
      untrack(() => phone.microphoneChanged())
    })
  })
  router.resume()
  policy.begin()
  desk.start()
  recents.start()
  watch.start()
  takeover.start()
  push.start()
  void choices.load()
  let stopRest = (): void => undefined
  const rest = setTimeout(() => (stopRest = openRest()), DRAWN_MS)
  const stopPhone = $effect.root(() => {
    // The phone is connected as long as the server counts on this agent, also after a reload in a call.
    const wanted = $derived(live.state !== null && ((live.state.session?.state ?? 'offline') !== 'offline' || live.state.call !== null))
    $effect(() => {
      if (wanted) untrack(() => phone.start())
    })
    const telephony = $derived(live.state?.system.asterisk)
    $effect(() => {
      if (telephony === 'ok') untrack(() => phone.wake())
    })
  })
  const wake = (): void => phone.wake()
  addEventListener('online', wake)
  const touch = (): void => void wakeAudio()
  addEventListener('pointerdown', touch, { once: true })
  addEventListener('keydown', touch, { once: true })
  return () => {
    stopPhone()
    removeEventListener('online', wake)
    clearTimeout(rest)
    stopRest()
    push.stop()
    policy.stop()
    router.link = null
    takeover.stop()
    watch.stop()
    recents.stop()
    desk.stop()
    phone.stop()
    stopSound()
    stopDevices()
    stopAllowed()
  }
}
