/** The organisation's CRM connections: settings, what a preview shows, who is in step, and what the CRM was told. */
import { administration } from '../links/administration'
import type { CrmConnectionChange, CrmConnectionWithCounts, CrmJobAnswer, CrmLinkAnswer, CrmRecordPreview, NewCrmConnection } from '../kit/api-types'
import type { CrmConnection, LinkState } from '../kit/crm'
import { Trying } from './trying.svelte'

class Crm extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly CrmConnection[] | null>(null)
  /** The connection that is looked at. */
  one = $state.raw<CrmConnectionWithCounts | null>(null)
  /** Null: nobody asked for one, or the settings changed since. */
  preview = $state.raw<readonly CrmRecordPreview[] | null>(null)
  /** People of which `state`; null: not opened. */
  state = $state<LinkState | null>(null)
  links = $state.raw<readonly CrmLinkAnswer[]>([])
  nextLinks = $state.raw<string | null>(null)
  jobs = $state.raw<readonly CrmJobAnswer[]>([])
  nextJobs = $state.raw<string | null>(null)
  /** Where the CRM posts to, and what signs: made just now, and shown this once. */
  address = $state<string | null>(null)
  secret = $state<string | null>(null)
  #of = ''

  load(): Promise<boolean> {
    return this.try(async () => void (this.rows = (await administration.crmConnections()).items))
  }

  add(wish: NewCrmConnection): Promise<boolean> {
    return this.try(async () => {
      const made = await administration.addCrm(wish)
      this.rows = [...(this.rows ?? []), made]
      location.hash = `#/crm/${made.id}`
    })
  }

  change(id: string, wish: CrmConnectionChange, doing = 'change'): Promise<boolean> {
    return this.#do(async () => {
      await administration.changeCrm(id, wish)
      this.preview = null
    }, doing)
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      await administration.dropCrm(id)
      this.rows = (await administration.crmConnections()).items
    })
  }

  look(id: string): Promise<boolean> {
    return this.#do(async () => void (this.preview = (await administration.previewCrm(id)).items), 'preview')
  }

  retry(id: string): Promise<boolean> {
    return this.#do(() => administration.retryCrm(id), 'retry')
  }

  makeWebhook(id: string, signed: boolean): Promise<boolean> {
    return this.#do(async () => {
      const made = await administration.makeCrmWebhook(id, signed)
      ;[this.address, this.secret] = [made.address, made.secret]
    }, 'webhook')
  }

  dropWebhook(id: string): Promise<boolean> {
    return this.#do(() => administration.dropCrmWebhook(id), 'webhook')
  }

  choose(link: CrmLinkAnswer, field: string, side: 'crm' | 'call24'): Promise<boolean> {
    return this.#do(() => administration.chooseCrm(this.#of, link.id, { [field]: side }), `${link.id} ${field}`)
  }

  open(id: string): Promise<boolean> {
    if (id !== this.#of) this.close()
    this.#of = id
    return this.#do(() => Promise.resolve())
  }

  show(state: LinkState | null): Promise<boolean> {
    this.state = state
    return this.#do(() => Promise.resolve())
  }

  moreLinks(): Promise<boolean> {
    return this.try(async () => {
      if (this.state === null) return
      const page = await administration.crmLinks(this.#of, this.state, this.nextLinks)
      ;[this.links, this.nextLinks] = [[...this.links, ...page.items], page.next]
    })
  }

  moreJobs(): Promise<boolean> {
    return this.try(async () => {
      const page = await administration.crmJobs(this.#of, this.nextJobs)
      ;[this.jobs, this.nextJobs] = [[...this.jobs, ...page.items], page.next]
    })
  }

  close(): void {
    this.#of = ''
    this.one = this.preview = this.state = this.nextLinks = this.nextJobs = this.problem = this.address = this.secret = null
    this.links = this.jobs = []
  }

  /** Then reads the connection again: each of these changes what is seen of it. */
  #do(work: () => Promise<unknown>, doing?: string): Promise<boolean> {
    const of = this.#of
    return this.try(async () => {
      await work()
      const [one, links, jobs] = await Promise.all([administration.crmConnection(of), this.state === null ? null : administration.crmLinks(of, this.state, null), administration.crmJobs(of, null)])
      if (of !== this.#of) return
      this.one = one
      ;[this.links, this.nextLinks] = links === null ? [[], null] : [links.items, links.next]
      ;[this.jobs, this.nextJobs] = [jobs.items, jobs.next]
    }, doing)
  }
}

export const crm = new Crm()
