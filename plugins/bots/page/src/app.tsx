import { Center, Container, Loader, Select, Stack, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type ProblemBody, problemOf } from './api/problem.ts'
import { goToOrganization, openSession, type Session } from './api/session.ts'
import { Frame } from './frame.tsx'
import { PageContext } from './page-context.ts'
import { ProblemAlert } from './problem-alert.tsx'
import { BotList } from './rooms/bot-list.tsx'
import { BotRoom } from './rooms/bot-room.tsx'
import { type Language, wordsOf } from './words/index.ts'

/** `/bots` is the list, `/bots/{id}` one bot. */
const botOfAddress = (): string | null =>
  decodeURIComponent(/^\/bots\/([^/]+)/.exec(location.pathname)?.[1] ?? '') || null

export function App({ language }: { language: Language }) {
  const words = wordsOf(language)
  const [session, setSession] = useState<Session | null>(null)
  const [problem, setProblem] = useState<ProblemBody | null>(null)
  useEffect(() => {
    openSession(language).then(setSession, (thrown: unknown) =>
      setProblem(problemOf(thrown, { title: words.unreachable, remedy: words.unreachableRemedy })),
    )
  }, [language, words])

  if (!session && !problem)
    return (
      <Center mih="100vh" component="main">
        <Loader aria-label={words.loading} />
      </Center>
    )
  const shown = session ?? nobody
  const bot = botOfAddress()
  return (
    <PageContext value={{ session: shown, language, words }}>
      <Frame>
        <Container size="lg" p={0}>
          <ProblemAlert problem={problem} retry={() => location.reload()} />
          {problem ? null : shown.organization === null ? (
            <ChooseOrganization />
          ) : bot ? (
            <BotRoom id={bot} />
          ) : (
            <BotList />
          )}
        </Container>
      </Frame>
    </PageContext>
  )

  function ChooseOrganization() {
    return (
      <Stack>
        <Title order={1}>{words.organisation}</Title>
        {shown.organizations.length === 0 ? (
          <Text>{words.noOrganisation}</Text>
        ) : (
          <Select
            label={words.chooseOrganisation}
            data={shown.organizations.map(({ slug, name }) => ({ value: slug, label: name }))}
            onChange={(slug) => slug && goToOrganization(slug)}
          />
        )}
      </Stack>
    )
  }
}

const nobody = { api: null, organizations: [], organization: null, permissions: new Set() } as unknown as Session
