export const planJob = 'members.planBulk'
export const applyJob = 'members.applyBulk'
export const cleanJob = 'members.cleanBulk'
