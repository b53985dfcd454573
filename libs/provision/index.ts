export { backboneWeightsPath, featureGraphPath } from './backbone.js';
export { diagnose } from './doctor.js';
export type { Finding } from './finding.js';
export { openServers, whenServersEnd, type OpenServers } from './open-servers.js';
export { megabytes } from './download.js';
export { ensureParts, partState, setupParts, writeSetupBundle, type Part, type PartState } from './parts.js';
