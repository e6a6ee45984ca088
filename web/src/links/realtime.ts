/** The realtime connection: the only file that knows pusher-js. It reports link states and events, and keeps nothing. */
import Pusher from 'pusher-js'
import type { RealtimeAccess } from '../kit/model'

export interface RealtimeListener {
  /** Both channels are subscribed: from now on no event is missed, so a snapshot can be asked for. */
  ready(): void
  /** The connection fell away; it is tried again by itself. */
  away(): void
  event(name: string, body: unknown): void
}
export interface RealtimeLink { close(): void; retry(): void }
export type Authorise = (socketId: string, channel: string) => Promise<{ auth: string }>

const ATTEMPT_MS = 3_000

export function openRealtime(access: RealtimeAccess, authorise: Authorise, on: RealtimeListener): RealtimeLink {
  const secure = location.protocol === 'https:'
  const pusher = new Pusher(access.key, {
    cluster: '',
    wsHost: access.host,
    wsPort: access.port,
    wssPort: access.port,
    forceTLS: secure,
    // Both names are needed: pusher-js calls its websocket over TLS "ws" too. The HTTP fallbacks stay out.
    enabledTransports: ['ws', 'wss'],
    enableStats: false,
    // A dead network is noticed within half a minute: a ringing call cannot wait for pusher-js's two.
    activityTimeout: 20_000,
    pongTimeout: 6_000,
    unavailableTimeout: 3_000,
    channelAuthorization: {
      transport: 'ajax',
      endpoint: access.auth_endpoint,
      customHandler: ({ socketId, channelName }, done) => {
        authorise(socketId, channelName).then(
          (granted) => done(null, granted),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), null),
        )
      },
    },
  })
  const names = [access.channels.user, access.channels.tenant]
  let subscribed = new Set<string>()
  let triedAt = Date.now()
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  for (const name of names) {
    const channel = pusher.subscribe(name)
    channel.bind('pusher:subscription_succeeded', () => {
      subscribed.add(name)
      if (subscribed.size === names.length) on.ready()
    })
    channel.bind('pusher:subscription_error', () => {
      on.away()
      clearTimeout(retryTimer)
      retryTimer = setTimeout(() => {
        pusher.disconnect()
        pusher.connect()
      }, 3_000)
    })
    channel.bind_global((event: string, body: unknown) => {
      if (!event.startsWith('pusher:')) on.event(event, body)
    })
  }
  pusher.connection.bind('state_change', ({ current }: { current: string }) => {
    if (current === 'connecting') triedAt = Date.now()
    if (current === 'connected') return
    subscribed = new Set()
    on.away()
  })
  return {
    close: () => {
      clearTimeout(retryTimer)
      pusher.connection.unbind()
      pusher.disconnect()
    },
    retry: () => {
      const { state } = pusher.connection
      // An attempt under way is left alone for a while; pusher-js by itself waits up to a minute between two.
      if (state === 'connected' || (state === 'connecting' && Date.now() - triedAt < ATTEMPT_MS)) return
      triedAt = Date.now()
      pusher.disconnect()
      pusher.connect()
    },
  }
}
