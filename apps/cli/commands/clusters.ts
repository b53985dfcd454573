import { Command, Option } from 'commander';
import type { ProductId } from '#foundation';
import type { SheetCell } from '#imaging';
import { type ProductCard, requireActive } from '#similarity';
import { cutTree, type Grouping, growVisualTree, type VisualGroup } from '#visual-groups';
import { integerIn, numberIn } from '../options.js';
import { print, printJson, say, table } from '../output.js';
import { type Session, withSession } from '../session.js';
import { photoBytes, sheetFileOf, writeSheet } from '../sheet-file.js';

interface ClustersOptions {
  count: number;
  dial?: number;
  groupBy: Grouping['groupBy'];
  out?: string;
  json?: true;
}

export const clustersCommand = new Command('clusters')
  .description('group the products that are served by how they look')
  .option('--count <number>', 'how many groups', integerIn(1, 200), 20)
  .option('--dial <t>', '0: by cut; 1: by colour; default: the model’s', numberIn(0, 1))
  .addOption(
    new Option('--group-by <what>', 'style: one product stands for all colours of its style')
      .choices(['product', 'style'])
      .default('product'),
  )
  .option('--out <file>', 'draw them on a contact sheet: .png, .jpg or, smallest, .webp')
  .option('--json', 'print JSON on stdout')
  .action(({ count, dial, groupBy, out, json }: ClustersOptions) => {
    const sheet = out === undefined ? null : sheetFileOf(out);
    return withSession(async (session) => {
      const { catalog, groupedProducts } = session.database;
      const active = requireActive(await catalog.activeGeneration());
      const grouping = { dial: dial ?? active.dial, groupBy };
      const tree = growVisualTree(await groupedProducts.groupedProducts(active.generation), grouping);
      const groups = cutTree(tree, count)
        .flatMap((at) => tree.groups[at] ?? [])
        .sort((a, b) => sizeOf(b) - sizeOf(a) || a.start - b.start);
      if (sheet !== null) {
        const title = `${groups.length} groups of ${tree.members.length} products, dial ${grouping.dial}`;
        await writeSheet(sheet, title, await sheetRows(session, groups));
      }
      if (json) {
        const clusters = groups.map(({ start, end, ...group }) => {
          return { ...group, size: end - start, members: tree.members.slice(start, end) };
        });
        return printJson({
          ...active,
          ...grouping,
          products: tree.members.length,
          clusters,
          sheet: sheet?.file ?? null,
        });
      }
      print(
        table(
          ['products', 'spread', 'medoid', 'name'],
          groups.map((group) => [sizeOf(group), group.spread.toFixed(3), group.typical[0] ?? '', group.name]),
        ),
      );
      if (sheet !== null) say(`weft: drew ${sheet.file}`);
    });
  });

const sizeOf = ({ start, end }: VisualGroup) => end - start;

/** A group a row: its medoid, then the members nearest to it. */
async function sheetRows(session: Session, groups: VisualGroup[]) {
  const cards = await session.database.catalog.products(groups.flatMap(({ typical }) => typical));
  return Promise.all(
    groups.map(async (group) => {
      const cells = group.typical.map((id) => cellOf(session, id, cards.get(id)));
      const [medoid = { bytes: null, caption: [] }, ...others] = await Promise.all(cells);
      const size = sizeOf(group);
      return {
        query: { ...medoid, caption: [group.name, `${size} ${size === 1 ? 'product' : 'products'}`] },
        results: others,
      };
    }),
  );
}

async function cellOf(session: Session, id: ProductId, card: ProductCard | undefined): Promise<SheetCell> {
  const imageId = card?.imageId ?? null;
  return { bytes: imageId && (await photoBytes(session, imageId)), caption: [card?.title ?? id, card?.colour ?? ''] };
}
