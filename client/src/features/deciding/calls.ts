/** What an approver asks and decides. */
import type { Schema } from '@/api/types'
import { api } from '@/request'

export type Preview = Schema<'DocumentPreview'>
export type Certificate = Schema<'CommitteeCertificate'>

export const preview = (id: string) => api.get('/mp/v1/committee/applications/{application_id}/document', { path: { application_id: id } })
export const approve = (id: string, pin: string, digest: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/approve', { path: { application_id: id }, body: { pin, digest }, key })
export const certificate = (id: string) => api.get('/mp/v1/committee/certificates/{certificate_id}', { path: { certificate_id: id } })
export const waiting = (cursor?: string) => api.get('/mp/v1/committee/inbox', { query: { tab: 'to_sign', limit: 100, cursor } })
