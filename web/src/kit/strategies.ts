/** In which order a queue's agents are rung, in words. Pure. */
import type { QueueSettings } from './model'

export const STRATEGIES: readonly (readonly [QueueSettings['strategy'], string])[] = [
  ['longest_idle', 'Idle the longest'], ['round_robin', 'In turn'], ['least_calls', 'Fewest calls today'], ['ring_all', 'All at once'],
]
