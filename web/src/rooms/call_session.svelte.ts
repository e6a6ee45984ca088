/**
 * The call in the system's media controls (Media Session): hang up and mute from there. Who calls stands in it where the
 * user chose, for this device, that notifications show it: these controls are on the locked screen too.
 */
import { callerName } from '../kit/format'
import { desk } from './desk.svelte'
import { push } from './push.svelte'

/** What TypeScript's library has not. */
interface Session { setActionHandler(action: string, handler: (() => void) | null): void; setMicrophoneActive?(on: boolean): void; metadata: MediaMetadata | null; playbackState: MediaSessionPlaybackState }

class CallSession {
  #stop: (() => void) | null = null

  start(): void {
    const session = (navigator as { mediaSession?: Session }).mediaSession
    if (session === undefined) return
    this.#stop ??= $effect.root(() => {
      const title = $derived.by(() => {
        const view = desk.view
        if (view.kind !== 'talking' || !view.attached) return null
        return push.showsCaller ? callerName(view.call.card) : 'Call in progress'
      })
      const talking = $derived(title !== null)
      $effect(() => {
        session.metadata = title === null ? null : new MediaMetadata({ title, artist: 'Call24' })
        return () => (session.metadata = null)
      })
      $effect(() => {
        if (!talking) return
        handle(session, 'hangup', () => void desk.hangUp())
        handle(session, 'togglemicrophone', () => void desk.toggleMute())
        session.playbackState = 'playing'
        return () => {
          handle(session, 'hangup', null)
          handle(session, 'togglemicrophone', null)
          session.playbackState = 'none'
        }
      })
      $effect(() => {
        const speaks = talking && !desk.muted
        if (talking) session.setMicrophoneActive?.(speaks)
      })
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
  }
}

function handle(session: Session, action: string, work: (() => void) | null): void {
  try {
    session.setActionHandler(action, work)
  } catch {
    // A browser that does not know this action.
  }
}

export const callSession = new CallSession()
