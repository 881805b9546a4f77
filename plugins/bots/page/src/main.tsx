import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { readable, theme } from './theme.ts'
import { browserLanguage } from './words/index.ts'

const language = browserLanguage()
document.documentElement.lang = language

createRoot(document.getElementById('root') as HTMLElement).render(
  <MantineProvider theme={theme} cssVariablesResolver={readable} defaultColorScheme="auto">
    <Notifications position="top-right" />
    <App language={language} />
  </MantineProvider>,
)
