export { backboneWeightsPath, featureGraphPath } from './backbone.js';
export { diagnose } from './doctor.js';
export type { Finding } from './finding.js';
export { openServers, whenServersEnd, type OpenServers } from './open-servers.js';
export { ensureParts } from './parts.js';
export { ensureTrainingParts } from './training-parts.js';
