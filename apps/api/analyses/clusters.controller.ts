import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { WeftError } from '#foundation';
import { cutTree, type Grouping } from '#visual-groups';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams, ParsedQuery } from '../http/parsed.js';
import { printClusterId, readClusterId } from './cluster-id.js';
import {
  CLUSTER_PAGE_EXAMPLE,
  clusterParams,
  clusterQuery,
  clusterResponse,
  CLUSTERS_EXAMPLE,
  clustersQuery,
  clustersResponse,
  presentGroup,
  presentKnown,
} from './cluster-schemas.js';
import { KeptAnalyses } from './kept-analyses.js';

/** Members of a cluster that the list shows beside its medoid. */
const EXAMPLES = 4;
/** The first call after an import computes the tree: 11 s of a core for 100,000 products. */
const DEADLINE_MS = 60_000;

@ApiTags('merchandiser')
@Controller('v1/clusters')
export class ClustersController {
  constructor(
    private readonly analyses: KeptAnalyses,
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
  ) {}

  @Get()
  @Endpoint({
    scope: 'merchandiser',
    deadlineMs: DEADLINE_MS,
    summary: 'The catalogue in groups of products that look alike',
    description:
      'Cut from one tree, so that more groups are parts of fewer. Computed by the first call after an import, which takes ' +
      'some seconds where products are many; the others take milliseconds.',
    query: clustersQuery,
    success: { status: 200, description: 'Largest first.', schema: clustersResponse, example: CLUSTERS_EXAMPLE },
    problems: ['no-active-generation', 'analyses-busy', 'database-unreachable'],
  })
  async listClusters(
    @ParsedQuery(clustersQuery) { count, dial, groupBy }: z.output<typeof clustersQuery>,
  ): Promise<z.input<typeof clustersResponse>> {
    const { state, active, result: tree } = await this.analyses.visualTree(dial, groupBy);
    const { generation, modelVersion } = active;
    const used = { dial: dial ?? active.dial, groupBy };
    const found = cutTree(tree, count).flatMap((at) => {
      const group = tree.groups[at];
      return group === undefined ? [] : [{ group, id: printClusterId({ state, ...used, group: at }) }];
    });
    const shown = found.flatMap(({ group }) => group.typical.slice(0, 1 + EXAMPLES));
    const cards = await this.dependencies.catalog.products(shown);
    const clusters = found.map(({ group, id }) => {
      const [medoid = null] = presentKnown(group.typical.slice(0, 1), cards);
      const examples = presentKnown(group.typical.slice(1, 1 + EXAMPLES), cards);
      return { ...presentGroup(group, id, tree.members.length), medoid, examples };
    });
    clusters.sort((a, b) => b.size - a.size || (a.id < b.id ? -1 : 1));
    return { modelVersion, generation, ...used, products: tree.members.length, clusters };
  }

  @Get(':id')
  @Endpoint({
    scope: 'merchandiser',
    deadlineMs: DEADLINE_MS,
    summary: 'The products of a group',
    params: clusterParams,
    query: clusterQuery,
    success: { status: 200, description: 'A page of them.', schema: clusterResponse, example: CLUSTER_PAGE_EXAMPLE },
    problems: ['cluster-unknown', 'no-active-generation', 'analyses-busy', 'database-unreachable'],
  })
  async getCluster(
    @ParsedParams(clusterParams) { id }: z.output<typeof clusterParams>,
    @ParsedQuery(clusterQuery) { offset, limit }: z.output<typeof clusterQuery>,
  ): Promise<z.input<typeof clusterResponse>> {
    const wanted = readClusterId(id);
    if (wanted === null) throw unknownCluster(id);
    const grouping: Grouping = { dial: wanted.dial, groupBy: wanted.groupBy };
    const analysed = await this.analyses.visualTreeOf(wanted.state, grouping);
    const group = analysed?.result.groups[wanted.group];
    if (analysed === null || group === undefined) throw unknownCluster(id);
    const { active, result: tree } = analysed;
    const members = tree.members.slice(group.start, group.end);
    const page = members.slice(offset, offset + limit);
    const next = offset + page.length;
    return {
      modelVersion: active.modelVersion,
      generation: active.generation,
      ...grouping,
      ...presentGroup(group, id, tree.members.length),
      members: presentKnown(page, await this.dependencies.catalog.products(page)),
      nextOffset: next < members.length ? next : null,
    };
  }
}

function unknownCluster(id: string): WeftError {
  return new WeftError('cluster-unknown', `There is no cluster ${id}, or no more since the latest import.`, {
    value: id,
    remedy: 'Ask for the clusters again: GET /v1/clusters',
  });
}
