/** What the build makes of locales/. */
declare module '*.proxy.js' {
  export function loadCatalog(id: string, language: string): Promise<unknown>
}
