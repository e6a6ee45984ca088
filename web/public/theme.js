// Sets the chosen theme before the first paint. A file of its own so that the page needs no inline script.
try {
  const theme = localStorage.getItem('call24.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch (_) {
  // Storage can be switched off: the system's theme is then used.
}
