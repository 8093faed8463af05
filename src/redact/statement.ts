import { maskSql } from '../sql/sql.ts';
import { shownDocument } from './documents.ts';
import { isRedisCommand, shownCommands } from './redis.ts';
import { isMixed, withoutShapes } from './shapes.ts';
import { withoutUserInfo } from './urls.ts';
import { HIDDEN } from './views.ts';

/** Systems with commands as of Redis, and those in which `"…"` is always a name or always text. */
const SYSTEMS = new Map(
  Object.entries({
    commands: 'redis valkey keydb dragonfly garnet memcached memcache aws.elasticache tair',
    name: `postgresql postgres redshift cockroachdb yugabytedb timescaledb greenplum edb aurora_postgresql oracle
      oracle.db mssql mssqlcompact microsoft.sql_server sqlserver azuresql db2 ibm.db2 ibm.informix
      informix snowflake cassandra scylladb clickhouse dm dameng kingbase kingbasees gaussdb opengauss
      vastbase highgo oscar gbase hsqldb h2 h2database derby firebird firebirdsql interbase sybase
      sybase_ase teradata netezza ibm.netezza vertica hanadb sap.hana trino presto duckdb druid ingres
      actian.ingres maxdb sap.maxdb adabas softwareag.adabas pervasive progress filemaker athena
      aws.redshift aws.athena coldfusion cloudscape pointbase exasol monetdb crate cratedb questdb`,
    text: `mysql mariadb tidb oceanbase polardb polardb-x tdsql starrocks doris bigquery gcp.bigquery spanner
      gcp.spanner hive spark databricks impala maxcompute odps couchbase cosmosdb azure.cosmosdb neo4j
      memgraph influxdb gremlin janusgraph neptune aws.neptune arangodb orientdb surrealdb opentsdb
      prometheus elasticsearch opensearch`,
  }).flatMap(([kind, systems]) => systems.split(/\s+/).map((system) => [system, kind] as const)),
);
const DOCUMENT_STORES = /mongo|dynamo|couchdb|elastic|opensearch|firestore/;
const SQL = /^\s*(?:select|insert|update|delete|with|create|alter|drop)\s/i;

/** What a statement of any language begins with, behind comments and parentheses. */
const VERB =
  /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/|\(|;)*(?:select|insert|update|delete|upsert|replace|merge|with|create|alter|drop|truncate|grant|revoke|call|exec|execute|explain|describe|desc|set|show|use|begin|commit|rollback|start|savepoint|release|copy|values|table|match|optional|unwind|return|declare|do|prepare|deallocate|fetch|open|close|connect|modify|change|analyze|vacuum|lock|unlock|load|attach|pragma|optimize|refresh|from|g|for|let)\b/i;

const BEARER = /\b(bearer\s+)(?=[\w.~+/-]*\d)[\w.~+/=-]{8,}/gi;
const VALUE_PLACE = /(?<=(?:=\s?"?|:\s?"))[A-Za-z0-9]{8,100}(?![\w.(`])/g;

/**
 * A statement as it may be shown, in the language its system and its own begin tell. Without `masksSql` only secret keys
 * are looked for in SQL.
 */
export function shownStatement(
  statement: string,
  system: string,
  masksSql: boolean,
  asText: (text: string) => string,
): string {
  const kind = SYSTEMS.get(system);
  if (kind === 'commands') return shownCommands(withoutShapes(statement), asText);
  if (/^\s*[[{]/.test(statement) || (DOCUMENT_STORES.test(system) && !SQL.test(statement)))
    return shownDocument(statement);
  if (system === '' && isRedisCommand(statement)) return shownCommands(withoutShapes(statement), asText);
  if (!masksSql) return asText(statement);
  // Before the literals go: the half of a token may look like a name.
  const masked = maskSql(withoutShapes(statement), kind === 'name' || kind === 'text' ? kind : 'by place');
  // A statement names columns, such as `token`; anything else may hold keys and values.
  if (!VERB.test(statement)) return asText(masked);
  // What somebody glued to it: a word where a value stands, mixed as no name is, or a bearer's token.
  const asHidden = (word: string) => (isMixed(word) ? HIDDEN : word);
  return withoutUserInfo(masked).replace(VALUE_PLACE, asHidden).replace(BEARER, `$1${HIDDEN}`);
}

/** Whether a word is a verb or command of a language of databases, and no piece of what somebody wrote. */
export function isCommand(word: string): boolean {
  return VERB.test(word) || isRedisCommand(word);
}
