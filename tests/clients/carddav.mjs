// tsdav, or dav, unchanged: does what a line of JSON says and answers with one. What failed is answered as `error`.
// node carddav.mjs '{"client":"tsdav","url":"http://127.0.0.1:1/","user":"u","secret":"s"}'
import { createInterface } from 'node:readline'
import dav from 'dav'
import { createDAVClient } from 'tsdav'

const at = JSON.parse(process.argv[2])
const credentials = { username: at.user, password: at.secret }
const tsdav = () => createDAVClient({ serverUrl: at.url, credentials, authMethod: 'Basic', defaultAccountType: 'carddav' })
const client = at.client === 'tsdav' ? await tsdav() : null
const known = {}

const account = () => client.createAccount({ account: { serverUrl: at.url, accountType: 'carddav', credentials } })
const cards = (found) => found.map(({ url, etag, data }) => ({ url, etag, data }))

const ofTsdav = {
  async books() {
    const found = await client.fetchAddressBooks()
    for (const one of found) known[one.displayName] = one
    return found.map(({ url, displayName, syncToken, reports }) => ({ url, displayName, syncToken, reports }))
  },
  async cards({ book }) {
    return cards(await client.fetchVCards({ addressBook: known[book] }))
  },
  async create({ book, name, data }) {
    const answer = await client.createVCard({ addressBook: known[book], filename: name, vCardString: data })
    return { status: answer.status }
  },
  async change({ card }) {
    const answer = await client.updateVCard({ vCard: card })
    return { status: answer.status }
  },
  async remove({ card }) {
    const answer = await client.deleteVCard({ vCard: card })
    return { status: answer.status }
  },
  async sync({ book }) {
    const before = { ...known[book], objects: known[book].objects ?? [] }
    const after = await client.smartCollectionSync({ collection: before, method: 'webdav', detailedResult: true, account: await account() })
    known[book] = { ...known[book], syncToken: after.syncToken, objects: [...after.objects.unchanged, ...after.objects.created, ...after.objects.updated] }
    const { created, updated, deleted } = after.objects
    return { created: cards(created), updated: cards(updated), deleted: cards(deleted) }
  },
}

const xhr = new dav.transport.Basic(new dav.Credentials(credentials))
const plain = (found) => found.map(({ url, etag, addressData }) => ({ url, etag, data: addressData }))
const object = (book, { url }) => known[book].objects.find((one) => one.url === url)

const ofDav = {
  async books() {
    const account = await dav.createAccount({ server: `${at.url}carddav/`, xhr, accountType: 'carddav', loadCollections: true, loadObjects: true })
    for (const one of account.addressBooks) known[one.displayName] = one
    return account.addressBooks.map(({ url, displayName, syncToken, reports }) => ({ url, displayName, syncToken, reports }))
  },
  async cards({ book }) {
    return plain(known[book].objects)
  },
  async create({ book, name, data }) {
    return { status: (await dav.createCard(known[book], { data, filename: name, xhr })).status ?? 0 }
  },
  async change({ book, card }) {
    const one = object(book, card)
    one.addressData = card.data
    return { status: (await dav.updateCard(one, { xhr })).status ?? 0 }
  },
  async remove({ book, card }) {
    return { status: (await dav.deleteCard(object(book, card), { xhr })).status ?? 0 }
  },
  async sync({ book }) {
    known[book] = await dav.syncAddressBook(known[book], { xhr, syncMethod: 'webdav' })
    return plain(known[book].objects)
  },
}

const acts = at.client === 'tsdav' ? ofTsdav : ofDav

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...words } = JSON.parse(line)
  try {
    console.log(JSON.stringify({ answer: await acts[act](words) }))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }))
  }
}
