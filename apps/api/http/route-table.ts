/** Which methods each path takes: what tells 405 from 404. Filled from the OpenAPI document, which lists every route. */
export class RouteTable {
  private routes: { pattern: RegExp; methods: string[] }[] = [];

  fill(paths: Record<string, object>): void {
    this.routes = Object.entries(paths).map(([path, operations]) => ({
      pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
      methods: Object.keys(operations).flatMap((method) =>
        method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
      ),
    }));
  }

  methodsOf(path: string): string[] {
    return this.routes.find(({ pattern }) => pattern.test(path))?.methods ?? [];
  }
}
