/** Countries by name, for choosing one and for naming one. Pure. */
import { regionName } from './regions'

const NO_COUNTRY = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AQ', 'BV', 'CP', 'DG', 'EA', 'GS', 'HM', 'IC', 'PN', 'TF', 'UM', 'CQ'])
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

export const countryName = (code: string): string => regionName(code) ?? code
/** Codes and names of all countries, by name: codes that a browser knows and that are not another's alias. */
export const COUNTRIES: readonly (readonly [code: string, name: string])[] = letters
  .flatMap((first) => letters.map((second) => first + second))
  .filter((code) => !NO_COUNTRY.has(code) && regionName(code) !== undefined && new Intl.Locale(`und-${code}`).region === code)
  .map((code) => [code, countryName(code)] as const)
  .sort((a, b) => a[1].localeCompare(b[1]))
