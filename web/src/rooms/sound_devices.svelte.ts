/** The microphone, the speaker and the ringing device that the user chose on this device; one that is unplugged gives way to the default. */
import { devicesOf, inUse, SOUND_ROLES, type SoundDevice, type SoundRole } from '../kit/devices'
import { store } from '../links/store'

const KINDS = { microphone: 'audioinput', speaker: 'audiooutput', ringing: 'audiooutput' } as const
const kept = (): Record<SoundRole, string | null> => Object.fromEntries(SOUND_ROLES.map((role) => [role, store.choice(role)])) as Record<SoundRole, string | null>
const has = (type: { prototype: object } | undefined): boolean => type !== undefined && 'setSinkId' in type.prototype

class SoundDevices {
  /** How often the browser has told of its devices. */
  seen = $state(0)
  #all = $state.raw<readonly MediaDeviceInfo[]>([])
  #wanted = $state.raw(kept())

  /** Whether this browser lets a page choose it. */
  can(role: SoundRole): boolean {
    if (role === 'microphone') return true
    return role === 'speaker' ? has(globalThis.HTMLMediaElement) : has(globalThis.AudioContext)
  }

  devices(role: SoundRole): SoundDevice[] {
    return devicesOf(KINDS[role], this.#all)
  }

  #use(role: SoundRole): ReturnType<typeof inUse> {
    // Without a permission there are no ids at all: what was chosen may well be there.
    return inUse(this.can(role) ? this.#wanted[role] : null, this.devices(role), this.#all.some((one) => one.deviceId !== ''))
  }

  wanted(role: SoundRole): string | null {
    return this.#wanted[role]
  }

  /** Null: the browser's default. */
  used(role: SoundRole): string | null {
    return this.#use(role).id
  }

  /** Whether what was chosen is not connected, so that the default is used. */
  lost(role: SoundRole): boolean {
    return this.#use(role).lost
  }

  choose(role: SoundRole, id: string | null): void {
    this.#wanted = { ...this.#wanted, [role]: id }
    store.setChoice(role, id)
  }

  async look(): Promise<void> {
    this.#all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? []
    this.seen += 1
  }

  /** Follows what is plugged in and out, and what is chosen in other tabs; returns what ends it. */
  start(): () => void {
    const changed = (): void => void this.look()
    changed()
    navigator.mediaDevices?.addEventListener('devicechange', changed)
    const stopChoices = store.onChoiceChange(SOUND_ROLES, () => (this.#wanted = kept()))
    return () => {
      stopChoices()
      navigator.mediaDevices?.removeEventListener('devicechange', changed)
    }
  }
}

export const soundDevices = new SoundDevices()
