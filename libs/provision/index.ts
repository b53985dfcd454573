export { backboneWeightsPath, featureGraphPath } from './backbone.js';
export { diagnose } from './doctor.js';
export type { Finding } from './finding.js';
export { unusedParts } from './unused-parts.js';
export { openServers, whenServersEnd, type OpenServers } from './open-servers.js';
export { ensureParts } from './parts.js';
