/** The SIP phone and the system's call screens: each told of the other, and the table between them. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, START, type Signal, type State } from '../../mobile/plugins/call24-telecom/src/table'
import { forThePhone, pickedInShell } from '../src/kit/phone_contacts'
import type { Command, Shell } from '../src/links/shell'
import type { SipCall, SipCallListener, SipListener, SipPhone } from '../src/links/sip'
import { PROOF_MS, ShellCalls, type Acts } from '../src/rooms/shell_calls'

const ACCESS = { ws_url: 'wss://call.test', aor: 'sip:one@call24', username: 'one', password: 'x', device_id: 'dev_1' } as never

/** A page, a SIP link and the phone around them; the table of the plugin runs as it does on a phone, its commands for the phone are kept. */
class World {
  state: State = { ...START, visible: true }
  native: string[] = []
  did: string[] = []
  links: { on: SipListener; asked: number; closed: boolean }[] = []
  alive = true
  page: SipCall | null = null
  over: string[] = []
  calls: ShellCalls

  constructor(readonly busy = false) {
    const shell: Shell = {
      signal: ({ signal, callId }) => Promise.resolve(this.tell(signal as Signal, callId)),
      forgetServer: () => Promise.resolve(),
      addListener: () => Promise.resolve({ remove: () => Promise.resolve() }),
    }
    const act = (name: string) => () => void this.did.push(name)
    const acts: Acts = {
      answer: () => this.page?.answer({}), decline: act('decline'), hangUp: act('hang_up'),
      hold: (on) => void this.did.push(on ? 'hold' : 'resume'), mute: (on) => void this.did.push(on ? 'mute' : 'unmute'),
    }
    const on: SipListener = {
      registered: () => undefined, refused: () => undefined, away: () => undefined,
      incoming: (call) => {
        if (this.busy) return null
        this.page = call
        return { answered: () => undefined, audio: () => undefined, microphoneFailed: () => undefined, ended: (cause) => void this.over.push(cause) }
      },
    }
    this.calls = new ShellCalls((_access, heard) => this.link(heard), ACCESS, on, shell, acts)
  }

  link(on: SipListener): SipPhone {
    const link = { on, asked: 0, closed: false }
    this.links.push(link)
    return {
      register: () => undefined,
      alive: () => {
        link.asked += 1
        return this.alive ? Promise.resolve(true) : new Promise(() => undefined)
      },
      close: () => (link.closed = true),
    }
  }

  tell(signal: Signal, callId: string | null): void {
    const step = advance(this.state, { signal, callId })
    this.state = step.state
    for (const { command, callId: of } of step.commands) {
      if (command.startsWith('app_')) this.calls.heard({ command, callId: of } as Command)
      else this.native.push(command)
    }
  }

  invite(more: Partial<SipCall> = {}): { sip: SipCall; heard: SipCallListener | null; answer: ReturnType<typeof vi.fn> } {
    const answer = vi.fn()
    const sip: SipCall = {
      callId: 'call_1', offerId: 'off_1', purpose: 'offer', auto: false, callerName: 'Saraa', callerNumber: '+97699112233',
      answer, end: () => void this.did.push('bye'), mute: (on) => void this.did.push(`sip mute ${on}`), speakThrough: () => Promise.resolve(), microphoneGone: () => false, reading: () => Promise.resolve(null), ...more,
    }
    return { sip, heard: this.links.at(-1)?.on.incoming(sip) ?? null, answer }
  }
}

/** The answer of the PBX has come. */
const proven = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(1))
let world: World
beforeEach(() => {
  vi.useFakeTimers()
  world = new World()
  world.links[0]?.on.registered()
})
afterEach(() => void vi.useRealTimers())

describe('a call in the app for phones', () => {
  it('is answered on the system’s screen once the connection is proven and the sound is there', async () => {
    const { answer, heard } = world.invite()
    world.tell('system_answered', 'call_1')
    await proven()
    expect(world.links[0]?.asked).toBe(1)
    expect(answer).not.toHaveBeenCalled()
    world.tell('audio_ready', 'call_1')
    expect(answer).toHaveBeenCalledOnce()
    heard?.answered()
    expect(world.state.call).toBe('active')
    heard?.ended('Terminated')
    expect(world.state.call).toBe('none')
    expect(world.native).toContain('end_remote')
    expect(world.over).toEqual(['Terminated'])
  })

  it('is answered on the page by way of the system', async () => {
    const { answer } = world.invite()
    world.page?.answer({ echoCancellation: true })
    expect(answer).not.toHaveBeenCalled()
    expect(world.native.at(-1)).toBe('request_answer')
    world.tell('system_answered', 'call_1')
    await proven()
    world.tell('audio_ready', 'call_1')
    expect(answer).toHaveBeenCalledWith({ echoCancellation: true })
  })

  it('on a connection that slept comes again on a new one, and is answered there', async () => {
    const first = world.invite()
    world.alive = false
    world.tell('system_answered', 'call_1')
    await proven()
    world.tell('audio_ready', 'call_1')
    vi.advanceTimersByTime(PROOF_MS)
    expect(world.links.map((one) => one.closed)).toEqual([true, false])
    expect(world.over).toEqual(['lost'])
    first.heard?.ended('Terminated')
    expect(world.state.call).toBe('audible')
    const again = world.invite()
    expect(again.answer).toHaveBeenCalledOnce()
    expect(first.answer).not.toHaveBeenCalled()
  })

  it('that the agent placed is answered at once and told to the system', () => {
    const { answer } = world.invite({ purpose: 'own_call', auto: true })
    world.page?.answer({})
    expect(answer).toHaveBeenCalledOnce()
    expect(world.native).toContain('report_outgoing')
  })

  it('is declined, held, muted and ended from the system’s screen', async () => {
    world.invite()
    world.tell('system_declined', 'call_1')
    expect(world.did).toEqual(['decline'])
    const { heard } = world.invite({ callId: 'call_2' })
    world.tell('system_answered', 'call_2')
    await proven()
    world.tell('audio_ready', 'call_2')
    heard?.answered()
    for (const signal of ['system_held', 'system_resumed', 'system_muted', 'system_unmuted', 'system_ended'] as const) world.tell(signal, 'call_2')
    expect(world.did.slice(1)).toEqual(['hold', 'resume', 'mute', 'unmute', 'hang_up'])
  })

  it('tells the system what the page does', async () => {
    const { heard } = world.invite()
    world.tell('system_answered', 'call_1')
    await proven()
    world.tell('audio_ready', 'call_1')
    heard?.answered()
    world.page?.mute(true)
    world.page?.end()
    expect(world.did).toEqual(['sip mute true', 'bye'])
    expect(world.native.filter((one) => one === 'tell_muted' || one === 'end_local')).toEqual(['tell_muted', 'end_local'])
  })

  it('that somebody listens to, or that the page turns away, is not the system’s', () => {
    world.invite({ purpose: 'monitor' })
    expect(world.state.call).toBe('none')
    const turned = new World(true)
    expect(turned.invite().heard).toBeNull()
    expect(turned.native).toEqual([])
  })

  it('without a microphone is ended', async () => {
    const { heard } = world.invite()
    world.tell('system_answered', 'call_1')
    await proven()
    world.tell('audio_ready', 'call_1')
    heard?.microphoneFailed()
    expect(world.did).toEqual(['hang_up'])
    expect(world.state.call).toBe('none')
  })

  it('ends with the phone: duty begins with the registration and ends when it is closed', () => {
    expect(world.state.service).toBe('on')
    world.calls.close()
    expect(world.state.service).toBe('off')
    expect(world.links[0]?.closed).toBe(true)
  })
})

describe('contacts in the app for phones', () => {
  it('are taken with the fields that were asked for alone', () => {
    const one = {
      name: { display: 'Saraa' }, phones: [{ number: '+97699112233' }, { number: null }], emails: [{ address: 'saraa@example.test' }],
      postalAddresses: [{ street: 'Peace Avenue 1', city: 'Ulaanbaatar', country: null }],
    }
    expect(pickedInShell(one, ['name', 'tel'])).toEqual({ name: ['Saraa'], tel: ['+97699112233'] })
    expect(pickedInShell(one, ['address']).address).toEqual([{ addressLine: ['Peace Avenue 1'], city: 'Ulaanbaatar', region: '', postalCode: '', country: '' }])
    expect(pickedInShell({}, ['name', 'tel', 'email'])).toEqual({ name: [], tel: [], email: [] })
  })

  it('are saved with name, numbers and addresses, and without notes', () => {
    const person = { name: 'Saraa', numbers: [{ number: '+97699112233', label: 'work' }], emails: [{ address: 'saraa@example.test' }], notes: 'owes us money' }
    expect(forThePhone(person)).toEqual({
      name: { given: 'Saraa' }, phones: [{ type: 'other', number: '+97699112233' }], emails: [{ type: 'other', address: 'saraa@example.test' }],
    })
  })
})
