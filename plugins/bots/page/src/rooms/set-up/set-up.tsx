import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useMemo, useRef, useState } from 'react'
import { useDoing } from '../../api/use-doing.ts'
import { type Bag, BotForm } from '../../form/bot-form.tsx'
import { configurationOf, consentTo, settingsOf } from '../../form/settings.ts'
import { wholeForm } from '../../form/whole-form.ts'
import { usePage } from '../../page-context.ts'
import { ProblemAlert } from '../../problem-alert.tsx'
import type { Shown } from '../bot-room.tsx'
import { Rights } from './rights.tsx'
import { WebhookAddress } from './webhook-address.tsx'

export function SetUp({ bot, etag, path, mayChange, reload }: Shown) {
  const { session, words } = usePage()
  const [value, setValue] = useState<Bag>(() => settingsOf(bot))
  const configVersion = bot.settings?.configVersion
  const [shownVersion, setShownVersion] = useState(configVersion)
  // What was saved is shown as it stands now; switching on and off leaves what somebody is writing alone.
  if (shownVersion !== configVersion) {
    setShownVersion(configVersion)
    setValue(settingsOf(bot))
  }
  const [consent, setConsent] = useState(false)
  const [enable, setEnable] = useState(true)
  const [consentMissing, setConsentMissing] = useState(false)
  const agreement = useRef<HTMLInputElement>(null)
  const doing = useDoing()
  /** What a newer version asks for is agreed to where one goes to it. */
  const asks = !bot.installed && bot.needsConsent
  const form = useMemo(() => wholeForm(bot.form, words), [bot, words])
  const extras = useMemo(() => ({ botId: bot.id, hosts: consentTo(bot).hosts }), [bot])
  const save = async (filledIn: Bag) => {
    setValue(filledIn)
    if (asks && !consent) {
      setConsentMissing(true)
      agreement.current?.focus()
      return
    }
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
    <>
      {mayChange ? <Text size="sm">{words.starred}</Text> : null}
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
              ref={agreement}
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
          <ProblemAlert problem={doing.problem} bot={bot} />
          {mayChange ? (
            <Group>
              <Button type="submit" loading={doing.busy}>
                {bot.installed ? words.save : words.install}
              </Button>
            </Group>
          ) : null}
        </Stack>
      </BotForm>
      {bot.installed && bot.triggers.webhook ? (
        <WebhookAddress bot={bot} path={path} mayChange={mayChange} reload={reload} />
      ) : null}
    </>
  )
}
