import type { Config } from '../../config/index.ts'

/** As many as a server tries when the default port is taken. */
const triedPorts = 20
const patienceMs = 500

/** The address of a server that knows this token, so that it is ours and not another checkout's; null: none runs. */
export async function runningServer(
  { host, port, portChosen }: Pick<Config['server'], 'host' | 'port' | 'portChosen'>,
  token: string,
): Promise<string | null> {
  const name = ['127.0.0.1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host
  for (let candidate = port; candidate <= port + (portChosen ? 0 : triedPorts); candidate++) {
    const address = `http://${name}:${candidate}`
    const answer = await fetch(`${address}/api/v1/auth/status`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(patienceMs),
    })
      .then(
        (response) => response.json() as Promise<{ authenticated?: boolean }>,
        () => null,
      )
      .catch(() => null)
    if (answer?.authenticated) return address
  }
  return null
}
