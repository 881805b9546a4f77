import { List } from '@mantine/core'

/** Sentences that stand for themselves, each said once. */
export const Sentences = ({ texts }: { texts: readonly string[] }) =>
  texts.length === 0 ? null : (
    <List size="sm">
      {[...new Set(texts)].map((text) => (
        <List.Item key={text}>{text}</List.Item>
      ))}
    </List>
  )
