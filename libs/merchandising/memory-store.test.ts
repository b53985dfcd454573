import { merchandisingStoreConformance } from '../../test/conformance/merchandising-store.js';
import { MemoryMerchandisingStore } from './memory-store.js';

merchandisingStoreConformance('MemoryMerchandisingStore', async () => new MemoryMerchandisingStore());
