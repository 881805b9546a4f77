import {
  ActionIcon,
  Anchor,
  AppShell,
  Button,
  Group,
  Select,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import type { ReactNode } from 'react'
import { botAddress, goToOrganization, signOut } from './api/session.ts'
import { usePage } from './page-context.ts'

/** What stands around every room: where one is, whose organisation it is, light or dark, the way out. */
export function Frame({ children }: { children: ReactNode }) {
  const { session, words } = usePage()
  const { organizations, organization } = session
  return (
    <AppShell header={{ height: 56 }} padding="md">
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Anchor href={botAddress()} fw={700} c="inherit" underline="never">
            Guildhall
          </Anchor>
          <Group gap="xs" wrap="nowrap">
            {organizations.length > 1 && organization ? (
              <Select
                aria-label={words.organisation}
                size="xs"
                w={{ base: 120, xs: 200 }}
                allowDeselect={false}
                data={organizations.map(({ slug, name }) => ({ value: slug, label: name }))}
                value={organizations.find(({ id }) => id === organization)?.slug ?? null}
                onChange={(slug) => slug && goToOrganization(slug)}
              />
            ) : null}
            <ColourScheme />
            {session.api ? (
              <>
                <Button component="a" href="/account" variant="default" size="xs">
                  {words.account}
                </Button>
                <Button variant="default" size="xs" onClick={() => signOut(session.api)}>
                  {words.signOut}
                </Button>
              </>
            ) : null}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main>{children}</AppShell.Main>
    </AppShell>
  )
}

function ColourScheme() {
  const { words } = usePage()
  const { setColorScheme } = useMantineColorScheme()
  const shown = useComputedColorScheme('light')
  return (
    <ActionIcon
      variant="default"
      aria-label={words.colours}
      onClick={() => setColorScheme(shown === 'dark' ? 'light' : 'dark')}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
      </svg>
    </ActionIcon>
  )
}
