import { Controller, Get, Header, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { KeyService } from '#access';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams } from '../http/parsed.js';
import {
  CREATE_KEY_EXAMPLE,
  createKeyRequest,
  ISSUED_KEY_EXAMPLE,
  issuedKeyResponse,
  KEY_EXAMPLE,
  keyParams,
  keyResponse,
  keysResponse,
  presentIssuedKey,
  presentKey,
  ROTATE_KEY_EXAMPLE,
  rotateKeyRequest,
} from './key-schemas.js';

const ISSUED = {
  status: 201,
  description: 'The key, shown this once.',
  schema: issuedKeyResponse,
  example: ISSUED_KEY_EXAMPLE,
} as const;

@ApiTags('operator')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly keys: KeyService,
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Keys',
    description: 'Expired and revoked ones too; never the key itself.',
    success: { status: 200, description: 'Newest first.', schema: keysResponse, example: { keys: [KEY_EXAMPLE] } },
    problems: [],
  })
  async listKeys(): Promise<z.input<typeof keysResponse>> {
    return { keys: (await this.keys.list()).map((key) => presentKey(key, this.now())) };
  }

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Make a key',
    description: 'From the first key on, every call but those to photos, health and documentation needs one.',
    body: { schema: createKeyRequest, example: CREATE_KEY_EXAMPLE },
    success: ISSUED,
    problems: ['expiry-invalid'],
  })
  async createKey(
    @ParsedBody(createKeyRequest) asked: z.output<typeof createKeyRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof issuedKeyResponse>> {
    const issued = await this.keys.create(asked, request.caller);
    request.log.info({ key: issued.key.id, kind: issued.key.kind, by: request.caller }, 'key made');
    return presentIssuedKey(issued, this.now());
  }

  @Post(':id/revoke')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Revoke a key',
    description: 'Holds from the next request on, in every process. A revoked key stays in the list.',
    params: keyParams,
    success: { status: 200, description: 'It is revoked.', schema: keyResponse, example: KEY_EXAMPLE },
    problems: ['key-id-unknown'],
  })
  async revokeKey(
    @ParsedParams(keyParams) { id }: z.output<typeof keyParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof keyResponse>> {
    const key = await this.keys.revoke(id, request.caller);
    request.log.info({ key: id, by: request.caller }, 'key revoked');
    return presentKey(key, this.now());
  }

  @Post(':id/rotate')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Replace a key',
    description: 'The successor has the same rights and limits; the old key stays valid for the overlap.',
    params: keyParams,
    body: { schema: rotateKeyRequest, example: ROTATE_KEY_EXAMPLE },
    success: ISSUED,
    problems: ['key-id-unknown', 'key-not-valid', 'key-already-rotated'],
  })
  async rotateKey(
    @ParsedParams(keyParams) { id }: z.output<typeof keyParams>,
    @ParsedBody(rotateKeyRequest) { overlap }: z.output<typeof rotateKeyRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof issuedKeyResponse>> {
    const issued = await this.keys.rotate(id, overlap, request.caller);
    request.log.info({ key: id, successor: issued.key.id, by: request.caller }, 'key rotated');
    return presentIssuedKey(issued, this.now());
  }

  private now(): Date {
    return this.dependencies.clock.now();
  }
}
