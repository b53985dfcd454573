export { backboneWeightsPath, featureGraphPath } from './backbone.js';
export { diagnose, lookAtAll } from './doctor/diagnose.js';
export { type Finding, ok, problem, unverified, warning } from './doctor/finding.js';
export { testGpu } from './doctor/gpu.js';
export { embeddedServers } from './doctor/servers.js';
export { openServers, whenServersEnd, type OpenServers } from './open-servers.js';
export { ensureParts } from './parts.js';
export { ensureTrainingParts } from './training-parts.js';
