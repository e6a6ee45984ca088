/** What is said of a webhook and of its messages: state, tone and why. Pure. */
import type { Tone } from './timeline'
import type { Delivery, Webhook, WebhookKind } from './model'

export interface Said { tone: Tone; word: string }

/** How an address fares; what the organisation decided comes before what the address does. */
export function fares(webhook: Webhook): Said {
  if (webhook.gone_at !== null) return { tone: 'bad', word: 'Ended' }
  if (!webhook.enabled) return { tone: 'none', word: 'Off' }
  return webhook.failing_since === null ? { tone: 'talk', word: 'Working' } : { tone: 'wait', word: 'Failing' }
}

const DELIVERY: Record<Delivery['state'], Said> = {
  waiting: { tone: 'wait', word: 'Waiting' },
  delivered: { tone: 'talk', word: 'Taken' },
  dead: { tone: 'bad', word: 'Given up' },
}

export function became(delivery: Delivery): Said {
  return DELIVERY[delivery.state]
}

const TROUBLE: Record<string, string> = {
  no_answer: 'nobody answered',
  too_slow: 'no answer within 10 s',
  not_allowed: 'an address that webhooks may not use',
  gone: 'it answered 410: gone',
  switched_off: 'the webhook was switched off',
}

/** Why the last attempt failed, or null where it did not. */
export function trouble(delivery: Delivery): string | null {
  if (delivery.trouble === null) return null
  return TROUBLE[delivery.trouble] ?? `it answered ${delivery.status ?? 'something else'}`
}

/** The host, which is what people tell addresses apart by. */
export function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** When a kind is told, in a sentence: what follows in its description is about fields, for who writes the server. */
export function when(kind: WebhookKind): string {
  return `${kind.schema.description.split(/[.;]/, 1)[0] ?? ''}.`
}
