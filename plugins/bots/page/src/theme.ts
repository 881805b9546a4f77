import { type CSSVariablesResolver, createTheme, Loader, MultiSelect, Select, TreeSelect } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  autoContrast: true,
  fontFamily: 'system-ui, sans-serif',
  components: {
    // A list opens where it is pressed or typed in: who only passes through with Tab, or is led to a field that is wrong,
    // reads what stands below it.
    ...Object.fromEntries(
      Object.entries({ Select, MultiSelect, TreeSelect }).map(([name, field]) => [
        name,
        field.extend({ defaultProps: { openOnFocus: false } }),
      ]),
    ),
    // Without a role its name is read to nobody.
    Loader: Loader.extend({ defaultProps: { role: 'status' } }),
  },
})

/** Mantine's quiet text and errors are too pale to read for many; these reach a contrast of 4.5 on either ground. */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-0)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
})
