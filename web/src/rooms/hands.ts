/** What no screen waits for: a headset's buttons, the system's media controls, the icon's badge. */
import { badge } from './badge.svelte'
import { callSession } from './call_session.svelte'
import { headset } from './headset.svelte'

const ROOMS: readonly { start(): unknown; stop(): void }[] = [headset, callSession, badge]

/** Returns what ends it. */
export function open(): () => void {
  for (const room of ROOMS) void room.start()
  return () => {
    for (const room of ROOMS) room.stop()
  }
}
