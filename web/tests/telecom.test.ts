/** The call screens of a phone and the app: the tables of the plugin call24-telecom, and what went wrong in others' apps. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  advance, CALL, CAPABILITIES, PATIENCE_S, PROPERTIES, SERVICE, START, TABLE, type Command, type Signal, type State,
} from '../../mobile/plugins/call24-telecom/src/table'

const PLUGIN = new URL('../../mobile/plugins/call24-telecom/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, PLUGIN), 'utf8')
const ONE = 'call_one'
const ANOTHER = 'call_another'
const SERVICE_ONLY: readonly string[] = ['duty_on', 'duty_off', 'visible', 'hidden', 'service_refused']

/** What was commanded, in order; a signal is of the one call, or of the one that is named after a colon. */
function play(...signals: string[]): { state: State; commands: string[] } {
  let state = START
  const commands: string[] = []
  for (const word of signals) {
    const [signal, of] = word.split(':') as [Signal, string | undefined]
    const step = advance(state, { signal, callId: SERVICE_ONLY.includes(signal) ? null : (of ?? ONE) })
    state = step.state
    commands.push(...step.commands.map((one) => (one.callId === null || one.callId === ONE ? one.command : `${one.command}:${one.callId}`)))
  }
  return { state, commands }
}
const AVAILABLE = ['visible', 'duty_on'] as const
const RINGING = [...AVAILABLE, 'offered'] as const
const TALKING = [...RINGING, 'system_answered', 'audio_ready', 'link_alive', 'connected'] as const

describe('a call on the phone', () => {
  it('rings, is answered on the system’s screen and ends', () => {
    expect(play(...TALKING, 'ended').commands).toEqual([
      'register_account', 'start_service', 'report_incoming', 'show_when_locked', 'keep_awake', 'start_patience', 'app_probe', 'app_answer',
      'stop_patience', 'set_active', 'hide_when_locked', 'end_remote', 'hide_when_locked', 'let_sleep',
    ])
    expect(play(...TALKING, 'ended').state).toEqual({ service: 'on', call: 'none', callId: null, visible: true })
  })

  it('is answered in one way, wherever the person pressed', () => {
    expect(play(...RINGING, 'app_answered').commands.at(-1)).toBe('request_answer')
    expect(play(...RINGING, 'app_answered').state.call).toBe('ringing')
    expect(play(...RINGING, 'app_answered', 'system_answered').state.call).toBe('answering')
  })

  it('that the agent places is told to the system, and keeps the service only while it lasts', () => {
    const { state, commands } = play('visible', 'placed', 'connected', 'app_ended')
    expect(commands).toEqual(['register_account', 'start_service', 'report_outgoing', 'keep_awake', 'set_active', 'end_local', 'hide_when_locked', 'let_sleep', 'stop_service'])
    expect(state).toMatchObject({ service: 'off', call: 'none' })
  })

  it('is held while the person takes a phone call, once, and taken up again', () => {
    expect(play(...TALKING, 'system_held', 'app_held').commands.slice(-2)).toEqual(['set_held', 'app_hold'])
    expect(play(...TALKING, 'system_held', 'app_held', 'system_resumed', 'app_resumed').commands.slice(-2)).toEqual(['set_resumed', 'app_resume'])
  })

  it('is muted on a headset and in the app, without an echo', () => {
    expect(play(...TALKING, 'system_muted').commands.at(-1)).toBe('app_mute')
    expect(play(...TALKING, 'app_unmuted').commands.at(-1)).toBe('tell_unmuted')
  })

  it('says at the system’s list of calls how it ended', () => {
    const last = (...more: string[]): string | undefined => play(...RINGING, ...more).commands.find((one) => one.startsWith('end_'))
    expect(last('ended')).toBe('end_remote')
    expect(last('missed')).toBe('end_missed')
    expect(last('ended_elsewhere')).toBe('end_elsewhere')
    expect(last('system_declined')).toBe('end_declined')
    expect(last('app_declined')).toBe('end_declined')
  })

  it('that was declined on the system’s screen is declined at the server too', () => {
    expect(play(...RINGING, 'system_declined').commands).toContain('app_decline')
    expect(play(...RINGING, 'app_declined').commands).not.toContain('app_decline')
  })

  it('goes on when the agent is no longer available, with its microphone, and the service ends with it', () => {
    expect(play(...TALKING, 'duty_off').commands).not.toContain('stop_service')
    expect(play(...TALKING, 'duty_off', 'ended').commands.slice(-4)).toEqual(['end_remote', 'hide_when_locked', 'let_sleep', 'stop_service'])
  })

  it('without a microphone is ended and said', () => {
    expect(play(...RINGING, 'system_answered', 'audio_ready', 'link_alive', 'microphone_refused').commands.slice(-6)).toEqual([
      'end_failed', 'app_hang_up', 'app_no_microphone', 'stop_patience', 'hide_when_locked', 'let_sleep',
    ])
  })

  it('is known again by an app that was started anew in it', () => {
    expect(play('visible', 'connected').state.call).toBe('active')
    expect(play(...TALKING, 'placed', 'connected').commands).toEqual(play(...TALKING).commands)
  })
})

/** Each is a defect that was found in another app; the number is of its pull request or issue. */
describe('what went wrong elsewhere', () => {
  it('Rocket.Chat.ReactNative#7170: the account is registered before a call is reported', () => {
    for (const way of [[...RINGING], ['offered'], ['visible', 'offered'], ['visible', 'placed'], ['visible', 'connected']]) {
      const { commands } = play(...way)
      expect(commands.indexOf('register_account'), way.join()).toBe(0)
    }
  })

  it('Rocket.Chat.ReactNative#7283, Android 14: no service starts while the app is not seen, and none at the answer', () => {
    expect(play('duty_on', 'offered', 'system_answered', 'audio_ready', 'link_alive', 'connected').commands).not.toContain('start_service')
    expect(play('duty_on', 'visible').commands.at(-1)).toBe('start_service')
    expect(SERVICE.filter(([, signal, , , commands]) => commands.includes('start_service') && !['duty_on', 'placed', 'offered', 'visible'].includes(signal))).toEqual([])
    expect(CALL.filter(([, , , , commands]) => commands.includes('start_service'))).toEqual([])
  })

  it('a service that Android refused is started when the app is seen again', () => {
    expect(play(...AVAILABLE, 'service_refused', 'hidden', 'visible').commands.at(-1)).toBe('start_service')
  })

  it('Rocket.Chat.ReactNative#7212: an answer on the locked screen waits for the phone’s sound', () => {
    expect(play(...RINGING, 'system_answered', 'link_alive').commands).not.toContain('app_answer')
    expect(play(...RINGING, 'system_answered', 'link_alive', 'audio_ready').commands.at(-1)).toBe('app_answer')
  })

  it('Rocket.Chat.ReactNative#7526: a connection that slept is asked before the answer, and made anew', () => {
    expect(play(...RINGING, 'system_answered', 'audio_ready').commands).not.toContain('app_answer')
    expect(play(...RINGING, 'system_answered', 'audio_ready', 'link_dead').commands.at(-1)).toBe('app_reopen')
    expect(play(...RINGING, 'system_answered', 'audio_ready', 'link_dead', 'offered').commands.at(-1)).toBe('app_answer')
    expect(play(...RINGING, 'system_answered', 'link_dead', 'offered', 'audio_ready').commands.filter((one) => one === 'report_incoming')).toHaveLength(1)
  })

  it('an answer that comes to nothing is given up, not left hanging', () => {
    expect(play(...RINGING, 'system_answered', 'link_dead', 'answer_late').commands.slice(-4)).toEqual(['end_failed', 'app_hang_up', 'hide_when_locked', 'let_sleep'])
    expect(PATIENCE_S).toBe(12)
  })

  it('Rocket.Chat.ReactNative#7263: no time of the server is compared with the phone’s clock', () => {
    expect(Object.keys(advance(START, { signal: 'offered', callId: ONE }).state)).toEqual(['service', 'call', 'callId', 'visible'])
    expect(read('src/table.ts')).not.toMatch(/Date|performance|_at\b/)
    expect(read('android/src/main/java/org/call24/telecom/Calls.kt')).not.toMatch(/currentTimeMillis|Instant|Date\(/)
  })

  it('Rocket.Chat.ReactNative#7152: where CallKit may not be used, the call rings by a notification and is answered', () => {
    const { state, commands } = play(...RINGING, 'system_refused', 'system_answered', 'audio_ready', 'link_alive', 'connected')
    expect(commands).toEqual(expect.arrayContaining(['ring_plain', 'stop_plain', 'take_audio', 'app_answer']))
    expect(state.call).toBe('active')
    expect(play(...RINGING, 'system_refused', 'missed').commands).toContain('stop_plain')
  })

  it('Rocket.Chat.ReactNative#7226: whatever ends it, a notification that rings is taken back', () => {
    const endings = CALL.filter(([state, , when, next]) => state === 'plain' && when === '' && next !== 'plain')
    expect(endings.length).toBeGreaterThan(5)
    expect(endings.filter(([, , , , commands]) => !commands.includes('stop_plain'))).toEqual([])
  })

  it('react-native-callkeep#809, #852: calls are self-managed, and can be held', () => {
    expect(PROPERTIES).toEqual(['SELF_MANAGED'])
    expect(CAPABILITIES).toEqual(['HOLD', 'SUPPORT_HOLD', 'MUTE'])
  })

  it('element-x-android#3685, stream-video-android#1200: the service is of the type microphone', () => {
    const manifest = read('android/src/main/AndroidManifest.xml')
    expect(/<service[^>]*CallService"[^>]*>/s.exec(manifest)?.[0]).toMatch(/android:foregroundServiceType="microphone"/)
    expect(manifest).not.toMatch(/phoneCall/)
  })

  it('nextcloud/talk-ios#807: it rings whatever other devices do, and stops when one of them answered', () => {
    expect(play(...RINGING, 'ended_elsewhere').commands).toContain('end_elsewhere')
    expect(play(...AVAILABLE, 'hidden', 'offered').commands).toContain('report_incoming')
  })

  it('a second call does not end the first', () => {
    expect(play(...TALKING, `offered:${ANOTHER}`).commands.at(-1)).toBe(`app_decline:${ANOTHER}`)
    expect(play(...TALKING, `ended:${ANOTHER}`).state).toMatchObject({ call: 'active', callId: ONE })
    expect(play(...TALKING, `system_ended:${ANOTHER}`).commands).toEqual(play(...TALKING).commands)
  })

  it('CallKit that resets itself ends the call at the server, and no call is reported as ended that is gone', () => {
    expect(play(...TALKING, 'system_reset').commands.slice(-3)).toEqual(['app_hang_up', 'hide_when_locked', 'let_sleep'])
  })

  it('what is on the locked screen is hidden as soon as the person talks', () => {
    expect(play(...TALKING).commands.lastIndexOf('hide_when_locked')).toBeGreaterThan(play(...TALKING).commands.lastIndexOf('show_when_locked'))
  })
})

describe('in any order', () => {
  const SIGNALS = [...new Set([...SERVICE, ...CALL].map(([, signal]) => signal))]
  /** A small generator: the same walks at each run. */
  function* walk(seed: number, length: number): Generator<{ signal: Signal; callId: string | null }> {
    let at = seed
    for (let step = 0; step < length; step += 1) {
      at = (Math.imul(at, 1664525) + 1013904223) >>> 0
      const signal = SIGNALS[(at >>> 8) % SIGNALS.length] ?? 'ended'
      yield { signal, callId: SERVICE_ONLY.includes(signal) ? null : (at >>> 24) % 5 === 0 ? ANOTHER : ONE }
    }
  }

  it('a reported call is ended once, the service stops once, and nothing is commanded of a call that is over', () => {
    for (let seed = 1; seed <= 120; seed += 1) {
      let state = START
      let reported: string | null = null
      let running = false
      for (const told of walk(seed, 100)) {
        const step = advance(state, told)
        for (const { command, callId } of step.commands) {
          if (command === 'report_incoming' || command === 'report_outgoing') {
            expect(reported, `seed ${seed}`).toBeNull()
            reported = callId
          } else if (command === 'start_service') {
            expect(running || !step.state.visible, `seed ${seed}`).toBe(false)
            running = true
          } else if (command === 'stop_service') {
            expect(running, `seed ${seed}`).toBe(true)
            running = false
          } else if (command !== 'register_account' && command !== 'app_decline') expect(callId, `seed ${seed}: ${command}`).toBe(reported)
        }
        if (told.signal === 'service_refused') running = false
        if (step.state.call === 'none') reported = null
        expect(step.state.callId).toBe(reported)
        expect(running).toBe(step.state.service === 'on' || step.state.service === 'lasting')
        state = step.state
      }
    }
  })

  it('each state can be left by an end, and each row is of a signal that can come', () => {
    const states = [...new Set(CALL.map(([state]) => state))].filter((state) => state !== 'none')
    expect(states).toHaveLength(9)
    for (const state of states) {
      for (const signal of ['ended', 'ended_elsewhere', 'missed', 'system_reset']) {
        expect(CALL.find((row) => row[0] === state && row[1] === signal && row[2] === '')?.[3], `${state} ${signal}`).toBe('none')
      }
    }
    const twice = CALL.map(([state, signal, when]) => `${state} ${signal} ${when}`)
    expect(new Set(twice).size).toBe(twice.length)
  })
})

describe('the native layers', () => {
  const COMMANDS = [...new Set([...SERVICE, ...CALL].flatMap(([, , , , commands]) => commands)), 'stop_service' as Command].filter((one) => !one.startsWith('app_'))

  it('read the tables as they are here', () => {
    for (const place of ['android/src/main/assets', 'ios/Sources/Call24Telecom/Resources']) {
      expect(JSON.parse(read(`${place}/call24_telecom.json`)), 'run: node src/write.ts').toEqual(JSON.parse(JSON.stringify(TABLE)))
    }
  })

  it('know each command', () => {
    const kotlin = read('android/src/main/java/org/call24/telecom/Calls.kt')
    const swift = read('ios/Sources/Call24Telecom/Calls.swift')
    for (const command of COMMANDS) {
      expect(kotlin, `Kotlin: ${command}`).toContain(`"${command}"`)
      expect(swift, `Swift: ${command}`).toContain(`"${command}"`)
    }
  })
})
