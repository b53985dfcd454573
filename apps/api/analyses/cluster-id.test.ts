import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printClusterId, readClusterId } from './cluster-id.js';

it('an id of a cluster is read as it was written, at any dial', () => {
  const ids = fc.record({
    state: fc.constantFrom('1-none', '12-3f2a9c1e'),
    dial: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(1e-7, 2.5e-300, 1.2345678901234567e-6)),
    groupBy: fc.constantFrom('product' as const, 'style' as const),
    group: fc.integer({ min: 0, max: 9_999_999 }),
  });
  fc.assert(
    fc.property(ids, (id) => {
      // -0 and 0 are one dial.
      expect(readClusterId(printClusterId(id))).toEqual({ ...id, dial: id.dial + 0 });
    }),
  );
});

it.each(['', '1-none~1.5~product~3', '1-none~9~product~3', '1-none~0.5~brand~3', 'x-none~0.5~product~3', '1-none~0.5'])(
  '%j is no id of a cluster',
  (text) => expect(readClusterId(text)).toBeNull(),
);
