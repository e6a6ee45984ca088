/** The microphone permission: asked for when going available, with the reason first. Keeps no audio. */
import { isMissing, letGo, openMicrophone } from '../links/open_microphone'
import { store } from '../links/store'
import { soundDevices } from './sound_devices.svelte'

export type MicrophoneState = 'granted' | 'ask' | 'denied' | 'missing' | 'insecure'

class Microphone {
  state = $state<MicrophoneState | null>(null)
  /** Noise suppression and echo cancellation by the browser; off for good headsets (and for measuring). */
  cleaned = $state(store.choice('sound') !== 'raw')

  get constraints(): MediaTrackConstraints {
    const id = soundDevices.used('microphone')
    // Chromium takes its default where a device is only `ideal`.
    return { echoCancellation: this.cleaned, noiseSuppression: this.cleaned, autoGainControl: this.cleaned, ...(id === null ? {} : { deviceId: { exact: id } }) }
  }

  setCleaned(on: boolean): void {
    this.cleaned = on
    store.setChoice('sound', on ? null : 'raw')
  }

  /** What the browser would do now, without asking the user anything. */
  async look(): Promise<MicrophoneState> {
    if (navigator.mediaDevices === undefined) return (this.state = 'insecure')
    try {
      const permission = await navigator.permissions.query({ name: 'microphone' as PermissionName })
      // Allowed meanwhile, in the browser's own settings: only now does it say what its devices are called.
      if (permission.state === 'granted' && this.state !== null && this.state !== 'granted') void soundDevices.look()
      return (this.state = permission.state === 'granted' ? 'granted' : permission.state === 'denied' ? 'denied' : 'ask')
    } catch {
      return (this.state = 'ask')
    }
  }

  /** Asks the user through the browser; the microphone is let go at once, a call opens it again. */
  async ask(): Promise<MicrophoneState> {
    if (navigator.mediaDevices === undefined) return (this.state = 'insecure')
    try {
      letGo(await openMicrophone(this.constraints))
      // Only now does the browser say what its devices are called.
      void soundDevices.look()
      return (this.state = 'granted')
    } catch (error) {
      return this.failed(error)
    }
  }

  /** What an attempt to open it comes to. */
  failed(error: unknown): MicrophoneState {
    return (this.state = isMissing(error) ? 'missing' : 'denied')
  }
}

export const microphone = new Microphone()
