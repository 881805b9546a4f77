/** What the server runs with: small memory, one machine, nothing of its clients' data in the log. */
export function serverSettings({ port, volatile }: { port: number; volatile: boolean }): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: volatile ? '300' : '100',
    shared_buffers: '128MB',
    work_mem: '8MB',
    effective_cache_size: '1GB',
    io_method: 'sync', // the default keeps three more processes
    jit: 'off', // short queries only lose by it
    wal_level: 'minimal', // nobody replicates from here
    max_wal_senders: '0',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    // An ERROR quotes the values and the statement that failed: personal data. LOG and FATAL do not.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...(volatile && VOLATILE),
  }
}

/** For tests: a power cut may lose everything. */
const VOLATILE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }
