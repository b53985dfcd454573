export { type ArtifactPlace, artifactPlaceSchema } from './artifact-place.js';
export { bareEnvironment, childEnvironment } from './child-environment.js';
export { limitedCommand } from './limited-command.js';
export { compiledFile, repositoryRoot } from './compiled.js';
export { describeEnvironment, loadConfig, type Setting, type WeftConfig } from './config.js';
