import { Button, Code, CopyButton, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import type { Bot } from '../../api/shapes.ts'
import { useDoing } from '../../api/use-doing.ts'
import { Ask } from '../../ask.tsx'
import { usePage } from '../../page-context.ts'
import { ProblemAlert } from '../../problem-alert.tsx'
import { Sentences } from '../../sentences.tsx'

interface Address {
  readonly url: string
  readonly secret: string
}
interface WebhookAddressProps {
  readonly bot: Bot
  readonly path: string
  readonly mayChange: boolean
  readonly reload: () => void
}

/** Where signed calls of another service come in: made here, shown once, with an example of a call. */
export function WebhookAddress({ bot, path, mayChange, reload }: WebhookAddressProps) {
  const { session, words } = usePage()
  const [made, setMade] = useState<Address | null>(null)
  const [sure, setSure] = useState(false)
  const doing = useDoing()
  const hasAddress = bot.settings?.hasAddress ?? false
  const make = async () => {
    setSure(false)
    if (await doing.run(async () => setMade(await session.api.post<Address>(`${path}/webhook/rotate`)))) reload()
  }
  return (
    <Paper withBorder p="md" mt="md" component="section" aria-label={words.address}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {words.address}
        </Title>
        <Text size="sm">{words.addressText}</Text>
        {made ? <Once {...made} /> : <Text size="sm">{hasAddress ? words.addressSet : words.addressNone}</Text>}
        {mayChange ? (
          <Group>
            <Button variant="default" loading={doing.busy} onClick={hasAddress ? () => setSure(true) : make}>
              {hasAddress ? words.makeNewAddress : words.makeAddress}
            </Button>
          </Group>
        ) : null}
        <ProblemAlert problem={doing.problem} />
        <details>
          <summary>
            <Text span size="sm" fw={600}>
              {words.addressExample}
            </Text>
          </summary>
          <Text size="sm" my="xs">
            {words.addressExampleText}
          </Text>
          <Code block tabIndex={0} role="region" aria-label={words.addressExample}>
            {exampleOf(made)}
          </Code>
        </details>
      </Stack>
      <Ask
        opened={sure}
        title={words.newAddressSure}
        yes={words.makeNewAddress}
        grave
        onYes={make}
        onNo={() => setSure(false)}
      >
        <Sentences texts={[words.newAddressText]} />
      </Ask>
    </Paper>
  )
}

function Once({ url, secret }: Address) {
  const { words } = usePage()
  return (
    <div role="status">
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          {words.addressOnce}
        </Text>
        <Copied label={words.addressUrl} value={url} />
        <Copied label={words.addressSecret} value={secret} />
      </Stack>
    </div>
  )
}

function Copied({ label, value }: { label: string; value: string }) {
  const { words } = usePage()
  return (
    <Group align="end" gap="xs" wrap="nowrap">
      <TextInput
        label={label}
        value={value}
        readOnly
        flex={1}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy} aria-label={`${words.copyIt}: ${label}`}>
            {copied ? words.copied : words.copyIt}
          </Button>
        )}
      </CopyButton>
    </Group>
  )
}

/** In a shell: what is signed is the body, byte by byte. */
const exampleOf = (made: Address | null): string => `url='${made?.url ?? 'https://.../api/v1/bot-hooks/...'}'
secret='${made?.secret ?? 'whsec_...'}'
body='{"hello":"world"}'
signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')
curl "$url" -H 'Content-Type: application/json' -H "X-Hub-Signature-256: sha256=$signature" -d "$body"`
