import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { componentSchemas } from './schema-registry.js';

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
    .addTag('operator', 'Health.')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
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
