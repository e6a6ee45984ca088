/** A note when an alert of a queue is raised, where it was switched on: since the page was loaded, as browsers play nothing before a touch. */
import { untrack } from 'svelte'
import { live } from './live.svelte'
import { alertNote, wakeAudio } from './ringtone'

class AlertSound {
  on = $state(false)

  switch(on: boolean): void {
    this.on = on
    if (!on) return
    wakeAudio()
    alertNote()
  }

  /** As long as alerts are shown. */
  follow(): () => void {
    return $effect.root(() => {
      const lasting = $derived((live.state?.queues ?? []).flatMap((queue) => queue.alerts.map((alert) => alert.id)).sort().join())
      const there = $derived(live.state !== null)
      let known: ReadonlySet<string> | null = null
      $effect(() => {
        if (!there) return
        const now = new Set(lasting === '' ? [] : lasting.split(','))
        // What lasts when the page comes is not new.
        const before = known ?? now
        known = now
        if ([...now].some((id) => !before.has(id)) && untrack(() => this.on)) alertNote()
      })
    })
  }
}

export const alertSound = new AlertSound()
