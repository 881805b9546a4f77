import type { Migration } from '@guildhall/sdk'

/** What commits with the data: events, the audit trail, idempotent answers; and what fires later: schedules, parked jobs. */
export const effects: Migration = {
  name: '0003-effects',
  sql: `
CREATE TABLE core.event (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  payload jsonb NOT NULL,
  actor jsonb NOT NULL,
  request_id text,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX event_at ON core.event (tenant_id, at, id);
SELECT app.protect('core.event', 'tenant_id', 'SELECT, INSERT');

-- Which subscription has handled which event: a retried delivery skips what is done.
CREATE TABLE core.delivery (
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  subscription text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('handled', 'skipped')),
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, event_id, subscription),
  FOREIGN KEY (tenant_id, event_id) REFERENCES core.event (tenant_id, id) ON DELETE CASCADE
);
SELECT app.protect('core.delivery');

CREATE TABLE core.audit_event (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  event text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('success', 'denied', 'failure')),
  actor_kind text NOT NULL,
  actor_id text,
  on_behalf_of text,
  platform boolean NOT NULL DEFAULT false,
  session_id text,
  request_id text,
  address text,
  target_type text,
  target_id text,
  changed text[] NOT NULL DEFAULT '{}',
  meta jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_event_at ON core.audit_event (tenant_id, at, id);
CREATE INDEX audit_event_name ON core.audit_event (tenant_id, event, at, id);
CREATE INDEX audit_event_actor ON core.audit_event (tenant_id, actor_id, at, id);
CREATE INDEX audit_event_target ON core.audit_event (tenant_id, target_id, at, id);
SELECT app.protect('core.audit_event', 'tenant_id', 'SELECT, INSERT');

-- Sign-ins and refusals before an organisation is known.
CREATE TABLE core.platform_audit_event (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  event text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('success', 'denied', 'failure')),
  actor_kind text NOT NULL,
  actor_id text,
  request_id text,
  address text,
  meta jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX platform_audit_event_at ON core.platform_audit_event (at, id);
SELECT app.platform_only('core.platform_audit_event');

CREATE TABLE core.idempotency (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  status integer,
  headers jsonb,
  body text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, principal, route, key)
);
CREATE INDEX idempotency_age ON core.idempotency (tenant_id, created_at);
SELECT app.protect('core.idempotency');

-- The due-table: node-cron computes next_run_at, PostgreSQL decides who fires. Costs what is due, not what exists.
CREATE TABLE core.schedule (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  plugin_id text NOT NULL,
  job text NOT NULL,
  key text NOT NULL DEFAULT '',
  cron text NOT NULL,
  time_zone text NOT NULL,
  input jsonb,
  enabled boolean NOT NULL DEFAULT true,
  next_run_at timestamptz,
  last_run_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, job, key)
);
CREATE INDEX schedule_due ON core.schedule (next_run_at) WHERE enabled;
SELECT app.protect('core.schedule');

-- Work whose plugin was off, or whose code this version does not have: kept with the reason, put back when it can run.
CREATE TABLE core.parked_job (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  plugin_id text NOT NULL,
  job text NOT NULL,
  data jsonb NOT NULL,
  reason text NOT NULL,
  parked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX parked_job_plugin ON core.parked_job (tenant_id, plugin_id);
SELECT app.protect('core.parked_job');
`,
}
