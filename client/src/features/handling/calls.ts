/** What staff do with one application, call by call; each answers the application as it stands then. */
import type { Schema } from '@/api/types'
import { api } from '@/request'

export type Case = Schema<'CommitteeApplication'>
export type Refusal = Schema<'RefusalProposal'>
export type Missing = Schema<'Missing'>

const one = (id: string) => ({ application_id: id })

export const read = (id: string) => api.get('/mp/v1/committee/applications/{application_id}', { path: one(id) })
export const timeline = (id: string) => api.get('/mp/v1/committee/applications/{application_id}/timeline', { path: one(id) })
export const changes = (id: string) => api.get('/mp/v1/committee/applications/{application_id}/changes', { path: one(id) })
/** The look is recorded where the holder sees it. */
export const holder = (id: string, key: string) => api.post('/mp/v1/committee/applications/{application_id}/holder', { path: one(id), key })
export const claim = (id: string, key: string) => api.post('/mp/v1/committee/applications/{application_id}/claim', { path: one(id), key })
export const saveText = (id: string, text: string, row_version: number, key: string) =>
  api.put('/mp/v1/committee/applications/{application_id}/text', { path: one(id), body: { text, row_version }, key })
export const overrule = (id: string, reason: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/overrule', { path: one(id), body: { reason }, key })
export const sendForCompletion = (id: string, items: Missing[], key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/return', { path: one(id), body: { items }, key })
export const transfer = (id: string, organisation_id: string, reason: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/transfer', { path: one(id), body: { organisation_id, reason }, key })
export const proposeRefusal = (id: string, refusal: Refusal, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/refusal-proposal', { path: one(id), body: refusal, key })
export const forward = (id: string, row_version: number, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/forward', { path: one(id), body: { row_version }, key })
export const cosign = (id: string, remark: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/cosign', { path: one(id), body: { remark }, key })
export const declineCosign = (id: string, remark: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/decline-cosign', { path: one(id), body: { remark }, key })
export const sendBack = (id: string, remark: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/send-back', { path: one(id), body: { remark }, key })
export const refuse = (id: string, pin: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/refuse', { path: one(id), body: { pin }, key })
export const withdraw = (id: string, reason: string, key: string) =>
  api.post('/mp/v1/committee/applications/{application_id}/withdraw', { path: one(id), body: { reason }, key })
export const evidenceLink = (id: string, evidence_id: string, key: string) =>
  api.post('/mp/v1/applications/{application_id}/evidence/{evidence_id}/link', { path: { application_id: id, evidence_id }, key })
