// Made from /openapi.json: what a storefront key may call. To make it anew: npm run client:types
export interface paths {
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process answers */
    get: operations['isLive'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether requests can be answered, and what is lacking
     * @description Asks the database and Redis. Without Redis requests are answered; without the database they are not.
     */
    get: operations['isReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/categories': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The categories of the catalogue
     * @description As the feed writes them: what `category` of other calls takes.
     */
    get: operations['listCategories'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Tell what shoppers did
     * @description Up to 1,000 events. A repeated event counts once; one that cannot be kept is named with its reason, and the rest is kept. Recommendations with a `shopperId` go by them at once. Every 20 events count as a request.
     */
    post: operations['recordEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/images/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A photo, as a WebP thumbnail
     * @description The id is the hash of the photo, so the answer never changes and may be cached for good.
     */
    get: operations['getImage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/products': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The products of the catalogue, page by page
     * @description In stock or not. A page begins after the last id of the one before: what an import adds or takes meanwhile shifts nothing.
     */
    get: operations['listProducts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/products/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A product */
    get: operations['getProduct'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/products/{id}/similar': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Products that look like a product
     * @description Its own style is left out; in stock, of the same category and of the same gender unless asked otherwise. Filters are described in docs/filters.md.
     */
    get: operations['getSimilarProducts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/recommendations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Products that look like what a shopper likes
     * @description Signals, of the request, of a shopper whose events are kept, or of both, become several interests, and each has its share of the places. What was signalled, and its styles, are left out. Unknown ids are named in `unknown`. Where no taste is known, popular products and new arrivals come, and `fallback` says why. Filters are described in docs/filters.md. Asking stores nothing.
     */
    post: operations['recommend'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/recommendations/batch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Several recommendations at once
     * @description Each request, about a product (`similarTo`) or to a shopper, has its own answer or its own problem. A batch counts as five requests.
     */
    post: operations['recommendEach'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    BatchAnswer: {
      /** @description One for each request, in their order. */
      answers: {
        answer: components['schemas']['Recommendations'] | null;
        /** @description Why there is no answer. */
        problem: components['schemas']['Problem'] | null;
      }[];
    };
    BatchRequest: {
      /**
       * @description true: what one answer shows, with its styles, the later ones do not; they then have no next pages.
       * @default false
       */
      distinct?: boolean;
      requests: (components['schemas']['SimilarRequest'] | components['schemas']['RecommendationRequest'])[];
    };
    Categories: {
      /** @description The fullest first. */
      categories: {
        category: string;
        products: number;
      }[];
    };
    EventsRequest: {
      events: {
        /**
         * Format: date-time
         * @description When it happened. Default: now; then it needs an id.
         */
        at?: string;
        /** @description Unique for the shopper: the same id again is the same event. Default: from all else that it says. */
        id?: string;
        /** @description A product id or an offer id (the `id` column of the feed). */
        productId: string;
        /** @description `recommendationId` of the answer that showed it. */
        recommendationId?: string;
        /** @description Yours, opaque; not to be guessed where pages send it, and no name or address. */
        shopperId: string;
        /**
         * @description click and impression are of a recommendation; a removal takes back what the shopper wished for or put into the cart before it; the others say what the shopper likes.
         * @enum {string}
         */
        type:
          | 'view'
          | 'cart'
          | 'purchase'
          | 'wishlist'
          | 'dislike'
          | 'click'
          | 'impression'
          | 'wishlist-removal'
          | 'cart-removal';
      }[];
    };
    Live: {
      /** @enum {string} */
      status: 'live';
    };
    /** @description RFC 9457 problem document. */
    Problem: {
      /**
       * @description Stable; for programs.
       * @enum {string}
       */
      code:
        | 'request-invalid'
        | 'json-malformed'
        | 'url-malformed'
        | 'fetch-address-invalid'
        | 'feed-outside-directory'
        | 'feed-missing'
        | 'cursor-invalid'
        | 'span-invalid'
        | 'schedule-invalid'
        | 'experiment-invalid'
        | 'expiry-invalid'
        | 'key-required'
        | 'key-malformed'
        | 'key-invalid'
        | 'key-expired'
        | 'key-revoked'
        | 'scope-missing'
        | 'origin-refused'
        | 'proxy-refused'
        | 'route-unknown'
        | 'product-unknown'
        | 'image-unknown'
        | 'audit-missing'
        | 'refresh-missing'
        | 'job-unknown'
        | 'cluster-unknown'
        | 'model-unknown'
        | 'card-missing'
        | 'generation-unknown'
        | 'verdict-unknown'
        | 'rule-unknown'
        | 'scenario-unknown'
        | 'schedule-unknown'
        | 'shopper-unknown'
        | 'canary-unknown'
        | 'experiment-unknown'
        | 'webhook-unknown'
        | 'key-id-unknown'
        | 'method-not-allowed'
        | 'request-timeout'
        | 'no-active-generation'
        | 'cursor-stale'
        | 'too-many-rules'
        | 'too-many-scenarios'
        | 'too-many-webhooks'
        | 'delivery-not-dead'
        | 'idempotency-key-reused'
        | 'schedule-busy'
        | 'job-finished'
        | 'job-not-retriable'
        | 'job-input-invalid'
        | 'generation-not-ready'
        | 'verdict-missing'
        | 'promotion-refused'
        | 'generation-never-active'
        | 'nothing-to-return-to'
        | 'generation-incomplete'
        | 'photo-not-embedded'
        | 'not-calibrated'
        | 'false-accept-rate-unsupported'
        | 'model-outdated'
        | 'generation-not-kept'
        | 'canary-of-active'
        | 'experiment-exists'
        | 'experiment-overlap'
        | 'baseline-unknown'
        | 'key-not-valid'
        | 'key-already-rotated'
        | 'image-gone'
        | 'upload-incomplete'
        | 'body-too-large'
        | 'media-type-unsupported'
        | 'host-refused'
        | 'photo-unusable'
        | 'photo-not-fetched'
        | 'rate-limited'
        | 'too-many-wrong-keys'
        | 'headers-too-large'
        | 'image-undecodable'
        | 'unexpected'
        | 'images-busy'
        | 'streams-busy'
        | 'analyses-busy'
        | 'photos-busy'
        | 'photos-unreadable'
        | 'feed-not-stored'
        | 'artifacts-unreachable'
        | 'artifacts-refused'
        | 'artifact-damaged'
        | 'database-unreachable'
        | 'deadline-exceeded'
        | 'overloaded';
      /** @description One sentence on this occurrence. */
      detail: string;
      /** @description What is wrong with the request, part by part. */
      errors: {
        /** @description Of a filter: the first character at fault, from 1. */
        column?: number;
        message: string;
        /** @description signals[0].type */
        path: string;
      }[];
      /** @description Path of the request. */
      instance: string;
      /** @description What mends it. */
      remedy: string | null;
      /** @description As in the x-request-id header and the log. */
      requestId: string;
      status: number;
      title: string;
      /** @description URN of the kind of problem. */
      type: string;
      /** @description Of a promotion that was refused: why. */
      verdict?: components['schemas']['Verdict'];
    };
    /** @description One look. */
    Product: {
      brand: string | null;
      category: string | null;
      colour: string | null;
      /** @description ISO 4217. */
      currency: string | null;
      gender: string | null;
      /** @description Path of the main photo; takes ?w= for its width. */
      image: string | null;
      inStock: boolean;
      link: string | null;
      /** @description The offer to link to: the cheapest in stock, else the cheapest. */
      offerId: string | null;
      /** @description Major units. */
      price: number | null;
      productId: string;
      /** @description Major units; null when there is no sale. */
      salePrice: number | null;
      styleId: string;
      title: string | null;
    };
    ProductList: {
      /** @description For the next page; null: this is the last. */
      nextCursor: string | null;
      /** @description In the order of their ids. */
      products: components['schemas']['Product'][];
    };
    Ready: {
      /** @description The generation that answers; null: recommendations are refused so far. */
      generation: number | null;
      lacking: {
        means: string;
        /** @enum {string} */
        what: 'generation' | 'model' | 'popularity' | 'redis';
      }[];
      modelVersion: string | null;
      /**
       * Format: date-time
       * @description What is popular could not be summed up since; null: it was. The log says why.
       */
      popularityFailingSince: string | null;
      /**
       * @description degraded: requests are answered, and something is lacking.
       * @enum {string}
       */
      status: 'ready' | 'degraded';
    };
    Recommendation: {
      /** @description The signal that, if removed, would lower the result most; null where none would, where a product was asked about, and in a fallback. */
      because: {
        productId: string;
        /** @description Of that product and the result. */
        similarity: {
          colour: number;
          shape: number;
          total: number;
        };
        /** @description For the page, in English; null where there is nothing true to say. */
        text: string | null;
        /** @enum {string} */
        type: 'view' | 'cart' | 'purchase' | 'wishlist' | 'dislike';
      } | null;
      /** @description What boosts add to the similarity for the order; 0 where none do, and in a fallback. */
      boost: number;
      brand: string | null;
      category: string | null;
      colour: string | null;
      /** @description ISO 4217. */
      currency: string | null;
      gender: string | null;
      /** @description Path of the main photo; takes ?w= for its width. */
      image: string | null;
      inStock: boolean;
      /** @description The interest of the shopper that brought it; null where a product was asked about, and in a fallback. */
      interest: {
        /** @description The product that stands for it. */
        productId: string;
        /** @description Its share of the places, 0 to 1. */
        share: number;
      } | null;
      link: string | null;
      /** @description The offer to link to: the cheapest in stock, else the cheapest. */
      offerId: string | null;
      /** @description Major units. */
      price: number | null;
      productId: string;
      /** @description The rules that made a difference to its place: its pin, or the boosts and buries that it passes. */
      rules: {
        /** @description 0: of a preview, the rule that is not stored yet. */
        id: number;
        /** @enum {string} */
        kind: 'pin' | 'boost' | 'bury' | 'hide' | 'never-together';
        name: string;
      }[];
      /** @description Major units; null when there is no sale. */
      salePrice: number | null;
      /**
       * @description Of a fallback: what is popular or a new arrival.
       * @enum {string|null}
       */
      shelf: 'popular' | 'new' | null;
      /** @description To the product asked about, or the one that stands for the interest, -1 to 1; total = (1 - dial) shape + dial colour. null in a fallback. */
      similarity: {
        colour: number;
        shape: number;
        total: number;
      } | null;
      styleId: string;
      /** @description What was taken from the similarity before ordering: for dislikes, a purchase, having been shown. */
      taken: {
        dislikes: number;
        purchase: number;
        shown: number;
      } | null;
      title: string | null;
    };
    RecommendationRequest: {
      /** @description Raises or lowers what passes a filter. */
      boosts?: {
        filter: string;
        /** @description Added to the similarity of what passes; below 0 it lowers. */
        weight: number;
      }[];
      /** @description A category with all below it, `same` (those of the product, or of what the signals like, unless the filter speaks of categories), or `any`. Default: `same` for a product, `any` for signals and photos. */
      category?: string;
      /**
       * @description How many products.
       * @default 10
       */
      count?: number;
      /** @description `nextCursor` of an answer to the same question: what comes after it. */
      cursor?: string;
      /** @description 0: same cut, any colour; 1: same colour, any cut. Default: the model's. */
      dial?: number;
      /**
       * @description 0: the nearest; 1: as different from each other as the 200 nearest allow.
       * @default 0
       */
      diversity?: number;
      exclude?: {
        /** @description Products or offers that are no results. */
        products?: string[];
        /** @description Styles that are no results. */
        styles?: string[];
      };
      /**
       * @description false: nothing, instead of popular products and new arrivals, where no taste is known.
       * @default true
       */
      fallback?: boolean;
      /** @description Which products may be results, such as `price <= 50 AND colour IN ('red', 'navy') AND NOT onSale`. */
      filter?: string;
      /**
       * @description This gender and unisex products, or `any`; a catalogue knows no other. Default: the genders of the product, or of what the signals like; a filter that speaks of genders replaces it.
       * @enum {string}
       */
      gender?: 'female' | 'male' | 'unisex' | 'any';
      /**
       * @description style: of products that differ in colour only, the nearest alone; product: each.
       * @default style
       * @enum {string}
       */
      groupBy?: 'style' | 'product';
      /**
       * @description Products that were bought, too.
       * @default false
       */
      includeOwned?: boolean;
      /**
       * @description Products that were disliked, too.
       * @default false
       */
      includeRejected?: boolean;
      /**
       * @description Products that were viewed, wished for or put in a cart, too.
       * @default false
       */
      includeSeen?: boolean;
      /**
       * @description Other colours of the seen styles too; what was seen itself is never a result.
       * @default false
       */
      includeSeenStyles?: boolean;
      /**
       * @description false: products out of stock too. A filter that speaks of stock replaces the default.
       * @default true
       */
      inStock?: boolean;
      /**
       * @description Most interests of the shopper that are searched for, each with its share of the places.
       * @default 3
       */
      interests?: number;
      /** @description Highest price, inclusive, in major units. */
      maxPrice?: number;
      /** @description Least similarity in total; boosts do not count. */
      minimumSimilarity?: number;
      /** @description Lowest price, inclusive, in major units. */
      minPrice?: number;
      /**
       * @description What an impression takes from a product at first; half of it is left after two hours. Needs a shopperId.
       * @default 0
       */
      rotation?: number;
      /** @description The place that asks, such as `home-top`: it is part of the `recommendationId`, and what is stored under this name holds where the request says nothing. */
      scenario?: string;
      /** @description Whose events are signals, too; see `POST /v1/events`. */
      shopperId?: string;
      /**
       * @description What the shopper did, in any order.
       * @default []
       */
      signals?: {
        /**
         * Format: date-time
         * @description When it happened; its weight halves every seven days, a view’s with every later view. Default: now.
         */
        at?: string;
        /** @description A product id or an offer id (the `id` column of the feed). */
        productId: string;
        /**
         * @description dislike pushes away; wishlist weighs most.
         * @enum {string}
         */
        type: 'view' | 'cart' | 'purchase' | 'wishlist' | 'dislike';
      }[];
    };
    Recommendations: {
      /** @description The setting used. */
      dial: number;
      /** @description The experiment that the answer is part of; null where none runs, or no shopperId was told. */
      experiment: {
        /** @enum {string} */
        arm: 'control' | 'treatment';
        name: string;
      } | null;
      /** @description Why the results are popular products and new arrivals; null where they are what was asked for. */
      fallback: {
        /** @enum {string} */
        code: 'no-signals' | 'no-vector' | 'no-taste';
        reason: string;
      } | null;
      /** @description These categories came first and had no more: so many of the results are of others. null: none is. */
      filledUp: {
        categories: string[];
        given: number;
      } | null;
      /** @description What was asked and held of every result but pinned ones, defaults included; null where nothing did. */
      filter: string | null;
      generation: number;
      modelVersion: string;
      /** @description Of the next page; null on the last, and in a fallback. */
      nextCursor: string | null;
      /** @description Of this answer; events on its results may carry it. */
      recommendationId: string;
      /** @description Best first; of several interests, each in its turn. */
      results: components['schemas']['Recommendation'][];
      /** @description The rules whose conditions held, in the order that settles their conflicts; see docs/merchandising.md. */
      rules: {
        /** @description 0: of a preview, the rule that is not stored yet. */
        id: number;
        /** @enum {string} */
        kind: 'pin' | 'boost' | 'bury' | 'hide' | 'never-together';
        name: string;
      }[];
      /** @description Why fewer came than were asked for. */
      shortfall: {
        asked: number;
        /** @enum {string} */
        code: 'no-signals' | 'no-vector' | 'no-taste' | 'no-more-matches';
        given: number;
        reason: string;
      } | null;
      /** @description Ids that are no product and no offer. */
      unknown: string[];
      /** @description Products without an embedding. */
      withoutVector: string[];
    };
    /** @description stored + repeated + the number of rejected is received. */
    RecordedEvents: {
      received: number;
      rejected: {
        /** @enum {string} */
        code:
          'product-unknown' | 'time-ahead' | 'time-past' | 'recommendation-unknown' | 'recommendation-without-product';
        /** @description Position in the request, from 0. */
        index: number;
        reason: string;
      }[];
      /** @description Known already, or sent twice at once. */
      repeated: number;
      stored: number;
    };
    SimilarRequest: {
      /** @description Raises or lowers what passes a filter. */
      boosts?: {
        filter: string;
        /** @description Added to the similarity of what passes; below 0 it lowers. */
        weight: number;
      }[];
      /** @description A category with all below it, `same` (those of the product, or of what the signals like, unless the filter speaks of categories), or `any`. Default: `same` for a product, `any` for signals and photos. */
      category?: string;
      /**
       * @description How many products.
       * @default 10
       */
      count?: number;
      /** @description `nextCursor` of an answer to the same question: what comes after it. */
      cursor?: string;
      /** @description 0: same cut, any colour; 1: same colour, any cut. Default: the model's. */
      dial?: number;
      /**
       * @description 0: the nearest; 1: as different from each other as the 200 nearest allow.
       * @default 0
       */
      diversity?: number;
      exclude?: {
        /** @description Products or offers that are no results. */
        products?: string[];
        /** @description Styles that are no results. */
        styles?: string[];
      };
      /** @description Which products may be results, such as `price <= 50 AND colour IN ('red', 'navy') AND NOT onSale`. */
      filter?: string;
      /**
       * @description This gender and unisex products, or `any`; a catalogue knows no other. Default: the genders of the product, or of what the signals like; a filter that speaks of genders replaces it.
       * @enum {string}
       */
      gender?: 'female' | 'male' | 'unisex' | 'any';
      /**
       * @description style: of products that differ in colour only, the nearest alone; product: each.
       * @default style
       * @enum {string}
       */
      groupBy?: 'style' | 'product';
      /**
       * @description Other colours of the seen styles too; what was seen itself is never a result.
       * @default false
       */
      includeSeenStyles?: boolean;
      /**
       * @description false: products out of stock too. A filter that speaks of stock replaces the default.
       * @default true
       */
      inStock?: boolean;
      /** @description Highest price, inclusive, in major units. */
      maxPrice?: number;
      /** @description Least similarity in total; boosts do not count. */
      minimumSimilarity?: number;
      /** @description Lowest price, inclusive, in major units. */
      minPrice?: number;
      /** @description The place that asks, such as `home-top`: it is part of the `recommendationId`, and what is stored under this name holds where the request says nothing. */
      scenario?: string;
      /** @description Who asks: divides shoppers where an experiment runs, see `POST /v1/experiments`, and says nothing else. */
      shopperId?: string;
      /** @description A product id or an offer id (the `id` column of the feed). */
      similarTo: string;
    };
    Verdict: {
      /** @description The generation that was active. */
      against: number;
      generation: number;
      /** Format: date-time */
      judgedAt: string;
      judgement: {
        baselines: {
          /** @enum {string} */
          baseline: 'untrained' | 'backbone' | 'histogram';
          /** @description Its hit rate: how often the nearest photo is the right one. */
          candidate: number;
          /** @description Above 0: the candidate finds more. */
          difference: number;
          /** @description 95 %, by paired bootstrap over styles. */
          interval95: number[];
          /** @description Whether the loss is beyond what is tolerated, and beyond chance although so much is looked at. */
          isSureLoss: boolean;
          /** @description The hit rate of what it is compared with, on the same photos. */
          other: number;
          /** @description Photos that have something to find. */
          queries: number;
          /** @description Hold-out styles that were asked for. */
          styles: number;
        }[];
        /** @description Those with five styles or more, the one that loses most first. */
        categories: {
          /** @description Its hit rate: how often the nearest photo is the right one. */
          candidate: number;
          category: string | null;
          /** @description Above 0: the candidate finds more. */
          difference: number;
          /** @description 95 %, by paired bootstrap over styles. */
          interval95: number[];
          /** @description Whether the loss is beyond what is tolerated, and beyond chance although so much is looked at. */
          isSureLoss: boolean;
          /** @description The hit rate of what it is compared with, on the same photos. */
          other: number;
          /** @description Photos that have something to find. */
          queries: number;
          /** @description Hold-out styles that were asked for. */
          styles: number;
        }[];
        /** @description The loss of hit rate that is tolerated in one category. */
        categoryMargin: number;
        churn: {
          /** @description Those of them whose top tens were compared. */
          asked: number;
          /** @description Share of the asked whose top ten holds other products. */
          changedShare: number;
          /** @description Mean share of a top ten that stays. */
          meanOverlap: number;
          /** @description Products for sale with a vector in both. */
          products: number;
        };
        exposure: {
          after: {
            /** @description Of appearances over all products: 0, all appear alike; 1, one has all. */
            gini: number;
            /** @description Products that appear in any top ten. */
            shown: number;
          };
          before: {
            /** @description Of appearances over all products: 0, all appear alike; 1, one has all. */
            gini: number;
            /** @description Products that appear in any top ten. */
            shown: number;
          };
          /** @description Those that gain or lose most. */
          brands: {
            /** @description Share under the candidate. */
            after: number;
            /** @description Share of the places in top tens under the active generation. */
            before: number;
            /** @description null: products of which the feed does not say it. */
            name: string | null;
            /** @description Products for sale. */
            products: number;
          }[];
          /** @description Those that gain or lose most. */
          categories: {
            /** @description Share under the candidate. */
            after: number;
            /** @description Share of the places in top tens under the active generation. */
            before: number;
            /** @description null: products of which the feed does not say it. */
            name: string | null;
            /** @description Products for sale. */
            products: number;
          }[];
          gainers: {
            after: number;
            /** @description Top tens that it appears in. */
            before: number;
            productId: string;
          }[];
          losers: {
            after: number;
            /** @description Top tens that it appears in. */
            before: number;
            productId: string;
          }[];
        };
        /** @enum {string} */
        format: 'weft-judgement-1';
        holdout: {
          /** @description Photos without a vector in both generations, or without features. */
          leftOut: number;
          ofPhotos: number;
          /** @description Hold-out styles of the catalogue; of very many, some are taken. */
          ofStyles: number;
          photos: number;
          styles: number;
        };
        /** @description The loss of hit rate that is tolerated, where it cannot be told from none. */
        margin: number;
        otherStyles: {
          active: {
            /** @description Share of the ten of the same category. */
            categoryAt10: number | null;
            /** @description Mean distance in CIELAB. */
            colourDifferenceAt10: number;
            /** @description Share of the ten of the same gender. */
            genderAt10: number | null;
          } | null;
          candidate: {
            /** @description Share of the ten of the same category. */
            categoryAt10: number | null;
            /** @description Mean distance in CIELAB. */
            colourDifferenceAt10: number;
            /** @description Share of the ten of the same gender. */
            genderAt10: number | null;
          } | null;
        };
        /** @enum {string} */
        outcome: 'better' | 'no-worse' | 'undecided' | 'worse';
        overall: {
          /** @description Its hit rate: how often the nearest photo is the right one. */
          candidate: number;
          /** @description Above 0: the candidate finds more. */
          difference: number;
          /** @description 95 %, by paired bootstrap over styles. */
          interval95: number[];
          /** @description The hit rate of what it is compared with, on the same photos. */
          other: number;
          /** @description Photos that have something to find. */
          queries: number;
          /** @description Hold-out styles that were asked for. */
          styles: number;
        };
        /** @description Sentences with figures; what decided comes first. */
        reasons: string[];
        /** @description Of an undecided one: hold-out styles it would take if both models were equal, about. */
        stylesNeeded: number | null;
        tasks: {
          /** @description Its hit rate: how often the nearest photo is the right one. */
          candidate: number;
          /** @description Above 0: the candidate finds more. */
          difference: number;
          /** @description 95 %, by paired bootstrap over styles. */
          interval95: number[];
          /** @description Whether the loss is beyond what is tolerated, and beyond chance although so much is looked at. */
          isSureLoss: boolean;
          /** @description The hit rate of what it is compared with, on the same photos. */
          other: number;
          /** @description Photos that have something to find. */
          queries: number;
          /** @description Hold-out styles that were asked for. */
          styles: number;
          /** @enum {string} */
          task: 'sameProduct' | 'sameStyle' | 'sameStyleOtherColour';
        }[];
      };
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  isLive: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It does. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Live'];
        };
      };
    };
  };
  isReady: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description They can. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Ready'];
        };
      };
    };
  };
  listCategories: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Categories'];
        };
      };
    };
  };
  recordEvents: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EventsRequest'];
      };
    };
    responses: {
      /** @description What became of each. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RecordedEvents'];
        };
      };
    };
  };
  getImage: {
    parameters: {
      query?: {
        /** @description Width in pixels; a photo is never enlarged. */
        w?: number;
      };
      header?: never;
      path: {
        /** @description SHA-256 of the photo file's bytes. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The thumbnail. 304 without a body when If-None-Match names it already. */
      200: {
        headers: {
          /** @description A year, immutable. */
          'cache-control'?: string;
          /** @description Names photo and width. */
          etag?: string;
          [name: string]: unknown;
        };
        content: {
          'image/webp': string;
        };
      };
    };
  };
  listProducts: {
    parameters: {
      query?: {
        /** @description Only this category, letter for letter. */
        category?: string;
        /** @description How many products. */
        count?: number;
        /** @description `nextCursor` of the page before. Default: the first page. */
        cursor?: string;
        /** @description Of products that differ in colour only, the first alone. */
        onePerStyle?: boolean;
        /** @description Only the products of this style: its colours. */
        style?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProductList'];
        };
      };
    };
  };
  getProduct: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A product id or an offer id (the `id` column of the feed). */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The product. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Product'];
        };
      };
    };
  };
  getSimilarProducts: {
    parameters: {
      query?: {
        /** @description Raises or lowers what passes a filter. A weight from -1 to 1, a colon and the filter: `0.2:brand = 'Acme'`. */
        boost?: string[];
        /** @description A category with all below it, `same` (those of the product, or of what the signals like, unless the filter speaks of categories), or `any`. Default: `same` for a product, `any` for signals and photos. */
        category?: string;
        /** @description How many products. */
        count?: number;
        /** @description `nextCursor` of an answer to the same question: what comes after it. */
        cursor?: string;
        /** @description 0: same cut, any colour; 1: same colour, any cut. Default: the model's. */
        dial?: number;
        /** @description 0: the nearest; 1: as different from each other as the 200 nearest allow. */
        diversity?: number;
        /** @description Products or offers that are no results. */
        excludeProduct?: string[];
        /** @description Styles that are no results. */
        excludeStyle?: string[];
        /** @description Which products may be results, such as `price <= 50 AND colour IN ('red', 'navy') AND NOT onSale`. */
        filter?: string;
        /** @description This gender and unisex products, or `any`; a catalogue knows no other. Default: the genders of the product, or of what the signals like; a filter that speaks of genders replaces it. */
        gender?: 'female' | 'male' | 'unisex' | 'any';
        /** @description style: of products that differ in colour only, the nearest alone; product: each. */
        groupBy?: 'style' | 'product';
        /** @description Other colours of the seen styles too; what was seen itself is never a result. */
        includeSeenStyles?: boolean;
        /** @description false: products out of stock too. A filter that speaks of stock replaces the default. */
        inStock?: boolean;
        /** @description Highest price, inclusive, in major units. */
        maxPrice?: number;
        /** @description Least similarity in total; boosts do not count. */
        minimumSimilarity?: number;
        /** @description Lowest price, inclusive, in major units. */
        minPrice?: number;
        /** @description The place that asks, such as `home-top`: it is part of the `recommendationId`, and what is stored under this name holds where the request says nothing. */
        scenario?: string;
        /** @description Who asks: divides shoppers where an experiment runs, see `POST /v1/experiments`, and says nothing else. */
        shopperId?: string;
      };
      header?: never;
      path: {
        /** @description A product id or an offer id (the `id` column of the feed). */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Best first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Recommendations'];
        };
      };
    };
  };
  recommend: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['RecommendationRequest'];
      };
    };
    responses: {
      /** @description Best first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Recommendations'];
        };
      };
    };
  };
  recommendEach: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['BatchRequest'];
      };
    };
    responses: {
      /** @description In the order asked. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BatchAnswer'];
        };
      };
    };
  };
}
