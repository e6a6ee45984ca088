/** People of this phone: chosen in the browser's Contact Picker, looked at, added, and deleted again as one upload. */
import { api } from '../links/api'
import type { PeopleImport, PeoplePreview, PhoneUpload } from '../kit/model'
import { CARDS_MAX, cards, forThePhone, pickedInShell, SHELL_FIELDS, type PersonShown, type Picker, type PickerField } from '../kit/phone_contacts'
import { shellContacts } from '../links/shell'
import { contacts } from './contacts.svelte'
import { lookAgain, stillWanted } from './looking'
import { Trying } from './trying.svelte'

const ASK_MS = 700
/** `closed`: nobody was chosen; `refused`: the browser did not open its picker; `many`: more than one upload takes. */
type Unsent = 'closed' | 'refused' | 'many'

class FromPhone extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly PhoneUpload[] | null>(null)
  one = $state.raw<PhoneUpload | null>(null)
  /** What they would become; null while they are checked, and once it was started. */
  preview = $state.raw<PeoplePreview | null>(null)
  unsent = $state<Unsent | null>(null)

  /** The browser's picker, or that of the app for phones, which gives one person at a time; null where there is none. */
  get picker(): Picker | null {
    const found = (navigator as { contacts?: Partial<Picker> }).contacts
    if (typeof found?.select === 'function') return found as Picker
    const contacts = shellContacts()
    if (contacts === null) return null
    return {
      select: async (fields) => {
        const projection = Object.fromEntries(fields.map((field) => [SHELL_FIELDS[field], true]))
        return [pickedInShell((await contacts.pickContact({ projection })).contact, fields)]
      },
    }
  }

  get atWork(): boolean {
    return this.one !== null && ['checking', 'running', 'undoing'].includes(this.one.state)
  }

  load(): Promise<boolean> {
    return this.try(async () => (this.rows = (await api.phoneUploads()).items), 'load')
  }

  /** Only from a click: browsers open their picker at no other time. What was chosen is sent, and nothing else. */
  async take(fields: readonly PickerField[], isPrivate: boolean): Promise<void> {
    const picker = this.picker
    if (picker === null) return
    this.unsent = null
    let text: string
    try {
      text = cards(await picker.select(fields, { multiple: true }))
    } catch {
      this.unsent = 'refused'
      return
    }
    this.unsent = text === '' ? 'closed' : text.length > CARDS_MAX ? 'many' : null
    if (this.unsent === null) await this.try(async () => void this.#now(await api.takeFromPhone({ vcards: text, private: isPrivate })), 'send')
  }

  open(one: PhoneUpload | null): void {
    this.problem = null
    this.one = one
    this.preview = null
    if (one?.state === 'ready') void this.try(() => this.#show(one.id), 'open')
  }

  /** Asks how far it is; what is returned ends it. */
  follow(id: string): () => void {
    return lookAgain(() => this.#show(id), ASK_MS, (problem) => (this.problem = problem))
  }

  async #show(id: string): Promise<void> {
    const wanted = (): boolean => this.one?.id === id
    const one = await stillWanted(api.phoneUpload(id), wanted)
    if (one === null) return
    const preview = one.state === 'ready' && this.preview === null ? await stillWanted(api.phonePreview(id), wanted) : this.preview
    if (!wanted()) return
    this.preview = one.state === 'ready' ? preview : null
    this.#now(one)
    if (one.state === 'done' || one.state === 'undone') void contacts.search()
  }

  start(id: string, known: PeopleImport['known']): Promise<boolean> {
    return this.try(async () => void this.#now(await api.startPhoneUpload(id, known)), 'start')
  }

  /** Deletes what was uploaded: those whom it added, unless somebody changed them since. */
  undo(id: string): Promise<boolean> {
    return this.try(async () => void this.#now(await api.undoPhoneUpload(id)), 'undo')
  }

  drop(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropPhoneUpload(id)
      this.one = this.preview = null
      this.rows = (this.rows ?? []).filter((row) => row.id !== id)
    }, 'drop')
  }

  #now(one: PhoneUpload): void {
    this.one = one
    const others = (this.rows ?? []).filter((row) => row.id !== one.id && (one.state !== 'checking' || row.state !== 'ready'))
    this.rows = [one, ...others]
  }
}

export const fromPhone = new FromPhone()

/** Whether this page can write to the contacts of the phone: in the app for phones. */
export const savesToPhone = (): boolean => shellContacts() !== null

/** False: the phone did not take it. */
export async function saveToPhone(person: PersonShown): Promise<boolean> {
  try {
    await shellContacts()?.createContact({ contact: forThePhone(person) })
    return savesToPhone()
  } catch {
    return false
  }
}
