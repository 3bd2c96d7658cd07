/** The QR code of a desk's log-in page (backend/identity/desk_login.py): an address with the secret in its fragment. */
const MARK = '#zheng-desk='

export function isDeskCode(text: string): boolean {
  return text.includes(MARK) && text.length < 500
}
