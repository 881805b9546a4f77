import { createTheme } from '@mantine/core'

/** Shades that reach a contrast of 4.5 on their ground, light and dark. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  autoContrast: true,
  fontFamily: 'system-ui, sans-serif',
})
