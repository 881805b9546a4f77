import { Button, Group, Modal, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { usePage } from './page-context.ts'

interface AskProps {
  readonly opened: boolean
  readonly title: string
  readonly children: ReactNode
  readonly yes: string
  /** It takes something away. */
  readonly grave?: boolean
  readonly onYes: () => void
  readonly onNo: () => void
}

/** Asks once more before something is done. Mantine's own header would be a second banner of the page. */
export function Ask({ opened, title, children, yes, grave = false, onYes, onNo }: AskProps) {
  const { words } = usePage()
  return (
    // Gone at once: what it did may take away the button that opened it before it has faded, and the focus with it.
    <Modal.Root opened={opened} onClose={onNo} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body>
          <Stack mt="md">
            <Title order={2} size="h4">
              {title}
            </Title>
            {children}
            <Group justify="end">
              <Button variant="default" onClick={onNo}>
                {words.cancel}
              </Button>
              <Button {...(grave ? { color: 'red.9' } : {})} onClick={onYes}>
                {yes}
              </Button>
            </Group>
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
