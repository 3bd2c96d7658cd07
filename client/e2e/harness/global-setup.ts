import { startServer } from './server'

/** E2E_URL uses a demonstration that runs already. */
export default async function globalSetup() {
  if (process.env.E2E_URL) return
  const server = await startServer()
  process.env.E2E_URL = server.url
  return server.stop
}
