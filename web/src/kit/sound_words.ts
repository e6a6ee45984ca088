/** What is wrong with the sound of a call, and what helps. */
import type { SoundCause } from './sound'

export const SOUND_TROUBLE: Record<SoundCause, { title: string; advice: string }> = {
  nothing: { title: 'No sound arrives', advice: 'The network stopped it, or the caller is silent. If it lasts, change to another network or a cable; the call stays.' },
  loss: { title: 'Your network loses what the caller says', advice: 'Move closer to the Wi-Fi, or use a cable. Stop downloads and videos on this network.' },
  sent_loss: { title: 'Your network loses what you say', advice: 'The caller hears you with gaps. Move closer to the Wi-Fi, or use a cable; stop uploads on this network.' },
  jitter: { title: 'Your network is uneven', advice: 'Sound comes in bursts. Use a cable, or stop what else uses this network.' },
  delay: { title: 'Your network is slow', advice: 'You and the caller hear each other late. Leave the VPN, or use a network nearer to the server.' },
  computer: { title: 'This computer is too busy', advice: 'Sound arrives and is not played in time. Close other apps and tabs.' },
}

export const milliseconds = (ms: number): string => `${Math.max(1, Math.round(ms))} ms`
/** Of a share of 1. */
export const percent = (share: number): string => `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`

/** What a score is called, as the app calls the sound of a call that goes on. */
export function scoreWord(mos: number): string {
  if (mos >= 4.2) return 'very good'
  if (mos >= 3.8) return /* @wc-include */ 'good'
  if (mos >= 3.1) return /* @wc-include */ 'fair'
  return /* @wc-include */ 'poor'
}
