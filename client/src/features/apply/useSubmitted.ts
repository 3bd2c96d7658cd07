import { api } from '@/request'
import { useSubscriptions } from '@/features/messages/useSubscriptions'
import { useLoad } from '@/use/load'

/** What was handed in: by when, what happens next, and being told of it. */
export function useSubmitted(id: () => string) {
  const loaded = useLoad(() => api.get('/mp/v1/applications/{application_id}', { path: { application_id: id() } }))
  const reminders = useSubscriptions()

  async function load(): Promise<void> {
    await Promise.all([loaded.reload(), reminders.load()])
  }

  return { loaded, reminders, load }
}
