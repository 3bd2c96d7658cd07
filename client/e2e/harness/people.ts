/** The demonstration's people, logged in over the API as their browsers would be. */
import { Caller, logIn as logInAt, newPerson as newPersonAt, PHONES, PIN, remembered, smsCode as smsCodeAt, smsMessages as smsMessagesAt } from '../../tools/callers.cjs'

export { Caller, PHONES, PIN, remembered }
export type Who = keyof typeof PHONES

export const url = () => process.env.E2E_URL!
export const logIn = (phone: string) => logInAt(url(), phone)
export const newPerson = (name?: string) => newPersonAt(url(), name)
export const smsMessages = (phone: string) => smsMessagesAt(url(), phone)
export const smsCode = (phone: string, had?: number) => smsCodeAt(url(), phone, had)
