export { type Database, openDatabase } from './database.js';
export { migrate } from './migrate.js';
export { PgBackupStore } from './pg-backup-store.js';
export { reportPostgres } from './postgres-report.js';
export { reportState, type DatabaseContent, type StateReport } from './state-report.js';
