export { AddressRules } from './address-rules.js';
export { fetchBytes, WAITED_FOR } from './fetch-bytes.js';
export { FetchError, type FetchErrorCode, mayPass } from './fetch-error.js';
export type { FetchLimits } from './fetch-limits.js';
export { Fetcher, type FetchAnswer, type FetchOptions, type FreshAnswer } from './fetcher.js';
export { webAddress } from './web-address.js';
