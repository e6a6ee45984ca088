/** In the app for phones: which server it is opened from is the person's choice. In a browser it is the address. */
import { shell } from '../links/shell'

export const canChooseServer = (): boolean => shell() !== null
/** The app asks for a server again; this page is gone. */
export const chooseServer = async (): Promise<void> => shell()?.forgetServer()
