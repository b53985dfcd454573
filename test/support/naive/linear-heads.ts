interface Head {
  weight: Float32Array;
  bias: Float32Array;
  inputs: number;
  outputs: number;
}

/** One row of features through both heads, in double precision: unit, times weight plus bias, unit. */
export function naiveEmbedding(features: readonly number[], heads: { shape: Head; colour: Head }): number[] {
  const { shape, colour } = heads;
  return [
    ...naiveHead(features.slice(0, shape.inputs), shape),
    ...naiveHead(features.slice(shape.inputs, shape.inputs + colour.inputs), colour),
  ];
}

/** As {@link naiveEmbedding}, after what both heads make of the rows of `centre` on average is taken from each part. */
export function naiveEmbeddingAbout(
  features: readonly number[],
  centre: readonly (readonly number[])[],
  { shape, colour }: { shape: Head; colour: Head },
): number[] {
  const part = (head: Head, from: number): number[] => {
    const outputs = (row: readonly number[]) => naiveOutputs(row.slice(from, from + head.inputs), head);
    const around = centre.map(outputs);
    return naiveUnit(
      outputs(features).map((value, at) => {
        let sum = 0;
        for (const row of around) sum += row[at] as number;
        return value - sum / around.length;
      }),
    );
  };
  return [...part(shape, 0), ...part(colour, shape.inputs)];
}

const naiveHead = (block: number[], head: Head): number[] => naiveUnit(naiveOutputs(block, head));

function naiveOutputs(block: number[], head: Head): number[] {
  const unit = naiveUnit(block);
  const outputs: number[] = [];
  for (let column = 0; column < head.outputs; column += 1) {
    let sum = head.bias[column] as number;
    for (let row = 0; row < head.inputs; row += 1) {
      sum += (unit[row] as number) * (head.weight[row * head.outputs + column] as number);
    }
    outputs.push(sum);
  }
  return outputs;
}

function naiveUnit(values: number[]): number[] {
  let squares = 0;
  for (const value of values) squares += value * value;
  return values.map((value) => value / Math.max(Math.sqrt(squares), 1e-9));
}
