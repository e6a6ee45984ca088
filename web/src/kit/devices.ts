/** Which of the microphones and speakers of this device are used, and how loud a microphone is. Pure. */

/** What sound is wanted of. The choices are kept in this browser under these names. */
export const SOUND_ROLES = ['microphone', 'speaker', 'ringing'] as const
export type SoundRole = (typeof SOUND_ROLES)[number]
export interface SoundDevice { id: string; label: string }
type Listed = Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>

/** Chromium lists the default a second time under these ids. */
const DEFAULTS = ['', 'default', 'communications']

/** Devices of a kind that can be chosen. Before the microphone is allowed, browsers give no ids: then none. */
export function devicesOf(kind: MediaDeviceKind, all: readonly Listed[]): SoundDevice[] {
  return all.filter((one) => one.kind === kind && !DEFAULTS.includes(one.deviceId)).map((one) => ({ id: one.deviceId, label: one.label }))
}

/** What a choice comes to. `id` null: the browser's default. `lost`: what was chosen is not connected, and that is known. */
export function inUse(wanted: string | null, devices: readonly SoundDevice[], known: boolean): { id: string | null; lost: boolean } {
  const id = devices.some((one) => one.id === wanted) ? wanted : null
  return { id, lost: known && id !== wanted }
}

const SILENT_DB = -60
/** A voice at a headset is louder than this. */
export const HEARD = 0.2

/** From 0 (-60 dB or less) to 1 (full scale), of samples between -1 and 1. */
export function loudness(samples: Float32Array): number {
  if (samples.length === 0) return 0
  const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length
  return Math.min(1, Math.max(0, 1 - (10 * Math.log10(power)) / SILENT_DB))
}
