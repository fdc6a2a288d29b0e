import { DEVICE_DAYS } from './devices.ts'

/** The server ends a sign-in that is not used; the cookie only has to outlive every one that is. */
const MAX_AGE_SECONDS = 30 * 24 * 3600
const DEVICE_SECONDS = DEVICE_DAYS * 24 * 3600

/** `__Host-` binds the cookie to this host and to https. Without https the name has the port: cookies ignore ports. */
export function cookieName(secure: boolean, port: number): string {
  return secure ? '__Host-sentinelmesh' : `sentinelmesh-${port}`
}

/** No script reads it, no other site's request carries it. */
export function writeCookie(name: string, value: string, secure: boolean): string {
  return cookieText(name, value, value === '' ? 0 : MAX_AGE_SECONDS, secure)
}

/** The device's cookie. It stays when the user signs out, so the device stays known. */
export function deviceCookieName(secure: boolean, port: number): string {
  return secure ? '__Host-sentinelmesh-device' : `sentinelmesh-device-${port}`
}

export function writeDeviceCookie(name: string, value: string, secure: boolean): string {
  return cookieText(name, value, DEVICE_SECONDS, secure)
}

function cookieText(name: string, value: string, maxAge: number, secure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`
}
