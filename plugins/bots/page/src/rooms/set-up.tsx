import { Button, Checkbox, Group, List, Paper, Stack, Text, Title } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Bot } from '../api/shapes.ts'
import { useDoing } from '../api/use-doing.ts'
import { type Bag, BotForm } from '../form/bot-form.tsx'
import { configurationOf, consentTo, settingsOf } from '../form/settings.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { fill, shownTime } from '../words/index.ts'
import type { Shown } from './bot-room.tsx'

/** The three parts as one form, named as `configure` names them: what the server refuses leads to its field. */
function wholeForm({ when, what, who }: Bot['form'], titles: { when: string; what: string; who: string }) {
  return {
    schema: {
      type: 'object',
      properties: {
        triggers: { ...when.schema, title: titles.when },
        config: { ...what.schema, title: titles.what },
        notifications: { ...who.schema, title: titles.who },
      },
      additionalProperties: false,
    },
    uiSchema: {
      'ui:order': ['triggers', 'config', 'notifications'],
      triggers: when.uiSchema,
      config: what.uiSchema,
      notifications: who.uiSchema,
    },
  }
}

export function SetUp({ bot, etag, path, mayChange, reload }: Shown) {
  const { session, words } = usePage()
  const [value, setValue] = useState<Bag>(() => settingsOf(bot))
  const [consent, setConsent] = useState(false)
  const [enable, setEnable] = useState(true)
  const [consentMissing, setConsentMissing] = useState(false)
  const doing = useDoing()
  /** What a newer version asks for is agreed to where one goes to it. */
  const asks = !bot.installed && bot.needsConsent
  const form = useMemo(() => wholeForm(bot.form, words), [bot, words])
  const extras = useMemo(() => ({ botId: bot.id, hosts: consentTo(bot).hosts }), [bot])
  const save = async (filledIn: Bag) => {
    setValue(filledIn)
    if (asks && !consent) return setConsentMissing(true)
    const body = {
      ...configurationOf(bot, filledIn),
      ...(bot.installed ? {} : { enabled: enable }),
      ...(asks ? { consent: consentTo(bot) } : {}),
    }
    const done = bot.installed ? words.saved : words.installedNow
    const act = () => session.api.post(`${path}/configure`, body, { ifMatch: bot.installed ? etag : null })
    if (await doing.run(act, done)) reload()
  }
  return (
    <BotForm
      name="form"
      schema={form.schema}
      uiSchema={form.uiSchema}
      value={value}
      extras={extras}
      busy={doing.busy || !mayChange}
      problem={doing.problem}
      onChange={setValue}
      onSubmit={save}
    >
      <Stack mt="md">
        <Rights bot={bot} />
        {asks && mayChange ? (
          <Checkbox
            label={words.agree}
            checked={consent}
            error={consentMissing && !consent ? words.agreeFirst : undefined}
            onChange={({ currentTarget }) => setConsent(currentTarget.checked)}
          />
        ) : null}
        {!bot.installed && mayChange ? (
          <Checkbox
            label={words.enableAtOnce}
            checked={enable}
            onChange={({ currentTarget }) => setEnable(currentTarget.checked)}
          />
        ) : null}
        {doing.problem ? <ProblemAlert problem={doing.problem} atFields /> : null}
        {mayChange ? (
          <Group>
            <Button type="submit" loading={doing.busy}>
              {bot.installed ? words.save : words.install}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </BotForm>
  )
}

function Rights({ bot }: { bot: Bot }) {
  const { words, language } = usePage()
  const { actions, hosts } = bot.permissions
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        {words.rights}
      </Title>
      {actions.length + hosts.length === 0 ? (
        <Text size="sm">{words.noRights}</Text>
      ) : (
        <List size="sm">
          {actions.map(({ id, sentence, available }) => (
            <List.Item key={id}>{available ? sentence : `${sentence} (${words.notAvailable})`}</List.Item>
          ))}
          {hosts.map(({ host, sentence }) => (
            <List.Item key={host}>{sentence}</List.Item>
          ))}
        </List>
      )}
      {bot.settings ? (
        <Text size="sm" mt="xs">
          {fill(words.agreedAt, { at: shownTime(bot.settings.consent.at, language) })}
        </Text>
      ) : null}
    </Paper>
  )
}
