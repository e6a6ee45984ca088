/** Tests what calls need before there is one: the microphone's level, a sound through each device, the way to the server and the PBX. */
import { HEARD, loudness } from '../kit/devices'
import type { SoundRole } from '../kit/devices'
import { api } from '../links/api'
import { letGo, openMicrophone } from '../links/open_microphone'
import { live } from './live.svelte'
import { microphone } from './microphone.svelte'
import { phone } from './phone.svelte'
import { startRinging, stopRinging, wakeAudio } from './ringtone'
import { soundDevices } from './sound_devices.svelte'

/** So long nothing is heard before it is said. */
const SILENT_MS = 5_000
/** Who forgets to stop it does not leave the microphone open. */
const LISTEN_MS = 60_000
const LEVEL_MS = 80
const TONE_S = 1.2
const RING_MS = 2_200
const PAIR_MS = 6_000
const PATIENCE_MS = 8_000

export type MicrophoneTest = 'off' | 'listening' | 'heard' | 'silent' | 'failed'
/** `ms`: there and back, where it was measured. */
export interface Step { state: 'waiting' | 'running' | 'good' | 'bad' | 'elsewhere'; ms: number | null }
const WAITING: Step = { state: 'waiting', ms: null }
const late = <T>(work: Promise<T>, otherwise: T): Promise<T> => Promise.race([work, new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), PATIENCE_MS))])

export class SoundCheck {
  microphone = $state<MicrophoneTest>('off')
  level = $state(0)
  playing = $state<SoundRole | null>(null)
  testing = $state(false)
  server = $state.raw(WAITING)
  pbx = $state.raw(WAITING)
  audio = $state.raw(WAITING)
  #stream: MediaStream | null = null
  #source: MediaStreamAudioSourceNode | null = null
  #timer: ReturnType<typeof setInterval> | undefined
  #tone: HTMLAudioElement | null = null
  #run = 0

  /** Opens the microphone that is to be used; nothing of it is kept or sent. */
  async listen(): Promise<void> {
    this.stopListening()
    const run = (this.#run += 1)
    const audio = wakeAudio()
    const stream = await openMicrophone(microphone.constraints).catch(() => null)
    if (run !== this.#run) return void (stream !== null && letGo(stream))
    if (stream === null || audio === null) {
      if (stream !== null) letGo(stream)
      this.microphone = 'failed'
      return
    }
    this.#stream = stream
    this.#source = audio.createMediaStreamSource(stream)
    const analyser = Object.assign(audio.createAnalyser(), { fftSize: 2048 })
    this.#source.connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    this.microphone = 'listening'
    const began = performance.now()
    const callBefore = phone.over
    for (const track of stream.getAudioTracks()) track.addEventListener('ended', () => run === this.#run && this.#unplugged())
    this.#timer = setInterval(() => {
      if (phone.over !== callBefore || performance.now() - began > LISTEN_MS) return this.stopListening()
      analyser.getFloatTimeDomainData(samples)
      this.level = loudness(samples)
      if (this.level >= HEARD) this.microphone = 'heard'
      else if (this.microphone === 'listening' && performance.now() - began > SILENT_MS) this.microphone = 'silent'
    }, LEVEL_MS)
  }

  #unplugged(): void {
    this.stopListening()
    this.microphone = 'failed'
  }

  stopListening(): void {
    this.#run += 1
    clearInterval(this.#timer)
    this.#source?.disconnect()
    if (this.#stream !== null) letGo(this.#stream)
    this.#source = this.#stream = null
    this.microphone = 'off'
    this.level = 0
  }

  /** A short sound as the other side of a call would be heard; of `ringing`, one ring. */
  async play(role: 'speaker' | 'ringing'): Promise<void> {
    if (this.playing !== null) return
    this.playing = role
    if (role === 'ringing') {
      startRinging()
      await new Promise((resolve) => setTimeout(resolve, RING_MS))
      if (phone.call === null) stopRinging()
    } else await this.#playTone(soundDevices.used('speaker') ?? '')
    this.playing = null
  }

  /** Through an element, as a call is. */
  async #playTone(device: string): Promise<void> {
    const audio = wakeAudio()
    if (audio === null) return
    const out = audio.createMediaStreamDestination()
    const tone = audio.createOscillator()
    const gain = audio.createGain()
    tone.frequency.value = 523.3
    gain.gain.setValueAtTime(0, audio.currentTime)
    gain.gain.linearRampToValueAtTime(0.25, audio.currentTime + 0.05)
    gain.gain.setValueAtTime(0.25, audio.currentTime + TONE_S - 0.2)
    gain.gain.linearRampToValueAtTime(0, audio.currentTime + TONE_S)
    tone.connect(gain).connect(out)
    const element = (this.#tone ??= document.createElement('audio'))
    element.srcObject = out.stream
    if (element.sinkId !== undefined && element.sinkId !== device) await element.setSinkId(device).catch(() => undefined)
    await element.play().catch(() => undefined)
    const over = new Promise((resolve) => tone.addEventListener('ended', resolve))
    tone.start()
    tone.stop(audio.currentTime + TONE_S)
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, TONE_S * 2_000))])
    element.srcObject = null
  }

  /** One after the other, so that none disturbs the times of the next. */
  async testConnection(): Promise<void> {
    if (this.testing) return
    this.testing = true
    const running: Step = { state: 'running', ms: null }
    this.server = this.pbx = this.audio = WAITING
    this.server = running
    this.server = await this.#reachServer()
    this.pbx = running
    this.pbx = await this.#reachPbx()
    this.audio = running
    this.audio = { state: (await connectsAudio()) ? 'good' : 'bad', ms: null }
    this.testing = false
  }

  /** The second answer: the first may have had to open the connection. */
  async #reachServer(): Promise<Step> {
    let ms: number | null = null
    for (let i = 0; i < 2; i += 1) {
      const began = performance.now()
      if (!(await late(api.me().then(() => true, () => false), false))) return { state: 'bad', ms: null }
      ms = performance.now() - began
    }
    return { state: 'good', ms }
  }

  /** By the phone's own connection. It is opened for this where it is not: that makes nobody available. */
  async #reachPbx(): Promise<Step> {
    const opened = phone.status === 'off'
    const ready = await phone.ready()
    const elsewhere = !ready && phone.status === 'elsewhere'
    const ms = ready ? await late(phone.echo(), null) : null
    const onDuty = (live.state?.session?.state ?? 'offline') !== 'offline'
    if (opened && !onDuty && phone.call === null) phone.stop()
    if (elsewhere) return { state: 'elsewhere', ms: null }
    return ms === null ? { state: 'bad', ms: null } : { state: 'good', ms }
  }

  end(): void {
    this.stopListening()
    if (this.playing === 'ringing' && phone.call === null) stopRinging()
    if (this.#tone !== null) this.#tone.srcObject = null
  }
}

/** Whether this browser may send sound at all: policies and extensions can forbid it. Two ends in this page; nothing leaves the device. */
async function connectsAudio(): Promise<boolean> {
  if (typeof RTCPeerConnection === 'undefined') return false
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()]
  try {
    const connected = new Promise<boolean>((resolve) => {
      here.addEventListener('connectionstatechange', () => here.connectionState === 'connected' && resolve(true))
      setTimeout(() => resolve(false), PAIR_MS)
    })
    const pass = (from: RTCPeerConnection, to: RTCPeerConnection): void =>
      from.addEventListener('icecandidate', (e) => e.candidate !== null && void to.addIceCandidate(e.candidate).catch(() => undefined))
    pass(here, there)
    pass(there, here)
    here.addTransceiver('audio')
    await here.setLocalDescription()
    await there.setRemoteDescription(here.localDescription as RTCSessionDescriptionInit)
    await there.setLocalDescription()
    await here.setRemoteDescription(there.localDescription as RTCSessionDescriptionInit)
    return await connected
  } catch {
    return false
  } finally {
    here.close()
    there.close()
  }
}
