import type { Migration } from '@guildhall/sdk'

/** Bots of an organisation: what was published, what is installed, what ran, and everything a run did. */
export const bots: Migration = {
  name: '0001-bots',
  sql: `
SELECT app.open_schema('bots');

-- A version never changes: the source is what its hash says. Shipped bots get their row when somebody installs them.
CREATE TABLE bots.bot_version (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  bot_id text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  origin text NOT NULL CHECK (origin IN ('published', 'shipped')),
  -- SHA-256 of the source in hex.
  hash text COLLATE "C" NOT NULL,
  -- JavaScript, types stripped; what the author sent stands beside it.
  source text NOT NULL,
  original text NOT NULL,
  manifest jsonb NOT NULL,
  published_by_kind text NOT NULL,
  published_by_id text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, bot_id, version)
);
CREATE INDEX bot_version_created ON bots.bot_version (tenant_id, created_at, id);
SELECT app.protect('bots.bot_version', 'tenant_id', 'SELECT, INSERT');

CREATE TABLE bots.installation (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  -- {id} of the addresses: the bot's id, or an alias for a second installation of it.
  key text COLLATE "C" NOT NULL,
  bot_id text COLLATE "C" NOT NULL,
  version_id uuid NOT NULL,
  -- Where a rollback goes.
  previous_version_id uuid,
  enabled boolean NOT NULL,
  -- Why the platform switched it off: { reason, at, failures }; NULL when a person did, or nobody.
  stopped jsonb,
  -- Secrets are sealed in it.
  config jsonb NOT NULL,
  -- Counts each change of config, triggers or limits: a run keeps the one it began with.
  config_version integer NOT NULL DEFAULT 1,
  -- { events: { name: { on, condition } }, cron: { on, expression }, manual, api, webhook, action }
  triggers jsonb NOT NULL,
  -- { failure, success, digest }: who is told, and how.
  notifications jsonb NOT NULL,
  limits jsonb NOT NULL,
  -- What was agreed to: { actions, hosts, at }; what asks for more waits for a new consent.
  consent jsonb NOT NULL,
  installed_by_kind text NOT NULL,
  installed_by_id text NOT NULL,
  -- Of the incoming webhook: a hash of the address' secret part, and the sealed signing secret.
  webhook_hash text COLLATE "C",
  webhook_secret text,
  failures_in_row integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key),
  UNIQUE (tenant_id, webhook_hash),
  FOREIGN KEY (tenant_id, version_id) REFERENCES bots.bot_version (tenant_id, id),
  FOREIGN KEY (tenant_id, previous_version_id) REFERENCES bots.bot_version (tenant_id, id)
);
CREATE INDEX installation_version ON bots.installation (tenant_id, version_id);
CREATE INDEX installation_previous ON bots.installation (tenant_id, previous_version_id) WHERE previous_version_id IS NOT NULL;
CREATE INDEX installation_webhook ON bots.installation (webhook_hash) WHERE webhook_hash IS NOT NULL;
SELECT app.protect('bots.installation');

-- Which events start it: read for every event of the organisation, so a row each.
CREATE TABLE bots.event_trigger (
  tenant_id uuid NOT NULL,
  installation_id uuid NOT NULL,
  event text COLLATE "C" NOT NULL,
  -- { payload?: filter, member?: filter, group?: filter }
  condition jsonb,
  PRIMARY KEY (tenant_id, event, installation_id),
  FOREIGN KEY (tenant_id, installation_id) REFERENCES bots.installation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX event_trigger_installation ON bots.event_trigger (tenant_id, installation_id);
SELECT app.protect('bots.event_trigger');

-- What each configuration was, so that a retry and a replay see the one the run began with.
CREATE TABLE bots.config_version (
  tenant_id uuid NOT NULL,
  installation_id uuid NOT NULL,
  config_version integer NOT NULL,
  config jsonb NOT NULL,
  limits jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, installation_id, config_version),
  FOREIGN KEY (tenant_id, installation_id) REFERENCES bots.installation (tenant_id, id) ON DELETE CASCADE
);
SELECT app.protect('bots.config_version');

CREATE TABLE bots.run (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  installation_id uuid NOT NULL,
  version_id uuid NOT NULL,
  config_version integer NOT NULL,
  mode text NOT NULL CHECK (mode IN ('live', 'dry', 'replay', 'rehearsal')),
  -- As the bot gets it: { trigger, ... }; events carry ids only.
  trigger jsonb NOT NULL,
  trigger_kind text NOT NULL CHECK (trigger_kind IN ('event', 'cron', 'manual', 'api', 'webhook', 'action')),
  -- One run a cause: event id, time of the schedule, webhook id, Idempotency-Key.
  trigger_key text COLLATE "C" NOT NULL,
  -- Bots that caused the event that caused this run, and so on.
  depth integer NOT NULL DEFAULT 0,
  requested_by jsonb,
  -- The run whose journal this one replays, or whose trigger it runs again.
  of_run_id uuid,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'retrying', 'ok', 'failed', 'discarded', 'cancelled')),
  -- Until when the node that runs it is believed to; afterwards another one may take it.
  lease_until timestamptz,
  -- Why it is where it is, for people: waiting for a runner, the limit that was hit and its value, ...
  reason text,
  attempt integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  -- How the last attempt ended: SandboxEnd, or denied, infra, non-deterministic.
  ended text,
  error jsonb,
  result jsonb,
  used jsonb,
  limits jsonb NOT NULL,
  queued_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, installation_id, mode, trigger_key),
  FOREIGN KEY (tenant_id, installation_id) REFERENCES bots.installation (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, version_id) REFERENCES bots.bot_version (tenant_id, id)
);
CREATE INDEX run_queued ON bots.run (tenant_id, queued_at, id);
CREATE INDEX run_installation ON bots.run (tenant_id, installation_id, queued_at, id);
CREATE INDEX run_status ON bots.run (tenant_id, status, queued_at, id);
CREATE INDEX run_version ON bots.run (tenant_id, version_id);
-- What is under way or waits for its turn: few rows, looked at for every run that begins or ends.
CREATE INDEX run_open ON bots.run (tenant_id, status, queued_at) WHERE status IN ('queued', 'running', 'retrying');
SELECT app.protect('bots.run');

-- The journal: an action's row is written in the action's own transaction, so a retry knows what has happened.
CREATE TABLE bots.call (
  tenant_id uuid NOT NULL,
  run_id uuid NOT NULL,
  sequence integer NOT NULL,
  method text NOT NULL,
  -- Id of the action, host of the address, key of the state.
  name text NOT NULL,
  effect text NOT NULL CHECK (effect IN ('read', 'write', 'destructive', 'none')),
  -- SHA-256 of the input's canonical JSON: a retry that asks something else has drifted.
  input_hash text COLLATE "C" NOT NULL,
  input jsonb NOT NULL,
  -- { ok, value } or { ok: false, code, message }, as the bot got it.
  answer jsonb NOT NULL,
  -- What the clock inside read afterwards.
  clock timestamptz NOT NULL,
  -- Highest sequence the bot had asked for when this was answered: a call above it may follow from the answer.
  asked integer NOT NULL,
  attempt integer NOT NULL,
  duration_ms double precision NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, run_id, sequence),
  FOREIGN KEY (tenant_id, run_id) REFERENCES bots.run (tenant_id, id) ON DELETE CASCADE
);
SELECT app.protect('bots.call');

CREATE TABLE bots.log (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  installation_id uuid NOT NULL,
  run_id uuid NOT NULL,
  -- debug: of the platform itself; info: the bot's; warning and error: how an attempt ended.
  level text NOT NULL CHECK (level IN ('debug', 'info', 'warning', 'error')),
  message text NOT NULL,
  data jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES bots.run (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX log_installation ON bots.log (tenant_id, installation_id, id);
CREATE INDEX log_run ON bots.log (tenant_id, run_id, id);
SELECT app.protect('bots.log');

CREATE TABLE bots.state (
  tenant_id uuid NOT NULL,
  installation_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  value jsonb NOT NULL,
  bytes integer NOT NULL,
  expires_at timestamptz,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, installation_id, key),
  FOREIGN KEY (tenant_id, installation_id) REFERENCES bots.installation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX state_expires ON bots.state (tenant_id, expires_at) WHERE expires_at IS NOT NULL;
SELECT app.protect('bots.state');

-- Mails that bots caused, by the hour: the quota looks at the last 24.
CREATE TABLE bots.mail_hour (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  mails integer NOT NULL,
  PRIMARY KEY (tenant_id, hour)
);
SELECT app.protect('bots.mail_hour');

-- Before the organisation is known: whose incoming webhook the address with this hash is.
CREATE FUNCTION bots.webhook_tenant(hash text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.tenant_id FROM bots.installation i JOIN core.tenant t ON t.id = i.tenant_id AND t.status = 'active'
   WHERE i.webhook_hash = hash $$;
SELECT app.lookup_function('bots.webhook_tenant(text)');
`,
}
