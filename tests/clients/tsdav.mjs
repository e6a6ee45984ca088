// tsdav, unchanged: does what a line of JSON says and answers with one. What failed is answered as `error`.
// node tsdav.mjs '{"url":"http://127.0.0.1:1/","user":"u","secret":"s"}'
import { createInterface } from 'node:readline'
import { createDAVClient } from 'tsdav'

const at = JSON.parse(process.argv[2])
const credentials = { username: at.user, password: at.secret }
const client = await createDAVClient({ serverUrl: at.url, credentials, authMethod: 'Basic', defaultAccountType: 'carddav' })
const known = {}

const account = () => client.createAccount({ account: { serverUrl: at.url, accountType: 'carddav', credentials } })
const cards = (found) => found.map(({ url, etag, data }) => ({ url, etag, data }))

const acts = {
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
    const before = { ...known[book], objects: known[book].objects ?? [], objectMultiGet: client.addressBookMultiGet, fetchObjects: client.fetchVCards }
    const after = await client.smartCollectionSync({ collection: before, method: 'webdav', detailedResult: true, account: await account() })
    const { created, updated, deleted } = after.objects
    const touched = new Set([...updated, ...deleted].map((one) => one.url))
    const stays = before.objects.filter((one) => !touched.has(one.url))
    known[book] = { ...known[book], syncToken: after.syncToken, objects: [...stays, ...created, ...updated] }
    return { created: cards(created), updated: cards(updated), deleted: cards(deleted) }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...words } = JSON.parse(line)
  try {
    console.log(JSON.stringify({ answer: await acts[act](words) }))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }))
  }
}
