export { backboneWeightsPath, featureGraphPath } from './backbone.js';
export { diagnose, lookAtAll } from './doctor/diagnose.js';
export { type Finding, ok, problem, unverified, warning } from './doctor/finding.js';
export { testGpu } from './doctor/gpu.js';
export { embeddedServers } from './doctor/servers.js';
export { openServers, whenServersEnd, type OpenServers } from './open-servers.js';
export { megabytes } from './download.js';
export { ensureParts, partState, setupParts, writeSetupBundle, type Part, type PartState } from './parts.js';
export { ensureTrainingParts } from './training-parts.js';
