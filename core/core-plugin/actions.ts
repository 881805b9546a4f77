import type { Actions } from '@guildhall/sdk'
import type { CorePermission } from './permissions.ts'
import { PlatformReport, platformReport, ReportInput } from './report/platform-report.ts'
import type { CoreContext, Place } from './surroundings.ts'

export function coreActions(a: Actions<CoreContext, CorePermission>, place: Place): void {
  a.action({
    id: 'core.platformReport',
    title: 'Report what piles up on the platform',
    requires: 'core.organizations.read',
    effect: 'read',
    input: ReportInput,
    output: PlatformReport,
    perRun: 1,
    run: (ctx) => platformReport(place.around.runtime, ctx),
  })
}
