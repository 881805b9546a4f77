import type { Migration } from '@guildhall/sdk'

/** Everybody's inbox, and what each wants to hear of which way. */
export const notifications: Migration = {
  name: '0002-notifications',
  sql: `
CREATE TABLE email.notification (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  -- The same for everybody who was told: one acknowledges for all.
  alert_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  severity text COLLATE "C" NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  title text NOT NULL,
  text text NOT NULL DEFAULT '',
  link text,
  key text COLLATE "C",
  repeat_hours integer CHECK (repeat_hours > 0),
  next_at timestamptz,
  -- Times it was told.
  round integer NOT NULL DEFAULT 1,
  read_at timestamptz,
  acknowledged_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notification_own ON email.notification (tenant_id, user_id, updated_at, id);
CREATE INDEX notification_created ON email.notification (tenant_id, user_id, created_at, id);
CREATE INDEX notification_updated ON email.notification (tenant_id, updated_at, id);
CREATE INDEX notification_first ON email.notification (tenant_id, created_at, id);
CREATE INDEX notification_unread ON email.notification (tenant_id, user_id) WHERE read_at IS NULL;
CREATE INDEX notification_alert ON email.notification (tenant_id, alert_id);
CREATE UNIQUE INDEX notification_key ON email.notification (tenant_id, user_id, key) WHERE key IS NOT NULL AND read_at IS NULL;
CREATE INDEX notification_due ON email.notification (tenant_id, next_at) WHERE next_at IS NOT NULL AND acknowledged_at IS NULL;
SELECT app.protect('email.notification');

CREATE TABLE email.notification_setting (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  inbox boolean NOT NULL,
  mail boolean NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id, kind)
);
SELECT app.protect('email.notification_setting');
`,
}
