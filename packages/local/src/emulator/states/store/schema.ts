/** Counts up with every change of the schema. Executions of a local machine are not worth migrations. */
export const SCHEMA_VERSION = 1;

/** Times are milliseconds since the epoch; JSON is text. */
export const SCHEMA = `
create table if not exists machines (
  arn text primary key, name text not null, type text not null, role_arn text not null, definition text not null,
  revision text not null, created_at integer not null, updated_at integer not null
) strict, without rowid;

-- Executions keep the definition that they were started with.
create table if not exists revisions (
  revision text primary key, machine_arn text not null, definition text not null
) strict, without rowid;

create table if not exists executions (
  id integer primary key, arn text not null unique, name text not null, machine_arn text not null, revision text not null,
  type text not null, role_arn text not null, input text not null, status text not null,
  started_at integer not null, stopped_at integer, output text, error text, cause text,
  -- Set for the children of a distributed Map: the execution whose journal they are in, and the run they belong to.
  parent_id integer, map_run_arn text
) strict;
create index if not exists executions_of_machine on executions (machine_arn, started_at desc, id desc);
create index if not exists executions_of_run on executions (map_run_arn, id) where map_run_arn is not null;
create index if not exists executions_running on executions (id) where status = 'RUNNING';
create index if not exists executions_of_parent on executions (parent_id) where parent_id is not null;

create table if not exists events (
  execution_id integer not null, id integer not null, previous integer not null, type text not null,
  at integer not null, details text, primary key (execution_id, id)
) strict, without rowid;

-- What a running execution has done: a step's path and its outcome. Emptied when the execution ends.
create table if not exists journal (
  execution_id integer not null, step text not null, outcome text not null, primary key (execution_id, step)
) strict, without rowid;

create table if not exists tokens (
  token text primary key, execution_id integer not null, state text not null, outcome text, heartbeat_at integer not null
) strict, without rowid;
create index if not exists tokens_of_execution on tokens (execution_id);

create table if not exists map_runs (
  arn text primary key, execution_id integer not null, status text not null, started_at integer not null,
  stopped_at integer, max_concurrency integer not null, tolerated_count integer not null,
  tolerated_percentage real not null, item_count integer not null
) strict, without rowid;
create index if not exists map_runs_of_execution on map_runs (execution_id);
`;
