import { Anchor, Loader, Stack, Tabs, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { botAddress } from '../api/session.ts'
import type { Bot } from '../api/shapes.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'
import { TimeZone } from '../times.ts'
import { BotHeading } from './bot-heading.tsx'
import { Logs } from './logs.tsx'
import { Rehearse } from './rehearse/rehearse.tsx'
import { RoomProblem } from './room-problem.tsx'
import { Runs } from './runs.tsx'
import { SetUp } from './set-up/set-up.tsx'
import { Try } from './try/try.tsx'
import { Versions } from './versions.tsx'

/** A bot with the tag that a change of it has to name. */
export interface Shown {
  readonly bot: Bot
  readonly etag: string | null
  /** Of its routes: `/bots/welcome-email`. */
  readonly path: string
  readonly mayChange: boolean
  readonly mayRun: boolean
  readonly reload: () => void
}

const tabs = ['setUp', 'tryIt', 'rehearse', 'runs', 'logs', 'versions'] as const
type Tab = (typeof tabs)[number]
const tabOfAddress = (): Tab => tabs.find((tab) => location.hash === `#${tab}`) ?? 'setUp'

export function BotRoom({ id }: { id: string }) {
  const { session, words } = usePage()
  const path = `/bots/${encodeURIComponent(id)}`
  const { value, problem, reload } = useLoaded(path, (signal) => session.api.call<Bot>('GET', path, { signal }))
  const [tab, setTab] = useState<Tab>(tabOfAddress)
  useEffect(() => {
    document.title = `${value?.body.title ?? words.bots} – Guildhall`
  }, [value, words])
  const open = (next: string | null) => {
    setTab((next ?? 'setUp') as Tab)
    history.replaceState(null, '', `#${next}`)
    // The heading says how the bot stands now, which may have changed since.
    reload()
  }
  const back = <Anchor href={botAddress()}>{words.back}</Anchor>
  if (!value)
    return (
      <Stack>
        {back}
        {problem ? <RoomProblem problem={problem} retry={reload} /> : <Loader aria-label={words.loading} />}
      </Stack>
    )
  const shown: Shown = {
    bot: value.body,
    etag: value.etag,
    path,
    mayChange: session.permissions.has('bots.install'),
    mayRun: session.permissions.has('bots.run'),
    reload,
  }
  return (
    <TimeZone value={shown.bot.timeZone}>
      <Stack>
        {back}
        <BotHeading {...shown} onRuns={() => open('runs')} />
        <Tabs value={tab} onChange={open} keepMounted={false}>
          <Tabs.List mb="md">
            {tabs.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {words[one]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {/* Whoever looks into another room before he has saved finds what he wrote when he comes back. */}
          <Tabs.Panel value="setUp" keepMounted>
            <SetUp key={String(shown.bot.installed)} {...shown} />
          </Tabs.Panel>
          {(['tryIt', 'rehearse', 'runs', 'logs', 'versions'] as const).map((one) => {
            const Room = { tryIt: Try, rehearse: Rehearse, runs: Runs, logs: Logs, versions: Versions }[one]
            return (
              <Tabs.Panel key={one} value={one}>
                {shown.bot.installed ? <Room {...shown} /> : <Text>{words.installFirst}</Text>}
              </Tabs.Panel>
            )
          })}
        </Tabs>
      </Stack>
    </TimeZone>
  )
}
