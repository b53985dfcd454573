import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { KeyKind } from '#access';
import { componentSchemas } from './schema-registry.js';

/** The security scheme of each kind of key. */
const KEYS: Record<KeyKind, string> = {
  storefront: 'weft_pk_...: publishable, read and events, for the pages of its origins and for servers.',
  merchandiser: 'weft_sk_...: secret; also imports, trains, embeds and promotes.',
  operator: 'weft_sk_...: secret; also makes and revokes keys. Until the first key is made, this machine needs none.',
};

/** Describes every route, and serves the description: /openapi.json for programs, /docs for people. */
export function serveDocumentation(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Weft')
    .setDescription(
      'Finds what looks like the things a shopper viewed and wishlisted. ' +
        'Every error is an RFC 9457 problem document; branch on its `code`.',
    )
    .setVersion('1')
    .addTag('storefront', 'What a shop asks for each page.')
    .addTag('merchandiser', 'Import, train, embed, promote.')
    .addTag('operator', 'Keys, health.');
  for (const [kind, description] of Object.entries(KEYS)) {
    about.addBearerAuth({ type: 'http', scheme: 'bearer', description }, `${kind}Key`);
  }
  const document = SwaggerModule.createDocument(app, about.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  document.components = { ...document.components, schemas: componentSchemas() };
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Weft API',
  });
  return document;
}
