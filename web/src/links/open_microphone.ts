/** Opens a microphone. One that was chosen and cannot be opened gives way to the browser's default: a call goes before a choice. */

/** Another program has it, it is unplugged or broken. A refusal by the user is none of these. */
const GIVES_WAY: ReadonlySet<string> = new Set(['OverconstrainedError', 'NotReadableError', 'NotFoundError', 'AbortError'])

/** `OverconstrainedError` is no DOMException in every browser. */
const nameOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '')
/** Whether there is none that works, as opposed to one that may not be used. */
export const isMissing = (error: unknown): boolean => GIVES_WAY.has(nameOf(error))

/** Rejects with what the browser says of the last attempt. */
export async function openMicrophone(wish: MediaTrackConstraints): Promise<MediaStream> {
  const { deviceId, ...others } = wish
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: wish })
  } catch (error) {
    if (deviceId === undefined || !isMissing(error)) throw error
    return navigator.mediaDevices.getUserMedia({ audio: others })
  }
}

export function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
