import { createContext, useContext } from 'react'
import type { Session } from './api/session.ts'
import type { Language, Words } from './words/index.ts'

/** What every part of the page stands on. */
export interface PageContext {
  readonly session: Session
  readonly language: Language
  readonly words: Words
}

export const PageContext = createContext<PageContext | null>(null)

export function usePage(): PageContext {
  const page = useContext(PageContext)
  if (!page) throw new Error('A part of the page stands outside PageContext')
  return page
}
