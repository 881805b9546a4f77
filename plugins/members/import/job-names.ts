/** Ids of the jobs that carry imports on. */
export const planJob = 'members.planImport'
export const applyJob = 'members.applyImport'
export const undoJob = 'members.undoImport'
export const cleanJob = 'members.cleanImports'
