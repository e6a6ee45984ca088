// Sets the chosen theme before the first paint. Then lets the browser fetch, beside the app, what the app will ask for: the texts in
// this page's language, and what is behind the sign-in where somebody is signed in. A file of its own so that the page needs no inline script.
try {
  const theme = localStorage.getItem('call24.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  const { first, inside } = JSON.parse('__PARTS__') // the build fills them in: names of files by language
  const wanted = [localStorage.getItem('call24.language'), ...navigator.languages.map((one) => one.split('-')[0])]
  const language = wanted.find((one) => one in first) ?? 'en'
  for (const name of localStorage.getItem('call24.token') === null ? first[language] : [...first[language], ...inside[language]]) {
    const link = document.createElement('link')
    link.rel = 'modulepreload'
    link.crossOrigin = ''
    link.href = `/${name}`
    document.head.append(link)
  }
} catch (_) {
  // Storage can be switched off: the system's theme is then used, and the app asks for the rest itself.
}
