export { type ApiKey, type KeyState, stateOf } from './api-key.js';
export { addressGroup, isLoopbackAddress } from './caller-address.js';
export { KeyCheck, type KeyVerdict } from './key-check.js';
export { type KeyRequest, keyRequest, parseKeyRequest, rotationRequest } from './key-request.js';
export { type IssuedKey, KeyService } from './key-service.js';
export type { KeyStore, StoredKey } from './key-store.js';
export { type KeyId, prefixOf, withoutKeys } from './key-text.js';
export { KEY_KINDS, type KeyKind, kindsWith, type Scope, SCOPES } from './scopes.js';
export { type Count, Throttle, WINDOW_S } from './throttle.js';
