/** Jobs by name, apart from their work: what enqueues one need not load it. */
export const deliverJob = 'email.deliver'
export const hourlyJob = 'email.hourly'
