/** Which classes a tone is drawn with; the whole mapping from state to colour. */
import type { Tone } from '../kit/timeline'

export const fill: Record<Tone, string> = {
  wait: 'bg-wait', ring: 'bg-ring', talk: 'bg-talk', free: 'bg-free', hold: 'bg-hold', wrap: 'bg-wrap', pause: 'bg-pause', bad: 'bg-bad', none: 'bg-transparent',
}
export const soft: Record<Tone, string> = {
  wait: 'bg-wait-soft', ring: 'bg-ring-soft', talk: 'bg-talk-soft', free: 'bg-talk-soft', hold: 'bg-hold-soft', wrap: 'bg-wrap-soft',
  pause: 'bg-pause-soft', bad: 'bg-bad-soft', none: 'bg-sunk',
}
/** Dots are small: "available" needs the full green there, "offline" is an empty ring. */
export const dot: Record<Tone, string> = { ...fill, free: 'bg-talk', none: 'border-2 border-edge' }
