import { addDays, addMonths, isCalendarDate, isInstant } from '@guildhall/sdk'
import { test } from 'tap'

test('days go on within the years the database takes', async (t) => {
  t.equal(addDays('2024-02-28', 1), '2024-02-29')
  t.equal(addMonths('2025-01-31', 1), '2025-02-28')
  t.equal(addMonths('0099-12-31', 2), '0100-02-28')
  t.equal(addMonths('0004-01-31', 1), '0004-02-29', 'a year of the first century is not one of the last')
  t.equal(addDays('9999-12-31', 1), '9999-12-31', 'there is none behind the last one')
  t.equal(addMonths('9999-12-01', 12), '9999-12-31')
  t.equal(addDays('0001-01-01', -365), '0001-01-01', 'nor before the first')
})

test('a day is one of the calendar, and a moment one whose day there is in UTC', async (t) => {
  for (const day of ['0001-01-01', '2024-02-29', '9999-12-31']) t.ok(isCalendarDate(day), day)
  for (const day of ['0000-01-01', '2025-02-29', '2025-00-10', '2025-1-1', '12025-01-01', '-001-01-01'])
    t.notOk(isCalendarDate(day), day)
  for (const at of ['2025-01-01T00:00:00Z', '0001-01-01T00:00:00-14:00', '2025-06-30T23:59:59.999999999+02:00'])
    t.ok(isInstant(at), at)
  for (const at of ['0000-12-31T12:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-01:00', '2025-01-01'])
    t.notOk(isInstant(at), at)
})
