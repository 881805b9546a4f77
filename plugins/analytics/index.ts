/**
 * Analytics: figures about an organisation, as of a date or over a span. It computes nothing itself: every plugin that
 * is on contributes its figures (`analytics.figures`), so what is switched off is absent, not zero.
 */
import { definePlugin } from '@guildhall/sdk'
import Type from 'typebox'
import { analyticsActions } from './actions.ts'
import { analyticsRoutes, uses } from './routes.ts'

export const analyticsPlugin = definePlugin({
  id: 'analytics',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Analytics',
  description: 'Statistics of members, plans, groups and activity.',
  dependsOn: { members: '^1.0.0' },
  uses,
  config: { schema: Type.Object({}, { additionalProperties: false }) },
  permissions: {
    'analytics.read': {
      title: 'See statistics of the whole organisation',
      writes: false,
      wholeOnly: true,
      grantedTo: ['admin'],
    },
  },
  routes: analyticsRoutes,
  actions: analyticsActions,
})
