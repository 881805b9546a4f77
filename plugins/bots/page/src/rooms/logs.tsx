import { Badge, Group, Select, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { LogLine, Page } from '../api/shapes.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import type { Shown } from './bot-room.tsx'
import { LogLines } from './log-lines.tsx'

const shownLines = 200
/** How long a lost connection waits before it is tried again, in ms. */
const pause = 2_000

/** Lines as they are written: what there is, then every new one. */
export function Logs({ path }: Shown) {
  const { words } = usePage()
  const [level, setLevel] = useState<string | null>(null)
  const { lines, live, problem, reload } = useLines(`${path}/logs`, level)
  return (
    <Stack>
      <Group justify="space-between" align="end">
        <Text>{words.logsText}</Text>
        <Group align="end">
          <Badge variant="default" role="status">
            {live ? words.live : words.notLive}
          </Badge>
          <Select
            label={words.level}
            size="xs"
            data={Object.entries(words.levels).map(([value, label]) => ({ value, label }))}
            placeholder={words.anyLevel}
            value={level}
            onChange={setLevel}
            clearable
            clearButtonProps={{ 'aria-label': words.clear }}
          />
        </Group>
      </Group>
      <ProblemAlert problem={problem} retry={reload} />
      <LogLines lines={lines} />
    </Stack>
  )
}

function useLines(path: string, level: string | null) {
  const { session } = usePage()
  const filter = level ? `level=${level}` : ''
  const first = useLoaded(`${path} ${filter}`, (signal) =>
    session.api.get<Page<LogLine>>(`${path}?limit=100${filter ? `&${filter}` : ''}`, { signal }),
  )
  const [more, setMore] = useState<readonly LogLine[]>([])
  const [live, setLive] = useState(false)
  const { value } = first
  useEffect(() => {
    if (!value) return undefined
    setMore([])
    const leaving = new AbortController()
    const { signal } = leaving
    let lastEventId = value.items[0]?.id ?? null
    const listen = async () => {
      while (!signal.aborted) {
        try {
          setLive(true)
          for await (const told of session.api.follow<LogLine>(`${path}${filter ? `?${filter}` : ''}`, {
            signal,
            lastEventId,
          })) {
            if (!told.data?.id) continue
            lastEventId = told.id ?? told.data.id
            setMore((lines) => [told.data, ...lines].slice(0, shownLines))
          }
        } catch {
          // Told by the badge; asked again below.
        }
        if (signal.aborted) return
        setLive(false)
        await new Promise((done) => setTimeout(done, pause))
      }
    }
    void listen()
    return () => leaving.abort()
  }, [session, path, filter, value])
  const lines = new Map([...more, ...(value?.items ?? [])].map((line) => [line.id, line]))
  return { lines: [...lines.values()].slice(0, shownLines), live, problem: first.problem, reload: first.reload }
}
