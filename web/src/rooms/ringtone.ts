/** The sounds of the phone, made with WebAudio: a calm two-note ring, and a short note when a call ends. No files. */

let context: AudioContext | null = null
let stopRing: (() => void) | null = null
let ringing = ''

/** Of Chromium; other browsers ring through their default. */
type Routed = AudioContext & { setSinkId?(id: string): Promise<void> }

function route(): void {
  const audio = context as Routed | null
  void audio?.setSinkId?.(ringing).catch(() => audio.setSinkId?.('').catch(() => undefined))
}

/** Through which device it rings from now on; null: the browser's default. */
export function ringThrough(device: string | null): void {
  if (ringing === (device ?? '')) return
  ringing = device ?? ''
  route()
}

/** Wakes the audio engine; browsers allow it only after a touch or key, so this is called when one happens. */
export function wakeAudio(): AudioContext | null {
  if (typeof AudioContext === 'undefined') return null
  if (context === null) {
    context = new AudioContext()
    if (ringing !== '') route()
  }
  if (context.state === 'suspended') void context.resume().catch(() => undefined)
  return context
}

function note(audio: AudioContext, hz: number, at: number, length: number, loudness: number): void {
  const gain = audio.createGain()
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(loudness, at + 0.015)
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length)
  gain.connect(audio.destination)
  for (const [multiple, share] of [[1, 1], [2, 0.25], [3.01, 0.08]] as const) {
    const tone = audio.createOscillator()
    const level = audio.createGain()
    tone.frequency.value = hz * multiple
    level.gain.value = share
    tone.connect(level).connect(gain)
    tone.start(at)
    tone.stop(at + length)
  }
}

export function startRinging(): void {
  if (stopRing !== null) return
  const audio = wakeAudio()
  const once = (): void => {
    navigator.vibrate?.([180, 120, 180])
    if (audio === null || audio.state !== 'running') return
    const at = audio.currentTime + 0.02
    for (const [i, hz] of [659.3, 830.6, 659.3, 830.6].entries()) note(audio, hz, at + i * 0.19, 0.42, 0.16)
  }
  once()
  const timer = setInterval(once, 2_600)
  stopRing = () => {
    clearInterval(timer)
    navigator.vibrate?.(0)
  }
}

export function stopRinging(): void {
  stopRing?.()
  stopRing = null
}

export function endNote(): void {
  const audio = context
  if (audio === null || audio.state !== 'running') return
  note(audio, 523.3, audio.currentTime + 0.02, 0.25, 0.07)
  note(audio, 392, audio.currentTime + 0.16, 0.3, 0.07)
}

/** Two notes that rise: a queue's alert was raised. Silent where no touch or key came before. */
export function alertNote(): void {
  const audio = context
  if (audio === null || audio.state !== 'running') return
  note(audio, 587.3, audio.currentTime + 0.02, 0.35, 0.2)
  note(audio, 880, audio.currentTime + 0.24, 0.5, 0.2)
}
