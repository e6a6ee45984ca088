// @ts-check
/** What the first page says, in English and in Mongolian. `{host}` is the server's name. */

export const TEXTS = {
  en: {
    title: 'Your organisation’s server',
    hint: 'Your organisation runs Call24 on a server of its own. Its address is in your invitation.',
    label: 'Address',
    go: 'Continue',
    checking: 'Looking for {host} …',
    confirm: 'Use {host}?',
    confirm_hint: 'A link asks to open this server. Continue only if your organisation gave you this address.',
    keep: 'Keep the server as it is',
    away: '{host} does not answer',
    away_hint: 'Check the network. Calls reach you again when the server answers.',
    again: 'Try again',
    another: 'Use another server',
    empty: 'Enter the address of your organisation’s server, such as call.example.org.',
    invalid: 'This is not an address of a server. An address looks like call.example.org.',
    no_tls: '{host} has no encryption in this address. Call24 opens only https:// addresses.',
    silent: '{host} does not answer, or its certificate is not trusted. Check the address and the network.',
    elsewhere: '{host} leads to another address. Enter that address.',
    other: '{host} answers, but it is not a Call24 server. Check the address.',
  },
  mn: {
    title: 'Танай байгууллагын сервер',
    hint: 'Танай байгууллага Call24-ийг өөрийн сервер дээр ажиллуулдаг. Хаяг нь таны урилгад бий.',
    label: 'Хаяг',
    go: 'Үргэлжлүүлэх',
    checking: '{host} серверийг хайж байна …',
    confirm: '{host} серверийг ашиглах уу?',
    confirm_hint: 'Холбоос энэ серверийг нээхийг хүсэж байна. Энэ хаягийг танай байгууллага өгсөн бол л үргэлжлүүлнэ үү.',
    keep: 'Одоогийн серверийг үлдээх',
    away: '{host} хариу өгөхгүй байна',
    away_hint: 'Сүлжээгээ шалгана уу. Сервер хариу өгмөгц дуудлага танд дахин ирнэ.',
    again: 'Дахин оролдох',
    another: 'Өөр сервер ашиглах',
    empty: 'Танай байгууллагын серверийн хаягийг оруулна уу, жишээ нь call.example.org.',
    invalid: 'Энэ нь серверийн хаяг биш байна. Хаяг нь call.example.org шиг байна.',
    no_tls: '{host} гэсэн энэ хаягт шифрлэлт алга. Call24 зөвхөн https:// хаяг нээнэ.',
    silent: '{host} хариу өгөхгүй байна, эсвэл гэрчилгээ нь итгэмжлэгдээгүй. Хаяг, сүлжээгээ шалгана уу.',
    elsewhere: '{host} өөр хаяг руу чиглүүлж байна. Тэр хаягийг оруулна уу.',
    other: '{host} хариу өгч байгаа ч Call24 сервер биш байна. Хаягаа шалгана уу.',
  },
}

/** @typedef {keyof typeof TEXTS.en} Name */

/**
 * The first of these languages that there is.
 * @param {readonly string[]} languages
 * @returns {keyof typeof TEXTS}
 */
export function languageOf(languages) {
  const found = languages.map((one) => one.toLowerCase().split('-')[0])
  return /** @type {keyof typeof TEXTS} */ (found.find((one) => one !== undefined && Object.hasOwn(TEXTS, one)) ?? 'en')
}

/**
 * @param {keyof typeof TEXTS} language
 * @returns {(name: Name, host?: string) => string}
 */
export const textsIn = (language) => (name, host = '') => TEXTS[language][name].replaceAll('{host}', () => host)
