/** How ringing an agent ended, in the language of the page. Pure. */
const OFFER: Readonly<Record<string, string>> = {
  answered: /* @wc-include */ 'answered', declined: /* @wc-include */ 'declined', ring_no_answer: 'no answer',
  unreachable: 'not reached', withdrawn: /* @wc-include */ /* @wc-context: offer of a call */ 'withdrawn',
}

/** How ringing an agent ended; null or empty while the phone rings. */
export const offerWord = (outcome: string | null): string => (outcome === null || outcome === '' ? /* @wc-include */ 'ringing' : (OFFER[outcome] ?? outcome))
