import type { OrganizationFileSection } from '@guildhall/sdk'
import { refuseLostRoles } from './functions.ts'
import { replaceGenderGroups, replaceStages } from './lists.ts'

/** What this plugin takes from an organisation's file. */
export const fileSections: readonly OrganizationFileSection[] = [
  { key: 'genderGroups', apply: replaceGenderGroups },
  { key: 'stages', apply: replaceStages },
  {
    key: 'levels',
    apply: async (tx, levels) => {
      await refuseLostRoles(tx, levels)
      return false
    },
  },
]
