// dav, unchanged: does what a line of JSON says and answers with one. What failed is answered as `error`.
// node dav.mjs '{"url":"http://127.0.0.1:1/","user":"u","secret":"s"}'
import { createInterface } from 'node:readline'
import dav from 'dav'

const at = JSON.parse(process.argv[2])
const xhr = new dav.transport.Basic(new dav.Credentials({ username: at.user, password: at.secret }))
let books = []

const named = (name) => books.find((one) => one.displayName === name)
const cards = (book) => book.objects.map(({ url, etag, addressData }) => ({ url, etag, data: addressData }))
const card = (book, url) => named(book).objects.find((one) => one.url === url)

const acts = {
  async books() {
    const account = await dav.createAccount({ server: at.url, xhr, accountType: 'carddav', loadObjects: true })
    books = account.addressBooks
    return books.map(({ url, displayName }) => ({ url, displayName }))
  },
  async create({ book, name, data }) {
    const answer = await dav.createCard(named(book), { xhr, filename: name, data })
    return { status: answer?.status ?? 0 }
  },
  async change({ book, url, data }) {
    const one = card(book, url)
    one.addressData = data
    return { status: (await dav.updateCard(one, { xhr }))?.status ?? 0 }
  },
  async remove({ book, url }) {
    return { status: (await dav.deleteCard(card(book, url), { xhr }))?.status ?? 0 }
  },
  async sync({ book, how }) {
    const synced = await dav.syncAddressBook(named(book), { xhr, syncMethod: how })
    books = books.map((one) => (one.displayName === book ? synced : one))
    return cards(synced)
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
