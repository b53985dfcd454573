const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Signs of one currency only. `$`, `£`, `¥` and `kr` are those of many. */
const SIGNS = new Map(
  Object.entries({
    ...{ '€': 'EUR', '₹': 'INR', '₺': 'TRY', '₽': 'RUB', '₪': 'ILS', '₴': 'UAH', '₫': 'VND', '฿': 'THB' },
    ...{ zł: 'PLN', Kč: 'CZK', Ft: 'HUF', '₦': 'NGN', '₸': 'KZT', '₲': 'PYG', '₡': 'CRC', '₵': 'GHS' },
    ...{ '₮': 'MNT', '₼': 'AZN', '₾': 'GEL', R$: 'BRL', A$: 'AUD', C$: 'CAD', US$: 'USD', HK$: 'HKD' },
  }),
);

/** True for an ISO 4217 code in upper case, of a currency of today or of before. */
export function isCurrency(code: string): boolean {
  return CODES.has(code);
}

/** The currency of a sign: as the feed's mapping says, else where only one has it, else where it is the feed's own. */
export function currencyOfSign(
  sign: string,
  mapped: Readonly<Record<string, string>>,
  own: string | null,
): string | null {
  const meant = (Object.hasOwn(mapped, sign) ? mapped[sign] : undefined) ?? SIGNS.get(sign);
  if (meant !== undefined) return meant;
  return own !== null && isCurrency(own) && aboutOf(own).sign === sign ? own : null;
}

/** What Intl knows of a currency, asked once. */
const known = new Map<string, { decimals: number; sign: string | undefined }>();

/** Decimals of the currency: 2 for most, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  return aboutOf(currency).decimals;
}

function aboutOf(currency: string): { decimals: number; sign: string | undefined } {
  const before = known.get(currency);
  if (before !== undefined) return before;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  const about = {
    decimals: format.resolvedOptions().maximumFractionDigits ?? 2,
    sign: format.formatToParts(0).find(({ type }) => type === 'currency')?.value,
  };
  known.set(currency, about);
  return about;
}
