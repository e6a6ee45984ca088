/** Pusher applications as the API has them, and how one connects to them. Pure. */
import type { PusherApp, PusherAppWebhook } from './api-types'

export type { PusherApp as Application, PusherAppChange as ApplicationChange } from './api-types'
export type Hook = PusherAppWebhook

export const HOOK_EVENTS: readonly (readonly [event: Hook['events'][number], word: string])[] = [
  ['channel_occupied', 'a channel has its first subscriber'], ['channel_vacated', 'a channel has lost its last subscriber'],
  ['member_added', 'somebody enters a presence channel'], ['member_removed', 'somebody leaves a presence channel'],
  ['client_event', 'a client sends an event to others'], ['cache_miss', 'a cache channel has nothing to give'], ['subscription_count', 'a channel’s number of subscriptions changes'],
]

export interface Place { host: string; port: number; secure: boolean }
/** Where this page came from: applications are reached at the same address. */
export function placeOf({ hostname, port, protocol }: { hostname: string; port: string; protocol: string }): Place {
  const secure = protocol === 'https:'
  return { host: hostname, port: port === '' ? (secure ? 443 : 80) : Number(port), secure }
}

/** For pusher-js and Laravel Echo. */
export const inBrowser = (app: PusherApp, at: Place): string => `new Pusher('${app.key}', {
  cluster: '',
  wsHost: '${at.host}',
  wsPort: ${at.port},
  wssPort: ${at.port},
  forceTLS: ${at.secure},
  enabledTransports: ['ws', 'wss'],
})`

/** Laravel's names, which other server libraries use alike; the secret is not known any more. */
export const onServer = (app: PusherApp, at: Place): string => `PUSHER_APP_ID=${app.app_id}
PUSHER_APP_KEY=${app.key}
PUSHER_APP_SECRET=
PUSHER_HOST=${at.host}
PUSHER_PORT=${at.port}
PUSHER_SCHEME=${at.secure ? 'https' : 'http'}`

/** Names of channels as they are typed: on lines, with commas or blanks between. */
export const channelsOf = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))]
