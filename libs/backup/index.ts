export { type BackupHeader, type CopiedTable } from './backup-header.js';
export type { BackupStore, DatabaseRestore, DatabaseSnapshot } from './backup-store.js';
export { restoreBackup, verifyBackup, type VerifiedBackup } from './restore-backup.js';
export { type BackupInput, type BackupResult, streamBackup, writeBackup } from './write-backup.js';
